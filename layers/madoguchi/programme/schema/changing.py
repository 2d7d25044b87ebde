"""Checking a change that staff want to make, by the schema of the whole definition."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from madoguchi.programme.overlay import UnknownKeyError, lay, value_at
from madoguchi.programme.schema.compiling import flattened
from madoguchi.programme.schema.programme import Programme

ADVICE: Mapping[str, str] = {
    "greater_than_equal": "{ge}以上の値にしてください。",
    "less_than_equal": "{le}以下の値にしてください。",
    "multiple_of": "{multiple_of}の倍数にしてください。",
    "int_parsing": "数字で入力してください。",
    "int_parsing_size": "数が大きすぎます。小さい数にしてください。",
    "int_type": "数字で入力してください。",
    "string_too_short": "空欄にはできません。入力してください。",
    "string_too_long": "{max_length}文字以内で入力してください。",
    "too_short": "{min_length}件以上にしてください。",
    "date_from_datetime_parsing": "日付は 2026-12-28 のように入力してください。",
    "date_parsing": "日付は 2026-12-28 のように入力してください。",
    "missing": "この項目は必ず入力してください。",
    "literal_error": "使える値は次のとおりです：{expected}",
    "enum": "使える値は次のとおりです：{expected}",
}
OTHERWISE = "この値は使えません。入力のしかたと、ほかの項目との組み合わせを確かめてください。"
REASON = "この値は使えません。ほかの項目との組み合わせを確かめてください（くわしい理由：{message}）。"
VARIANTS = frozenset({"dict_type", "model_attributes_type", "model_type", "string_type"})
"""What pydantic says about the other ways to write a value, which nobody tried."""


def checked(
    sources: Iterable[Mapping[str, Any]],
    key: str,
    value: object,
    *,
    on: date,
    held: Iterable[tuple[str, Any]],
) -> dict[str, Any]:
    """The compiled value and its words by language, or `problems` as (key, advice in Japanese)."""
    written = deepcopy(dict(_holding(list(sources), on)))
    for held_key, held_value in held:
        lay(written, {held_key: held_value}, missing_is_fine=True, may_add=True)
    try:
        lay(written, {key: value}, may_add=True)
    except UnknownKeyError:
        return {"problems": [(key, "この項目は、その日の定義にはありません。")]}
    try:
        compiled = flattened(Programme.model_validate(written))
    except ValidationError as error:
        return {"problems": [(".".join(map(str, each["loc"])), _advice(each)) for each in _telling(error.errors())]}
    words = {
        language: {place: text for place, text in texts.items() if place == key or place.startswith(f"{key}.")}
        for language, texts in compiled["languages"].items()
    }
    return {"value": value_at(compiled, key), "words": {language: texts for language, texts in words.items() if texts}}


def _holding(sources: list[Mapping[str, Any]], on: date) -> Mapping[str, Any]:
    begun = [each for each in sources if date.fromisoformat(each["holds_from"]) <= on]
    return begun[-1] if begun else sources[0]


def _telling(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    return [each for each in errors if each["type"] not in VARIANTS] or errors


def _advice(error: ErrorDetails) -> str:
    advice = ADVICE.get(error["type"], REASON if error["type"] == "value_error" else OTHERWISE)
    return advice.format(**{"message": error["msg"].removeprefix("Value error, "), **error.get("ctx", {})})
