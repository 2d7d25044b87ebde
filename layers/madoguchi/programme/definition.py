"""The programme definition as the functions see it: compiled JSON decoded into plain values.

The schema with its checks and messages is in `schema.py` (pydantic), which no function imports.
"""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from madoguchi.settings import settings


class Site(Struct, frozen=True):
    """What the pages say about the programme and whom to ask."""

    name: str
    lead: str
    address: str
    access: str
    hours_text: str
    closed_text: str
    features: list[str]
    operator: str
    mail: str
    phone: str
    phone_hours: str
    theme: str = "blue"


class Contract(Struct, frozen=True):
    """The contract behind the programme (契約)."""

    title: str
    client: str
    contractor: str
    starts: date
    ends: date


class Option(Struct, frozen=True):
    """A choice of a field."""

    value: str
    label: str


class Field(Struct, frozen=True):
    """One question of a form: its control, its check, its column and its register entry."""

    id: str
    label: str
    kind: str
    purpose: str
    required: bool = False
    options: list[Option] = []
    support: str = ""
    autocomplete: str = ""
    longest: int = 100


class Consent(Struct, frozen=True):
    """A consent that is asked by itself and never ticked beforehand."""

    id: str
    label: str
    version: str
    required: bool


class Form(Struct, frozen=True):
    """A form: purpose of use shown above the button, fields, consents."""

    purpose: str
    fields: list[Field]
    consents: list[Consent]


class MemberClass(Struct, frozen=True):
    """A class of member. The first whose rule fits the answers is taken; an empty rule fits all.

    `when` maps a field to the answers that fit, `unless` to those that do not.
    """

    id: str
    label: str
    days_ahead: int
    when: dict[str, list[str]] = {}
    unless: dict[str, list[str]] = {}


class Area(Struct, frozen=True):
    """A kind of place: so many equal units, taken one at a time."""

    id: str
    label: str
    units: int
    seats_per_unit: int
    longest_minutes: int
    description: str
    features: list[str] = []


class YearlyClosure(Struct, frozen=True):
    """Days closed every year, month-day to month-day (12-29 to 01-03 crosses the year)."""

    starts: str
    ends: str
    reason: str


class Closure(Struct, frozen=True):
    """One closed day."""

    day: date
    reason: str


class Office(Struct, frozen=True):
    """Opening calendar, places, and the limits of a booking. Minutes are after midnight."""

    opens: int
    closes: int
    weekdays: list[int]
    closed_on_holidays: bool
    yearly_closures: list[YearlyClosure]
    closures: list[Closure]
    areas: list[Area]
    daily_limit_minutes: int

    def area(self, area_id: str) -> Area | None:
        """The area of that id."""
        return next((area for area in self.areas if area.id == area_id), None)


class Events(Struct, frozen=True):
    """Rules of event sign-up."""

    guest_hold_minutes: int


class Newsletters(Struct, frozen=True):
    """The sender's particulars that the law wants in each mail (特定電子メール法 4条)."""

    consent: str
    sender_name: str
    sender_address: str
    contact: str


class Region(Struct, frozen=True):
    """A group of prefectures in the reports."""

    id: str
    label: str
    prefectures: list[str]


class Programme(Struct, frozen=True):
    """One contract, as data."""

    id: str
    version: int
    holds_from: date
    site: Site
    contract: Contract
    registration: Form
    classes: list[MemberClass]
    office: Office
    events: Events
    newsletters: Newsletters
    regions: list[Region]

    def member_class(self, class_id: str) -> MemberClass:
        """The class of that id; KeyError when the definition has none."""
        for each in self.classes:
            if each.id == class_id:
                return each
        raise KeyError(class_id)

    def class_of(self, answers: dict[str, Any]) -> MemberClass:
        """The class that the answers lead to: the first whose rule fits."""
        for each in self.classes:
            fits = all(answers.get(field) in values for field, values in each.when.items())
            barred = any(answers.get(field) in values for field, values in each.unless.items())
            if fits and not barred:
                return each
        raise KeyError(self.id)


def decode(compiled: bytes) -> Programme:
    """Decode a compiled definition."""
    return msgspec.json.decode(compiled, type=Programme)


@cache
def programme() -> Programme:
    """The definition that this stack runs, read once."""
    name = f"{settings().programme}.json"
    return decode(files("madoguchi_programmes").joinpath(name).read_bytes())
