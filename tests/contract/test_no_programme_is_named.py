"""A contract is data: no line of the code, the templates or the Makefile names a programme."""

import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from operations import programmes

ROOT = Path(__file__).resolve().parents[2]
CODE = ("functions", "infra", "layers/madoguchi", "templates", "Makefile")
READABLE = (".py", ".yaml", ".html", ".txt", ".js", ".css", ".jinja", ".json", ".toml", "Makefile")


def the_code() -> list[Path]:
    """Every file that git knows or would add and that people write."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *CODE]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name.endswith(READABLE)]
    return [path for path in paths if path.is_file()]


def words_of(programme: str) -> list[str]:
    """What only this programme is called: its folder and the name of its site."""
    definition = YAML(typ="safe").load(programmes.FOLDER / programme / programmes.DEFINITION)
    name = definition["site"]["name"]
    return [programme, *([name] if isinstance(name, str) else name.values())]


@pytest.mark.parametrize("programme", programmes.names())
def test_nothing_but_its_own_folder_names_a_programme(programme: str) -> None:
    words = words_of(programme)
    named = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in the_code()
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]

    assert named == []


def test_the_search_reads_what_it_should() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in the_code()}

    assert {"Makefile", "infra/template.yaml", "infra/operations/cli.py", "layers/madoguchi/settings.py"} <= names
    assert any(name.startswith("templates/pages/") for name in names)
    assert any(name.startswith("functions/") for name in names)
