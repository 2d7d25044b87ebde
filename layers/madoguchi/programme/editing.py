"""How a value of the definition is edited on a page by somebody who knows no YAML.

A value is one of: a number, a yes or no, a text (in each language of the programme), lines, or rows. Rows are
the elements of a list; lists inside a row are written on one line with 、 between.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import msgspec
from msgspec import inspect

from madoguchi.programme.definition import JAPANESE, Programme
from madoguchi.programme.kinds import DATE_IN_ONE, code_of
from madoguchi.programme.overlay import UnknownKeyError

EMPTY_ROWS = 3
SEPARATOR = "、"
LABELS: Mapping[str, str] = {
    "day": "日付（例 2026-12-28）",
    "reason": "理由",
    "starts": "始まり",
    "ends": "終わり",
    "id": "記号",
    "value": "記号",
    "label": "名称",
    "units": "数",
    "seats_per_unit": "1つの席数",
    "longest_minutes": "上限（分）",
    "description": "説明",
    "features": "設備（、で区切る）",
    "medium": "媒体",
    "prefectures": "都道府県の番号（、で区切る）",
    "clause": "条項",
    "metric": "数えるもの",
    "target": "目標",
    "period": "期間",
    "unit": "単位",
}


class Posted(Protocol):
    """A posted form."""

    def get(self, name: str) -> str:
        """The first value of a field, or ''."""


@dataclass(frozen=True, slots=True)
class Editor:
    """The controls of one value. `kind` is number, choice, text, lines or rows; `columns` are those of rows."""

    kind: str
    columns: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()

    def cells(self, typed: Sequence[Mapping[str, Any]]) -> list[list[tuple[str, str]]]:
        """Rows as (name of the control, what it holds), with empty ones to add to."""
        rows = [*typed, *({} for _ in range(EMPTY_ROWS))]
        return [
            [(f"row-{number}-{column}", _cell(row.get(column, ""))) for column in self.columns]
            for number, row in enumerate(rows)
        ]

    def read(self, form: Posted, languages: Sequence[str]) -> Any:  # noqa: ANN401 whatever the definition has there
        """The value as it would be typed into the file."""
        match self.kind:
            case "number":
                return _number(form.get("value"))
            case "choice":
                return form.get("value") == "yes"
            case "lines":
                return [line.strip() for line in form.get("value").splitlines() if line.strip()]
            case "rows":
                return self._rows(form)
        texts = {language: form.get(f"value-{language}").replace("\r\n", "\n").strip() for language in languages}
        others = {language: text for language, text in texts.items() if text and language != JAPANESE}
        return {JAPANESE: texts[JAPANESE], **others} if others else texts[JAPANESE]

    def _rows(self, form: Posted) -> list[dict[str, Any]]:
        rows, number = [], 0
        while any(form.get(f"row-{number + ahead}-{self.columns[0]}") for ahead in range(EMPTY_ROWS + 1)):
            typed = {column: form.get(f"row-{number}-{column}").strip() for column in self.columns}
            if any(typed.values()) and not form.get(f"row-{number}-remove"):
                rows.append({column: self._value(column, text) for column, text in typed.items() if text})
            number += 1
        return rows

    def _value(self, column: str, text: str) -> Any:  # noqa: ANN401
        if column in self.lists:
            return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
        if column in self.dates:
            return _date(text)
        return _number(text) if column in self.numbers else text


def editor_of(key: str) -> Editor:
    """The editor for a key of the definition; UnknownKeyError when nothing can be edited there."""
    kind = _inner(inspect.type_info(Programme))
    for part in key.split("."):
        kind = _inner(_step(kind, part, key))
    match kind:
        case inspect.IntType():
            return Editor("number")
        case inspect.BoolType():
            return Editor("choice")
        case inspect.StrType():
            return Editor("text")
        case inspect.ListType() if isinstance(_inner(kind.item_type), inspect.StrType):
            return Editor("lines")
        case inspect.ListType():
            return _rows_of(_inner(kind.item_type), key)
    raise UnknownKeyError(key)


def spoken(typed: object, language: str) -> str:
    """A typed text in one language; '' when it is not written in that one."""
    if isinstance(typed, dict):
        return str(typed.get(language) or "")
    return str(typed) if language == JAPANESE else ""


def told(typed: object) -> str:
    """A typed value in a line or a few, for previews and the history."""
    if isinstance(typed, bool):
        return "はい" if typed else "いいえ"
    if isinstance(typed, dict):
        return "\n".join(str(each) for each in typed.values())
    if isinstance(typed, list):
        return "\n".join(_row_told(each) for each in typed) or "（なし）"
    return str(typed) or "（なし）"


def _row_told(row: object) -> str:
    return "　".join(_cell(each) for each in row.values()) if isinstance(row, dict) else str(row)


def _rows_of(struct: inspect.Type, key: str) -> Editor:
    if not isinstance(struct, inspect.StructType):
        raise UnknownKeyError(key)
    columns, numbers, lists, dates = [], set(), set(), set()
    for field in struct.fields:
        kind = _inner(field.type)
        if isinstance(kind, inspect.IntType):
            numbers.add(field.encode_name)
        elif isinstance(kind, inspect.ListType) and isinstance(_inner(kind.item_type), inspect.StrType):
            lists.add(field.encode_name)
        elif isinstance(kind, inspect.DateType):
            dates.add(field.encode_name)
        elif not isinstance(kind, inspect.StrType):
            continue
        columns.append(field.encode_name)
    return Editor("rows", tuple(columns), frozenset(numbers), frozenset(lists), frozenset(dates))


def _inner(kind: inspect.Type) -> inspect.Type:
    """The type itself, without None and without what msgspec says about it."""
    if isinstance(kind, inspect.Metadata):
        return _inner(kind.type)
    if isinstance(kind, inspect.UnionType):
        return _inner(next(each for each in kind.types if not isinstance(each, inspect.NoneType)))
    return kind


def _step(kind: inspect.Type, part: str, key: str) -> inspect.Type:
    if isinstance(kind, inspect.StructType):
        for field in kind.fields:
            if field.encode_name == part:
                return field.type
    if isinstance(kind, inspect.ListType):
        return kind.item_type
    if isinstance(kind, inspect.DictType):
        return kind.value_type
    raise UnknownKeyError(key)


def _cell(value: Any) -> str:  # noqa: ANN401 whatever stands in a row
    if isinstance(value, list):
        return SEPARATOR.join(str(each) for each in value)
    return spoken(value, JAPANESE) if isinstance(value, dict) else str(value)


def _date(text: str) -> str:
    """The day as it stands in the definition, however it was typed; the text itself when it is none."""
    found = DATE_IN_ONE.fullmatch(code_of(text))
    try:
        return date(*map(int, found.groups())).isoformat() if found else text
    except ValueError:
        return text


def _number(text: str) -> int | str:
    """The number, whatever its width; the text itself when it is none, for the schema to refuse."""
    folded = unicodedata.normalize("NFKC", text).strip()
    try:
        return int(folded)
    except ValueError:
        return folded


def same(one: object, other: object) -> bool:
    """Whether two typed values are the same."""
    return bool(msgspec.json.encode(one, order="sorted") == msgspec.json.encode(other, order="sorted"))
