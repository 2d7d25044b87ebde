"""The building blocks of the schema: parts, identifiers, texts in one or several languages, times of day."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from madoguchi.japan.time import QUARTER_MINUTES, clock_minutes

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=2000)]
"""Words that are the same in every language."""
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Prefecture = Annotated[str, Field(pattern=r"^(0[1-9]|[1-3][0-9]|4[0-7]|99)$")]


class Part(BaseModel):
    """A part of the definition; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Translated(Part):
    """A text in Japanese, and as far as it was written in やさしい日本語 and English."""

    ja: Name
    easy: str | None = None
    en: str | None = None


Text = Name | Translated
"""A text that people read: Japanese, or a map of languages (`{ja: 氏, easy: みょうじ, en: Family name}`)."""


def _quarter_clock(value: object) -> object:
    if not isinstance(value, str):
        message = "write a time of day in quotes, such as '08:30'"
        raise ValueError(message)  # noqa: TRY004 pydantic reports ValueError, not TypeError
    try:
        minutes = clock_minutes(value)
    except ValueError as error:
        message = f"'{value}' is not a time of day such as '08:30'"
        raise ValueError(message) from error
    if minutes % QUARTER_MINUTES:
        message = f"'{value}' does not lie on a quarter-hour (:00, :15, :30, :45)"
        raise ValueError(message)
    return minutes


QuarterClock = Annotated[int, BeforeValidator(_quarter_clock, json_schema_input_type=str)]
QuarterMinutes = Annotated[int, Field(ge=QUARTER_MINUTES, multiple_of=QUARTER_MINUTES)]


def refuse_twins(ids: list[str], what: str) -> None:
    """Raise ValueError when an id stands twice."""
    twins = sorted({each for each in ids if ids.count(each) > 1})
    if twins:
        message = f"the same {what} stands twice: {', '.join(twins)}"
        raise ValueError(message)


def refuse_unknown(found: Iterable[str], allowed: Iterable[str], where: str) -> None:
    """Raise ValueError for names that are not among those allowed, and say which are."""
    known = list(allowed)
    unknown = [each for each in found if each not in known]
    if unknown:
        message = f"{where}: {', '.join(unknown)} is not known; allowed: {', '.join(known) or 'none'}"
        raise ValueError(message)
