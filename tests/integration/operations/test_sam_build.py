"""What `sam build` makes of the functions, together with our own step after it."""

import importlib.util
from pathlib import Path

import pytest

from operations import layers, sam
from operations.stack import ROOT, Stack, clean_environment

FUNCTIONS = sorted(one.name for one in (ROOT / "functions").iterdir() if (one / "__init__.py").is_file())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    layers.build()
    folder = tmp_path_factory.mktemp("sam") / "build"
    sam.build(folder, clean_environment(Stack("any")), folder.parent / "sam-build.log")
    return [one for one in folder.iterdir() if one.is_dir()]


def test_every_function_is_built_and_holds_nothing_but_our_entry_points(built: list[Path]) -> None:
    assert len(built) == len(FUNCTIONS)
    for folder in built:
        assert sorted(one.name for one in folder.iterdir()) == FUNCTIONS


def test_every_module_of_a_function_has_bytecode_that_needs_no_check(built: list[Path]) -> None:
    for module in [one for folder in built for one in folder.rglob("*.py")]:
        head = Path(importlib.util.cache_from_source(str(module))).read_bytes()[:16]
        assert head[:4] == importlib.util.MAGIC_NUMBER, module
        assert int.from_bytes(head[4:8], "little") == 0b01, module
        assert head[8:16] == importlib.util.source_hash(module.read_bytes()), module
