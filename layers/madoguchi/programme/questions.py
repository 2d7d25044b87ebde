"""The forms of a definition: sections, fields, consents, and when each of them applies."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

from msgspec import Struct

Value: TypeAlias = str | list[str]
"""What is stored for a field: text, or the chosen values of a field of kind `checkboxes`."""

Answers: TypeAlias = Mapping[str, Value]

MEMBERS, EVERYBODY = "members", "everybody"
AUDIENCES: Mapping[str, tuple[str, ...]] = {MEMBERS: (MEMBERS,), EVERYBODY: (MEMBERS, EVERYBODY)}
"""Who sees an answer on a profile, by the `seen_by` of its field; that of staff is on none."""

# How somebody is reached, where they live, when they were born. A prefecture alone is an area.
PRIVATE_KINDS = frozenset({"email", "phone", "postal", "evidence"})
PRIVATE_FIELDS = frozenset({"birth_date", "postal_code", "city", "street", "building", "guardian_name"})


class Condition(Struct, frozen=True, kw_only=True):
    """When something applies: `when` maps a field to the answers that fit, `unless` to those that do not.

    `under_age` needs a birth date in the field `birth_date` and fits people below that age.
    """

    when: dict[str, list[str]] = {}
    unless: dict[str, list[str]] = {}
    under_age: int = 0

    def applies(self, answers: Answers, today: date) -> bool:
        """Whether it applies to somebody with these answers on that day."""
        fits = all(_chosen(answers, field) & set(values) for field, values in self.when.items())
        barred = any(_chosen(answers, field) & set(values) for field, values in self.unless.items())
        return fits and not barred and (not self.under_age or _is_below(self.under_age, answers, today))

    @property
    def is_empty(self) -> bool:
        """Whether it applies to everybody."""
        return not (self.when or self.unless or self.under_age)


class Option(Struct, frozen=True):
    """A choice of a field. With `other`, a text is asked for, too, and stored under `<field>_other`."""

    value: str
    label: str
    other: bool = False


class Field(Condition, frozen=True, kw_only=True):
    """One question of a form: its control, its check, its column and its register entry.

    `item` is the name of its column in files (GIF item name), the label unless given. `counted` fields are
    frozen on records and broken down in reports. `retention` names an entry of the definition's list.
    `seen_by` says who may see the answer of an active member: staff, members or everybody.
    """

    id: str
    label: str
    kind: str
    purpose: str
    required: bool = False
    options: list[Option] = []
    support: str = ""
    autocomplete: str = ""
    longest: int = 100
    least: int | None = None
    most: int | None = None
    item: str = ""
    counted: bool = False
    sensitive: bool = False
    retention: str = "profile"
    seen_by: str = "staff"

    def is_open_to(self, audience: str) -> bool:
        """Whether an audience (members, everybody) may see the answer on a profile."""
        private = is_private(self.id, self.kind, sensitive=self.sensitive)
        return not private and audience in AUDIENCES.get(self.seen_by, ())

    @property
    def column(self) -> str:
        """The name of its column in files."""
        return self.item or self.label

    @property
    def other(self) -> Option | None:
        """The option that asks for a text, if there is one."""
        return next((option for option in self.options if option.other), None)


class Section(Struct, frozen=True):
    """Fields under one heading. A form with `steps` shows one section a page."""

    title: str
    fields: list[Field]
    support: str = ""


class Consent(Condition, frozen=True, kw_only=True):
    """A consent that is asked by itself and never ticked beforehand."""

    id: str
    label: str
    version: str
    required: bool
    text: str = ""


class Form(Struct, frozen=True, kw_only=True):
    """A form: its purpose of use, what one gains by it, its sections and its consents.

    `subject` is person or organisation. A `light` form asks for an address and little else. With `steps`,
    each section is a page of its own and what was typed is saved on the way.
    """

    id: str
    label: str
    purpose: str
    sections: list[Section]
    consents: list[Consent] = []
    subject: str = "person"
    light: bool = False
    steps: bool = False
    lead: str = ""

    @property
    def fields(self) -> list[Field]:
        """The fields of all sections, in order."""
        return [field for section in self.sections for field in section.fields]

    def field(self, field_id: str) -> Field | None:
        """The field of that id."""
        return next((field for field in self.fields if field.id == field_id), None)

    def open_to(self, audience: str) -> list[Field]:
        """The fields whose answers an audience may see on a profile."""
        return [field for field in self.fields if field.is_open_to(audience)]

    def consent(self, consent_id: str) -> Consent | None:
        """The consent of that id."""
        return next((each for each in self.consents if each.id == consent_id), None)


def is_private(field_id: str, kind: str, *, sensitive: bool) -> bool:
    """Whether the answer stays between the member and the staff, whatever a definition says."""
    return sensitive or kind in PRIVATE_KINDS or field_id in PRIVATE_FIELDS


def values_of(answers: Answers, field_id: str) -> Iterator[str]:
    """The answers to a field one by one; none when it was left empty."""
    value = answers.get(field_id, "")
    yield from ([value] if value else []) if isinstance(value, str) else value


def age_on(birth: date, day: date) -> int:
    """Full years of age on that day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _chosen(answers: Answers, field_id: str) -> set[str]:
    return set(values_of(answers, field_id))


def _is_below(age: int, answers: Answers, today: date) -> bool:
    try:
        return age_on(date.fromisoformat("".join(values_of(answers, "birth_date"))), today) < age
    except ValueError:
        return False
