"""docs/data-dictionary.md names every attribute that a model can store, and the class of each kind of data."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import madoguchi
from madoguchi.mail.owed import OwingItem
from madoguchi.storage import Item
from tests.support.templates import tables

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"
SECTION = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
CLASSES = {"本人特定", "個人", "業務", "公開"}
HEADING = "| pk | sk | class | attributes |"
ROW = re.compile(r"^\| (?:`|\*\*`).*$", re.MULTILINE)
# Between columns; a cell may name several keys, divided by a comma or a slash.
COLUMN = re.compile(r" \| ")
NOT_IN_FUNCTIONS = "madoguchi.programme.schema"


def models() -> list[type[Item]]:
    for module in pkgutil.walk_packages(madoguchi.__path__, "madoguchi."):
        if module.name != NOT_IN_FUNCTIONS:
            importlib.import_module(module.name)
    return [model for model in _below(Item) if model is not OwingItem]


def _below(model: type[Item]) -> Iterator[type[Item]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)


@pytest.mark.parametrize("model", models(), ids=lambda model: f"{model.__module__}.{model.__name__}")
def test_every_attribute_is_explained(model: type[Item]) -> None:
    sections = dict(SECTION.findall(PAGE.read_text(encoding="utf-8")))
    capability = vars(model.Meta)["capability"]
    common = set(OwingItem.get_attributes()) if issubclass(model, OwingItem) else set(Item.get_attributes())

    missing = [name for name in set(model.get_attributes()) - common if f"`{name}`" not in sections[capability]]

    assert not missing


@pytest.mark.meets("C-079")
def test_every_kind_of_data_carries_its_class() -> None:
    sections = dict(SECTION.findall(PAGE.read_text(encoding="utf-8")))
    stored = {vars(model.Meta)["capability"] for model in models()}

    assert stored <= set(sections)
    for capability in stored:
        rows = ROW.findall(sections[capability])
        assert rows, capability
        assert HEADING in sections[capability], capability
        unlabelled = [row for row in rows if COLUMN.split(row)[2] not in CLASSES]
        assert not unlabelled, unlabelled


def test_what_tells_who_somebody_is_says_so() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [row for _, section in SECTION.findall(page) for row in ROW.findall(section)]

    # Bold attributes are personal data (the page's first lines).
    wrong = [row for row in rows if "**`" in row and COLUMN.split(row)[2] != "本人特定"]

    assert not wrong
    assert {"本人特定", "個人", "業務", "公開"} == CLASSES
    assert all(f"| {each} | " in page for each in CLASSES)


def test_every_table_has_its_section() -> None:
    sections = dict(SECTION.findall(PAGE.read_text(encoding="utf-8")))
    deployed = {table["TableName"].rpartition("-")[2] for table in tables("telework-office", "prod")}

    assert deployed <= set(sections)
