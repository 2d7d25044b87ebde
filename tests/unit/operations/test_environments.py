"""Which Python the project takes."""

import sys
from pathlib import Path

import pytest

from operations.environments import EnvironmentsError, Interpreter, candidates, newest, probe


def test_the_newest_supported_python_is_taken() -> None:
    found = [
        Interpreter((3, 11, 9), "/usr/bin/python3"),
        Interpreter((3, 13, 1), "/home/me/.pyenv/versions/3.13.1/bin/python"),
        Interpreter((3, 12, 4), "/usr/bin/python3.12"),
    ]
    assert newest(found).minor == "3.13"


def test_versions_that_are_too_old_or_too_new_are_left_alone() -> None:
    found = [Interpreter((3, 14, 0), "/a"), Interpreter((3, 10, 1), "/b"), Interpreter((3, 12, 0), "/c"), None]
    assert newest(found).path == "/c"


def test_the_first_on_path_wins_among_equals() -> None:
    assert newest([Interpreter((3, 12, 0), "/first"), Interpreter((3, 12, 0), "/second")]).path == "/first"


def test_without_any_python_it_says_what_to_install() -> None:
    with pytest.raises(EnvironmentsError, match="apt-get install python3"):
        newest([None, Interpreter((3, 9, 0), "/old")])


def test_path_and_the_folders_of_pyenv_are_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    on_path, pyenv = tmp_path / "bin", tmp_path / ".pyenv" / "versions" / "3.13.0" / "bin"
    for folder, name in ((on_path, "python3.11"), (pyenv, "python3.13")):
        folder.mkdir(parents=True)
        (folder / name).touch()
    assert list(candidates(str(on_path), tmp_path)) == [on_path / "python3.11", pyenv / "python3.13"]


def test_this_python_is_recognised_and_a_broken_one_is_not(tmp_path: Path) -> None:
    found = probe(Path(sys.executable))
    assert found is not None
    assert found.version == sys.version_info[:3]
    broken = tmp_path / "python3.13"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    assert probe(broken) is None
