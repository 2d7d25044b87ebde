"""Lets a test run on versions of the definition of its own making."""

import pytest
from msgspec.structs import replace

from madoguchi.programme import definition
from madoguchi.programme.definition import Programme


def add_version(monkeypatch: pytest.MonkeyPatch, **changed: object) -> Programme:
    """Put a later version beside those there are; `holds_from` says from when it holds."""
    known = definition._versions()
    newer = replace(known[-1], version=known[-1].version + 1, **changed)
    versions = {each.version: each for each in (*known, newer)}

    def shaped(version: int, *_: object) -> Programme:
        return versions[version]

    monkeypatch.setattr(definition, "_versions", lambda: (*known, newer))
    monkeypatch.setattr(definition, "_shaped", shaped)  # the real one remembers versions by their number
    return newer
