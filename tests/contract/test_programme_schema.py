"""The published schema is that of the code, and every definition of the repository is right and names it."""

from pathlib import Path

import pytest

from operations import definitions, programmes

FILES = [
    file
    for name in programmes.names()
    for file in (
        programmes.FOLDER / name / programmes.DEFINITION,
        *(programmes.FOLDER / name / definitions.VERSIONS).glob("*.yaml"),
    )
]


def test_the_published_schema_is_current() -> None:
    published = definitions.SCHEMA.read_text(encoding="utf-8")

    assert published == definitions.schema_text(), "run ./madoguchi programme schema"


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_definition_is_right_and_editors_find_its_schema(file: Path) -> None:
    assert definitions.problems_of(file) == []
    first, _, named = file.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")
    assert first == "# yaml-language-server: "
    assert (file.parent / named).resolve() == definitions.SCHEMA
