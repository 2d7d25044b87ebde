"""The building blocks of the schema: parts, identifiers, texts in one or several languages, times of day."""

from collections.abc import Iterable, Mapping
from typing import Annotated, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from madoguchi.japan.time import QUARTER_MINUTES, clock_minutes

IDENTIFIER = r"^[a-z][a-z0-9_]*$"
NAME_OF_FOLDER = r"^[a-z][a-z0-9-]*$"
CODE_IN_LINK = r"^[a-z0-9][a-z0-9-]*$"
VALUE = r"^[A-Za-z0-9_-]+$"
MONTH_AND_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
PREFECTURE = r"^(0[1-9]|[1-3][0-9]|4[0-7]|99)$"
PLACE = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"
PICTURE = r"^[a-z0-9-]+\.svg$"
FORMS_OF_WORDS: Mapping[str, str] = {
    IDENTIFIER: "small letters, digits and _, a letter first (first_visit)",
    NAME_OF_FOLDER: "small letters, digits and -, a letter first (town-office)",
    CODE_IN_LINK: "small letters, digits and - (flyer-2)",
    VALUE: "letters, digits, _ and - (20s)",
    MONTH_AND_DAY: "a month and a day (12-29)",
    PREFECTURE: "the two digits of a prefecture, '01' to '47', or '99' for abroad",
    PICTURE: "the name of an SVG file in templates/static/img (mark.svg)",
    PLACE: "keys joined by dots (office.areas.booth.longest_minutes)",
}
"""What each pattern of the schema allows, with an example."""

Identifier = Annotated[str, Field(pattern=IDENTIFIER, max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=2000)]
"""Words that are the same in every language."""
MonthDay = Annotated[str, Field(pattern=MONTH_AND_DAY)]
Prefecture = Annotated[str, Field(pattern=PREFECTURE)]


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


WRONG = "wrong"
"""The type of errors that name the key they are about, below the part that was checked."""


def refuse(key: str, message: str) -> NoReturn:
    """Raise that the value under `key` (a.b.0.c, below the part that is checked) does not fit the rest."""
    raise PydanticCustomError(WRONG, "{message}", {"key": key, "message": message})


def refuse_twins(ids: list[str], what: str, key: str) -> None:
    """Refuse an id that stands twice in the list under `key`."""
    for index, each in enumerate(ids):
        if each in ids[:index]:
            refuse(f"{key}.{index}", f"the {what} '{each}' stands twice; every {what} needs an id of its own")


def refuse_unknown(found: Iterable[str], allowed: Iterable[str], key: str) -> None:
    """Refuse names that are not among those allowed, and say which are."""
    known = list(allowed)
    unknown = [each for each in found if each not in known]
    if unknown:
        refuse(key, f"'{', '.join(unknown)}' is not known; allowed: {', '.join(known) or 'none'}")
