"""The schema of a programme definition, and the compiler from YAML to the JSON that functions load.

Only the build and the tests import this; a request never does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    ValidationError,
    model_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.japan.time import QUARTER_MINUTES, clock_minutes

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Prefecture = Annotated[str, Field(pattern=r"^(0[1-9]|[1-3][0-9]|4[0-7]|99)$")]


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


QuarterClock = Annotated[int, BeforeValidator(_quarter_clock)]
QuarterMinutes = Annotated[int, Field(ge=QUARTER_MINUTES, multiple_of=QUARTER_MINUTES)]


class Part(BaseModel):
    """A part of the definition; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(Part):
    """What the pages say about the programme and whom to ask."""

    name: Text
    lead: Text
    address: Text
    access: Text
    hours_text: Text
    closed_text: Text
    features: list[Text]
    operator: Text
    mail: EmailStr
    phone: Text
    phone_hours: Text
    theme: Literal["blue", "forest", "plum"] = "blue"


class Contract(Part):
    """The contract behind the programme."""

    title: Text
    client: Text
    contractor: Text
    starts: date
    ends: date

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse a contract that ends before it starts."""
        if self.ends < self.starts:
            message = f"ends ({self.ends}) lies before starts ({self.starts})"
            raise ValueError(message)
        return self


class Option(Part):
    """A choice of a field."""

    value: Annotated[str, Field(min_length=1, max_length=60)]
    label: Text


class FormField(Part):
    """One question of a form. A-064: no field without a purpose; optional by default."""

    id: Identifier
    label: Text
    kind: Literal["text", "kana", "email", "select", "radio", "prefecture", "textarea"]
    purpose: Text
    required: bool = False
    options: list[Option] = []
    support: str = ""
    autocomplete: str = ""
    longest: Annotated[int, Field(ge=1, le=2000)] = 100

    @model_validator(mode="after")
    def has_options_where_needed(self) -> Self:
        """A choice needs choices; anything else must not have them."""
        chooses = self.kind in {"select", "radio"}
        if chooses and len(self.options) < 2:  # noqa: PLR2004
            message = f"kind '{self.kind}' needs at least two options"
            raise ValueError(message)
        if not chooses and self.options:
            message = f"kind '{self.kind}' takes no options"
            raise ValueError(message)
        return self


class Consent(Part):
    """A consent that is asked by itself and never ticked beforehand."""

    id: Identifier
    label: Text
    version: Text
    required: bool


class Form(Part):
    """A form: purpose of use, fields, consents."""

    purpose: Text
    fields: Annotated[list[FormField], Field(min_length=1)]
    consents: list[Consent]

    @model_validator(mode="after")
    def has_one_address(self) -> Self:
        """A person is reached by mail: exactly one field of kind email, named `email`."""
        if [field.id for field in self.fields if field.kind == "email"] != ["email"]:
            message = "exactly one field of kind 'email' with the id 'email' is needed"
            raise ValueError(message)
        _refuse_twins([field.id for field in self.fields] + [each.id for each in self.consents], "field or consent")
        return self


class MemberClass(Part):
    """A class of member; the first whose rule fits is taken."""

    id: Identifier
    label: Text
    days_ahead: Annotated[int, Field(ge=0, le=366)]
    when: dict[str, list[str]] = {}
    unless: dict[str, list[str]] = {}


class Area(Part):
    """A kind of place with equal units."""

    id: Identifier
    label: Text
    units: Annotated[int, Field(ge=1, le=500)]
    seats_per_unit: Annotated[int, Field(ge=1, le=500)] = 1
    longest_minutes: QuarterMinutes
    description: Text
    features: list[Text] = []


class YearlyClosure(Part):
    """Days closed every year."""

    starts: MonthDay
    ends: MonthDay
    reason: Text


class Closure(Part):
    """One closed day."""

    day: date
    reason: Text


class Office(Part):
    """Opening calendar, places, limits."""

    opens: QuarterClock
    closes: QuarterClock
    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1)]
    closed_on_holidays: bool
    yearly_closures: list[YearlyClosure] = []
    closures: list[Closure] = []
    areas: Annotated[list[Area], Field(min_length=1)]
    daily_limit_minutes: QuarterMinutes

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        """Refuse an office that closes before it opens, and areas of one name."""
        if self.closes <= self.opens:
            message = "closes must lie after opens"
            raise ValueError(message)
        _refuse_twins([area.id for area in self.areas], "area")
        return self


class Events(Part):
    """Rules of event sign-up."""

    guest_hold_minutes: Annotated[int, Field(ge=5, le=30)]


class Newsletters(Part):
    """The sender's particulars, which the law wants in each mail, and the consent it needs."""

    consent: Identifier
    sender_name: Text
    sender_address: Text
    contact: Text


