"""docs/data-dictionary.md names every attribute that a model can store, in its table's section."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import madoguchi
from madoguchi.mail.owed import OwingItem
from madoguchi.storage import Item

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"
SECTION = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
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
