"""From YAML to the JSON that functions load, with errors that name file, line, key and what is allowed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from madoguchi.programme.overlay import name_of
from madoguchi.programme.schema.advice import VARIANTS, message_of
from madoguchi.programme.schema.programme import Programme


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """As compilers print it."""
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class DefinitionError(Exception):
    """The definition cannot be used; `problems` says why, each with its line."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems and print them one a line."""
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class _Texts(RoundTripConstructor):
    """Leaves days as they are written: one that does not exist is a mistake like any other, with its line."""


_Texts.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)


def compile_definition(path: Path) -> dict[str, Any]:
    """Read and check one YAML file; returns what its JSON holds, raises DefinitionError."""
    document = _read(path)
    try:
        checked = Programme.model_validate(document)
    except ValidationError as error:
        raise DefinitionError(list(_problems(error, document, path))) from error
    return flattened(checked)


def compile_programme(folder: Path) -> dict[str, Any]:
    """Every version of the definition in a folder: programme.yaml and those before it in versions/."""
    files = [*(folder / "versions").glob("*.yaml"), folder / "programme.yaml"]
    versions = sorted(((file, compile_definition(file)) for file in files), key=lambda each: int(each[1]["version"]))
    for (_, earlier), (file, later) in pairwise(versions):
        if earlier["version"] >= later["version"] or earlier["holds_from"] >= later["holds_from"]:
            message = (
                f"version {later['version']} from {later['holds_from']} does not follow"
                f" version {earlier['version']} from {earlier['holds_from']}"
            )
            raise DefinitionError([Problem(str(file), 1, "version", message)])
    return {"versions": [each for _, each in versions]}


def sources_of(folder: Path) -> list[dict[str, Any]]:
    """Every version of a definition as it is written, the oldest first: what a change by staff is laid over."""
    files = [*(folder / "versions").glob("*.yaml"), folder / "programme.yaml"]
    documents = [YAML(typ="safe").load(file) for file in files]
    plain: list[dict[str, Any]] = json.loads(json.dumps(documents, default=str))
    return sorted(plain, key=lambda each: int(each["version"]))


def flattened(checked: Programme) -> dict[str, Any]:
    """The definition in Japanese, with the words of other languages by their keys under `languages`."""
    languages: dict[str, dict[str, str]] = {}
    japanese: dict[str, Any] = _japanese(checked.model_dump(mode="json"), "", languages)
    return japanese | {"languages": languages}


def _japanese(node: Any, key: str, languages: dict[str, dict[str, str]]) -> Any:  # noqa: ANN401 any JSON
    if isinstance(node, list):
        return [_japanese(each, f"{key}.{name_of(each, index)}", languages) for index, each in enumerate(node)]
    if not isinstance(node, dict):
        return node
    if "ja" in node:
        for language in ("easy", "en"):
            if node.get(language):
                languages.setdefault(language, {})[key] = node[language]
        return node["ja"]
    return {name: _japanese(each, f"{key}.{name}" if key else name, languages) for name, each in node.items()}


def _read(path: Path) -> object:
    try:
        yaml = YAML(typ="rt")
        yaml.Constructor = _Texts
        return yaml.load(path)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError([Problem(str(path), line, "-", str(error.problem))]) from error
    except (YAMLError, UnicodeDecodeError) as error:
        message = "this file cannot be read as text; save it as UTF-8"
        raise DefinitionError([Problem(str(path), 1, "-", message)]) from error


def _problems(error: ValidationError, document: object, path: Path) -> Iterator[Problem]:
    seen = set()
    for each in error.errors():
        keys = _keys(each, document)
        problem = Problem(str(path), _line_of(document, keys), ".".join(keys) or "(the whole file)", message_of(each))
        if (problem.line, problem.key) not in seen:
            yield problem
        seen.add((problem.line, problem.key))


def _keys(error: ErrorDetails, document: object) -> list[str]:
    """The place as keys of the file, without the names of variants."""
    keys: list[str] = []
    node: Any = document
    for before, part in pairwise(("", *error["loc"], *_below(error))):
        # Behind an index it is a variant even where the file has a key of that name (`block`).
        if part in VARIANTS and (isinstance(before, int) or not _holds(node, part)):
            continue
        if _holds(node, part):
            node = node[part]
        keys.append(str(part))
    return keys


def _below(error: ErrorDetails) -> Iterator[str | int]:
    """The way from the part that was checked to the key that its check is about."""
    for part in str(error.get("ctx", {}).get("key", "")).split("."):
        if part:
            yield int(part) if part.isdigit() else part


def _holds(node: object, part: str | int) -> bool:
    if isinstance(node, list):
        return isinstance(part, int) and part < len(node)
    return isinstance(node, dict) and part in node


def _line_of(document: object, keys: list[str]) -> int:
    """The line (from 1) of the deepest key that the document has."""
    line, node = 0, document
    for key in keys:
        if isinstance(node, CommentedMap) and key in node:
            line = node.lc.key(key)[0]
            node = node[key]
        elif isinstance(node, CommentedSeq) and key.isdigit() and int(key) < len(node):
            line = node.lc.item(int(key))[0]
            node = node[int(key)]
        else:
            break
    return line + 1