class Region(Part):
    """A group of prefectures in the reports."""

    id: Identifier
    label: Text
    prefectures: list[Prefecture]


class Programme(Part):
    """One contract, as data."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=30)]
    version: Annotated[int, Field(ge=1)]
    holds_from: date
    site: Site
    contract: Contract
    registration: Form
    classes: Annotated[list[MemberClass], Field(min_length=1)]
    office: Office
    events: Events
    newsletters: Newsletters
    regions: list[Region]

    @model_validator(mode="after")
    def refers_to_what_exists(self) -> Self:
        """Rules of classes name fields and answers that exist; the last class takes everybody."""
        answers = {field.id: _answers_of(field) for field in self.registration.fields}
        for each in self.classes:
            for field_id, values in (*each.when.items(), *each.unless.items()):
                if field_id not in answers:
                    there_are = ", ".join(answers)
                    message = f"class '{each.id}' asks for '{field_id}', which is no field; there are: {there_are}"
                    raise ValueError(message)
                unknown = [value for value in values if value not in answers[field_id]]
                if unknown:
                    allowed = ", ".join(sorted(answers[field_id]))
                    message = f"class '{each.id}' asks '{field_id}' for {unknown}; allowed: {allowed}"
                    raise ValueError(message)
        if self.classes[-1].when or self.classes[-1].unless:
            message = "the last class must have no rule, so that everybody has a class"
            raise ValueError(message)
        consents = [consent.id for consent in self.registration.consents]
        if self.newsletters.consent not in consents:
            message = (
                f"newsletters.consent '{self.newsletters.consent}' is not among the consents: {', '.join(consents)}"
            )
            raise ValueError(message)
        _refuse_twins([each.id for each in self.classes], "class")
        return self


def _answers_of(field: FormField) -> set[str]:
    if field.kind == "prefecture":
        return set(PREFECTURES)
    return {option.value for option in field.options}


def _refuse_twins(ids: list[str], what: str) -> None:
    twins = sorted({each for each in ids if ids.count(each) > 1})
    if twins:
        message = f"the same {what} stands twice: {', '.join(twins)}"
        raise ValueError(message)


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


def compile_definition(path: Path) -> dict[str, Any]:
    """Read and check a programme.yaml; returns what its JSON holds, raises DefinitionError."""
    try:
        document = YAML(typ="rt").load(path)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError([Problem(str(path), line, "-", str(error.problem))]) from error
    try:
        checked = Programme.model_validate(document)
    except ValidationError as error:
        problems = list(_problems(error, document, path))
        raise DefinitionError(problems) from error
    return checked.model_dump(mode="json")


def _problems(error: ValidationError, document: object, path: Path) -> Iterator[Problem]:
    for each in error.errors():
        keys = list(each["loc"])
        key = ".".join(str(part) for part in keys) or "(the whole file)"
        message = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            message = "this key is not known; is it misspelt?"
        yield Problem(str(path), _line_of(document, keys), key, message)


def _line_of(document: object, keys: list[str | int]) -> int:
    """The line (from 1) of the deepest key that the document has."""
    line, node = 0, document
    for key in keys:
        if isinstance(node, CommentedMap) and key in node:
            line = node.lc.key(key)[0]
        elif isinstance(node, CommentedSeq) and isinstance(key, int) and key < len(node):
            line = node.lc.item(key)[0]
        else:
            break
        node = node[key]
    return line + 1
