"""Answers to questions that are asked no more: they stay with the member, in the words in which they were given."""

from collections.abc import Iterator

from msgspec.structs import replace

from madoguchi.japan.time import tokyo_day
from madoguchi.members.rules import NAME_FIELDS, Member
from madoguchi.programme import overrides
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import choices, shown
from madoguchi.programme.questions import Field, values_of

OTHER = "_other"


def former_answers(member: Member) -> list[tuple[str, str]]:
    """(question, answer) for every stored answer that the member's form does not ask for.

    The id stands for the question where no definition since the registration knows it.
    """
    asked = {*NAME_FIELDS, *(field.id for field in member.form.fields)}
    found = []
    for key in sorted(each for each in member.answers if each not in asked):
        if key.endswith(OTHER) and key.removesuffix(OTHER) in {*asked, *member.answers}:
            continue  # told with the answer that it belongs to
        field = next(_fields_once(member, key), None)
        text = shown(field, member.answers) if field else "、".join(values_of(member.answers, key))
        if text:
            found.append((field.label if field else key, text))
    return found


def with_former_options(member: Member, field: Field) -> Field:
    """The field with the options that the member chose and that are offered no more."""
    offered = {value for value, _ in choices(field)}
    if not field.options or set(values_of(member.all_answers, field.id)) <= offered:
        return field
    former = {option.value: option for once in _fields_once(member, field.id) for option in once.options}
    return replace(field, options=[*field.options, *(each for value, each in former.items() if value not in offered)])


def _fields_once(member: Member, field_id: str) -> Iterator[Field]:
    """The question in every definition since the member registered, the newest first."""
    days = {each.holds_from for each in overrides.current()[0]} | {tokyo_day(member.registered_at)}
    registrations = [programme().registration, *(programme(day).registration for day in sorted(days, reverse=True))]
    for registration in registrations:
        if field_id in registration.fields:
            yield registration.fields[field_id]
