"""What is done to programme definitions from the command line: check, publish the schema, begin a new version."""

import json
import os
import re
from datetime import date
from pathlib import Path

from madoguchi.programme.schema import DefinitionError, compile_definition, compile_programme, json_schema
from operations import programmes
from operations.stack import ROOT, OperationError

SCHEMA = ROOT / "docs" / "programme.schema.json"
VERSIONS = "versions"
_VERSION = re.compile(r"^version:[ \t]*(\d+)", re.MULTILINE)
_HOLDS_FROM = re.compile(r"^holds_from:[ \t]*(\S+)", re.MULTILINE)
_SCHEMA_LINE = re.compile(r"(\$schema=)(\S*programme\.schema\.json)")


def shown(file: Path) -> str:
    """The file as an operator would type it."""
    return os.path.relpath(file)


def problems_of(file: Path) -> list[str]:
    """What is wrong with a definition, one line each: file, line, key, what is wrong and what is allowed."""
    if not file.is_file():
        return [f"{shown(file)}: there is no such file"]
    try:
        found = compile_definition(file)
        if file.name == programmes.DEFINITION:
            compile_programme(file.parent)
    except DefinitionError as error:
        return [str(problem) for problem in error.problems]
    folder = file.resolve().parent
    if folder.parent == programmes.FOLDER and found["id"] != folder.name:
        return [f"{shown(file)}:1: id: '{found['id']}' is not the name of its folder; allowed: {folder.name}"]
    return []


def summary_of(file: Path) -> str:
    """What a definition without problems holds, in one line."""
    found = compile_definition(file)
    forms = found["registration"]["forms"]
    fields = sum(len(section["fields"]) for form in forms for section in form["sections"])
    areas = found["office"]["areas"] if found["office"] else []
    places = sum(area["units"] for area in areas)
    return (
        f"version {found['version']} from {found['holds_from']}; forms: {len(forms)}, fields: {fields},"
        f" places: {places}, modules: {', '.join(found['modules']) or 'none'}"
    )


def schema_text() -> str:
    """The schema of definitions, for editors."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def current(name: str) -> tuple[int, date]:
    """The version of a programme's current definition and the date from which it holds."""
    found = compile_definition(_file(name))
    return found["version"], date.fromisoformat(found["holds_from"])


def revise(name: str, holds_from: date) -> tuple[Path, Path]:
    """Keep the current definition in versions/ and make it the next version; returns the kept file and the new one."""
    file = _file(name)
    version, since = current(name)
    if holds_from <= since:
        message = f"Version {version} holds from {since}; the next one must hold from a later day than that."
        raise OperationError(message)
    text = file.read_text(encoding="utf-8")
    kept = file.parent / VERSIONS / f"{version}.yaml"
    kept.parent.mkdir(exist_ok=True)
    # One folder deeper, so the schema is one folder further away.
    kept.write_text(_SCHEMA_LINE.sub(r"\1../\2", text, count=1), encoding="utf-8")
    text = _VERSION.sub(f"version: {version + 1}", text, count=1)
    file.write_text(_HOLDS_FROM.sub(f"holds_from: {holds_from}", text, count=1), encoding="utf-8")
    return kept, file


def _file(name: str) -> Path:
    file = programmes.FOLDER / name / programmes.DEFINITION
    if problems := problems_of(file):
        raise OperationError("\n".join(problems))
    return file
