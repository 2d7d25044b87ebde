"""How a value of the definition is edited on a page by somebody who knows no YAML.

A value is one of: a number, a yes or no, a text (in each language of the programme), lines, or rows. Rows are
the elements of a list; lists inside a row are written on one line with 、 between. What a page does not show of a
line or row that was there (its other languages, a rule) stays as it was; the questions of a form have pages of their
own (questions_edit.py).
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
YES, NO = "yes", "no"
NAMING = ("id", "value")
"""The columns by which a row is known again, as in keys."""
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
    """The controls of one value. `kind` is number, choice, text, lines or rows; `columns` are those of rows.

    `choices` are the columns of a yes or no; an empty one is not written, so that the schema's default holds.
    """

    kind: str
    columns: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    choices: frozenset[str] = frozenset()

    def cells(self, typed: Sequence[Mapping[str, Any]]) -> list[list[tuple[str, str]]]:
        """Rows as (name of the control, what it holds), with empty ones to add to."""
        rows = [*typed, *({} for _ in range(EMPTY_ROWS))]
        return [
            [(f"row-{number}-{column}", _cell(row.get(column, ""))) for column in self.columns]
            for number, row in enumerate(rows)
        ]

    def lines(self, typed: Sequence[object]) -> str:
        """A list of texts, one on a line."""
        return "\n".join(spoken(each, JAPANESE) for each in typed)

    def read(self, form: Posted, languages: Sequence[str], before: Any) -> Any:  # noqa: ANN401 the definition's
        """The value as it would be typed into the file; `before` is the one that the page showed."""
        match self.kind:
            case "number":
                return _number(form.get("value"))
            case "choice":
                return form.get("value") == YES
            case "lines":
                kept = {spoken(each, JAPANESE): each for each in before}
                lines = [line.strip() for line in form.get("value").splitlines() if line.strip()]
                return [kept.get(line, line) for line in lines]
            case "rows":
                return self._rows(form, before)
        texts = {language: form.get(f"value-{language}").replace("\r\n", "\n").strip() for language in languages}
        others = {language: text for language, text in texts.items() if text and language != JAPANESE}
        return {JAPANESE: texts[JAPANESE], **others} if others else texts[JAPANESE]

    def _rows(self, form: Posted, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        rows, number, empty = [], 0, 0
        while empty <= EMPTY_ROWS:
            typed = {column: form.get(f"row-{number}-{column}").strip() for column in self.columns}
            empty = 0 if any(typed.values()) else empty + 1
            if any(typed.values()) and not form.get(f"row-{number}-remove"):
                rows.append(self._row(typed, before))
            number += 1
        return rows

    def _row(self, typed: Mapping[str, str], before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """A row with whatever it held that the page does not show."""
        naming = next((each for each in NAMING if each in self.columns), None)
        compared = (naming,) if naming else self.columns
        was = next((row for row in before if all(_cell(row.get(each, "")) == typed[each] for each in compared)), {})
        row = dict(was)
        for column, text in typed.items():
            if text != _cell(was.get(column, "")):
                row.pop(column, None)
                row |= {column: self._value(column, text)} if text else {}
        return row

    def _value(self, column: str, text: str) -> Any:  # noqa: ANN401
        if column in self.lists:
            return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
        if column in self.dates:
            return _date(text)
        if column in self.choices:
            return text == YES
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
    if not isinstance(row, dict):
        return str(row)
    if JAPANESE in row:
        return spoken(row, JAPANESE)
    return "　".join(told(each) if isinstance(each, bool) else _cell(each) for each in row.values())


def _rows_of(struct: inspect.Type, key: str) -> Editor:
    """The columns of a list's elements; UnknownKeyError when an element has more to it than a row can keep."""
    if not isinstance(struct, inspect.StructType):
        raise UnknownKeyError(key)
    kinds: dict[str, set[str]] = {"text": set(), "number": set(), "list": set(), "date": set(), "choice": set()}
    columns, hidden = [], []
    for field in struct.fields:
        kind = _cell_kind(_inner(field.type))
        if kind:
            kinds[kind].add(field.encode_name)
            columns.append(field.encode_name)
        else:
            hidden.append(field)
    if hidden and (not set(NAMING) & set(columns) or any(field.required for field in hidden)):
        raise UnknownKeyError(key)
    numbers, lists, dates, choices = (frozenset(kinds[each]) for each in ("number", "list", "date", "choice"))
    return Editor("rows", tuple(columns), numbers, lists, dates, choices)


def _cell_kind(kind: inspect.Type) -> str:
    """What one cell can hold of a type; '' when none can."""
    match kind:
        case inspect.StrType():
            return "text"
        case inspect.IntType():
            return "number"
        case inspect.BoolType():
            return "choice"
        case inspect.DateType():
            return "date"
        case inspect.ListType() if isinstance(_inner(kind.item_type), inspect.StrType):
            return "list"
    return ""


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
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return SEPARATOR.join(spoken(each, JAPANESE) for each in value)
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
