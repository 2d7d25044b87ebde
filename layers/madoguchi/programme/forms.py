"""Reading a posted form by its definition: what was typed, what it means, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, Self

from madoguchi.japan.postal import with_dash
from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.programme.kinds import MistypedError, address, value_of
from madoguchi.programme.questions import Answers, Consent, Field, Form, Option, Value, values_of
from madoguchi.programme.words import OTHER_TEXT, advice

__all__ = ["Posted", "Reading", "address", "choices", "read", "shown", "written"]

TICKED = "yes"
PARTS_OF_A_DATE = ("year", "month", "day")


class Posted(Protocol):
    """What somebody sent: a form, or a line of a file."""

    def get(self, name: str) -> str:
        """The first value of a field, or ''."""

    def all(self, name: str) -> list[str]:
        """Every value of a field."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A posted form. `typed` is what the person wrote, `values` what is stored when nothing is wrong.

    `typed` holds a list for checkboxes, the parts of a date as `<id>_year` and so on, and the text of an
    "other" choice as `<id>_other`.
    """

    typed: Mapping[str, Value]
    values: Mapping[str, Value]
    ticked: frozenset[str]
    errors: tuple[tuple[str, str], ...] = ()
    asked: tuple[str, ...] = field(default=())
    """The fields and consents that apply to this person, in order."""

    @classmethod
    def empty(cls, form: Form) -> Self:
        """A form that nobody has filled in yet."""
        return cls(
            {key: value for each in form.fields for key, value in _typed(each, _NOTHING).items()}, {}, frozenset()
        )

    @classmethod
    def of(cls, form: Form, answers: Answers, ticked: frozenset[str] = frozenset()) -> Self:
        """A form filled in with what is stored."""
        return cls(
            {key: value for each in form.fields for key, value in written(each, answers).items()}, answers, ticked
        )


class _Nothing:
    def get(self, name: str) -> str:  # noqa: ARG002
        return ""

    def all(self, name: str) -> list[str]:  # noqa: ARG002
        return []


_NOTHING = _Nothing()


def read(form: Form, posted: Posted, *, today: date, language: str = "ja") -> Reading:
    """Read every field and consent that applies; errors are (field id, message) in the form's order."""
    typed: dict[str, Value] = {}
    values: dict[str, Value] = {}
    errors: list[tuple[str, str]] = []
    asked: list[str] = []
    for each in form.fields:
        typed |= _typed(each, posted)
        if not each.applies(values, today):
            continue
        asked.append(each.id)
        try:
            values |= _values(each, typed, today, language)
        except MistypedError as mistyped:
            errors.append((mistyped.control, advice(mistyped.code, language, **mistyped.facts)))
    due = [consent for consent in form.consents if consent.applies(values, today)]
    ticked = frozenset(consent.id for consent in due if posted.get(consent.id) == TICKED)
    errors += [(each.id, _unticked(each, language)) for each in due if each.required and each.id not in ticked]
    return Reading(typed, values, ticked, tuple(errors), (*asked, *(each.id for each in due)))


def choices(question: Field) -> list[tuple[str, str]]:
    """The (value, label) pairs that a field offers; none for a field to type into."""
    if question.kind == "prefecture":
        return list(PREFECTURES.items())
    return [(option.value, option.label) for option in question.options]


def shown(question: Field, answers: Answers) -> str:
    """The stored answer to a field as people read it; '' when it was left empty."""
    labels = dict(choices(question))
    other = question.other.value if question.other else None
    texts = []
    for value in values_of(answers, question.id):
        text = labels.get(value, value)
        written_text = "".join(values_of(answers, f"{question.id}_other")) if value == other else ""
        texts.append(f"{text}（{written_text}）" if written_text else text)
    if question.kind == "date" and texts:
        day = date.fromisoformat(texts[0])
        return f"{day.year}年{day.month}月{day.day}日"
    if question.kind == "postal" and texts:
        return with_dash(texts[0])
    return "、".join(texts)


def written(question: Field, answers: Answers) -> dict[str, Value]:
    """A stored answer as it would be typed: what a form is filled in with."""
    value = answers.get(question.id, [] if question.kind == "checkboxes" else "")
    typed: dict[str, Value] = {question.id: value}
    if question.other:
        typed[f"{question.id}_other"] = answers.get(f"{question.id}_other", "")
    if question.kind == "date":
        parts = str(value).split("-") if value else ["", "", ""]
        typed |= {f"{question.id}_{name}": part.lstrip("0") for name, part in zip(PARTS_OF_A_DATE, parts, strict=True)}
    return typed


def _typed(question: Field, posted: Posted) -> dict[str, Value]:
    if question.kind == "checkboxes":
        typed: dict[str, Value] = {question.id: posted.all(question.id)}
    elif question.kind == "date":
        parts = {f"{question.id}_{part}": posted.get(f"{question.id}_{part}") for part in PARTS_OF_A_DATE}
        # A file has the date in one cell.
        typed = {question.id: posted.get(question.id), **parts}
    else:
        typed = {question.id: posted.get(question.id)}
    if question.other:
        typed[f"{question.id}_other"] = posted.get(f"{question.id}_other")
    return typed


def _values(question: Field, typed: Mapping[str, Value], today: date, language: str) -> dict[str, Value]:
    value = value_of(question, typed, today)
    other: Option | None = question.other
    values: dict[str, Value] = {question.id: value}
    if other and other.value in values_of(values, question.id):
        label = OTHER_TEXT.get(language, OTHER_TEXT["ja"]).format(label=question.label)
        text = Field(id=f"{question.id}_other", label=label, kind="text", purpose=question.purpose, required=True)
        values[text.id] = value_of(text, typed, today)
    return values


def _unticked(consent: Consent, language: str) -> str:
    return advice("unticked", language, label=consent.label)
