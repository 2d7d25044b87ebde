"""What is wrong with a definition and what is allowed, in plain words instead of pydantic's."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from madoguchi.programme.schema.forms import Block, FormField
from madoguchi.programme.schema.programme import Programme
from madoguchi.programme.schema.words import FORMS_OF_WORDS, WRONG, Translated

VARIANTS: Mapping[str, type[BaseModel] | None] = {
    "block": Block,
    "field": FormField,
    "Translated": Translated,
    "str": None,
    "constrained-str": None,
    "literal['']": None,
}
"""What pydantic puts into a place for the variant that it tried; no key of the file."""

A_DATE = "write a date such as 2026-04-01, without quotes"
A_NUMBER = "write a whole number such as 30, without quotes"
A_TEXT = "write a text; in quotes when it looks like a number or a date ('04', '2026-04-01')"
A_MAP = "write keys and values below it, each on a line of its own"
A_YES_OR_NO = "write true or false"
MESSAGES: Mapping[str, str] = {
    "bool_parsing": A_YES_OR_NO,
    "bool_type": A_YES_OR_NO,
    "date_from_datetime_inexact": A_DATE,
    "date_from_datetime_parsing": A_DATE,
    "date_parsing": A_DATE,
    "date_type": A_DATE,
    "dict_type": A_MAP,
    "greater_than_equal": "{input} is too small; allowed: {ge} or more",
    "int_from_float": A_NUMBER,
    "int_parsing": A_NUMBER,
    "int_type": A_NUMBER,
    "less_than_equal": "{input} is too big; allowed: {le} or less",
    "list_type": "write a list: [a, b], or lines that begin with '- '",
    "literal_error": "'{input}' is not known; allowed: {expected}",
    "model_attributes_type": A_MAP,
    "model_type": A_MAP,
    "multiple_of": "{input} is not allowed; allowed: multiples of {multiple_of}",
    "string_too_long": "this text is too long; allowed: {max_length} characters",
    "string_too_short": "this must not be empty",
    "string_type": A_TEXT,
    "too_short": "too few entries; at least {min_length}",
    WRONG: "{message}",
}


def message_of(error: ErrorDetails) -> str:
    """One error in plain words."""
    kind, facts = error["type"], {"input": error["input"], **error.get("ctx", {})}
    if kind == "extra_forbidden":
        return _unknown_key(error)
    if kind == "missing":
        return f"this key is missing; needed here: {', '.join(_needed(_part_of(error)))}"
    if kind == "string_pattern_mismatch":
        return f"'{error['input']}' is not allowed; allowed: {FORMS_OF_WORDS[facts['pattern']]}"
    if kind == "value_error" and "email" in error["msg"]:
        return f"'{error['input']}' is no mail address; allowed: one such as office@town.example.jp"
    return MESSAGES[kind].format(**facts) if kind in MESSAGES else error["msg"].removeprefix("Value error, ")


def _unknown_key(error: ErrorDetails) -> str:
    part = _part_of(error)
    if part is None:
        return "this key is not known; is it misspelt?"
    allowed = list(part.model_fields)
    near = difflib.get_close_matches(str(error["loc"][-1]), allowed, n=1)
    guess = f"did you mean '{near[0]}'? " if near else ""
    return f"this key is not known; {guess}allowed here: {', '.join(allowed)}"


def _needed(part: type[BaseModel] | None) -> list[str]:
    return [name for name, field in part.model_fields.items() if field.is_required()] if part else []


def _part_of(error: ErrorDetails) -> type[BaseModel] | None:
    """The part of the schema in which the key of an error stands."""
    part: type[BaseModel] | None = Programme
    for step in error["loc"][:-1]:
        if step in VARIANTS:
            part = VARIANTS[str(step)]
        elif isinstance(step, str) and part and step in part.model_fields:
            part = next(_parts_in(part.model_fields[step].annotation), None)
    return part


def _parts_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 whatever a field is annotated with
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _parts_in(inner)
