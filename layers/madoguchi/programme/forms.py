"""Reading a posted form by its definition: what was typed, what it means, what is wrong with it."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from madoguchi.japan.kana import katakana
from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.programme.definition import Field, Form

TICKED = "yes"
# Allowed in an address by the letter, but a header that held it would be read as something else.
ENCODED_WORD = "=?"
# Joins emoji; every other format character is invisible or turns the direction of what follows.
ZERO_WIDTH_JOINER = "\u200d"
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
ADDRESS_ADVICE = "の形を確認してください。例）hanako@example.jp のように、@とその後ろも必要です。"
CHOSEN_KINDS = frozenset({"select", "radio", "prefecture"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A posted form. `typed` is what the person wrote, `values` what is stored when nothing is wrong."""

    typed: Mapping[str, str]
    values: Mapping[str, str]
    ticked: frozenset[str]
    errors: tuple[tuple[str, str], ...]

    @classmethod
    def empty(cls, form: Form) -> Self:
        """A form that nobody has filled in yet."""
        return cls({field.id: "" for field in form.fields}, {}, frozenset(), ())


class _MistypedError(Exception):
    """What was typed into one field cannot be accepted; the text says how to mend it."""

    def __init__(self, field: Field, advice: str) -> None:
        """Begin the sentence with the field's label."""
        super().__init__(f"{field.label}{advice}")


def read(form: Form, posted: Callable[[str], str]) -> Reading:
    """Read every field and consent; the errors are (field id, Japanese message) in the form's order."""
    typed = {field.id: posted(field.id) for field in form.fields}
    ticked = frozenset(consent.id for consent in form.consents if posted(consent.id) == TICKED)
    values: dict[str, str] = {}
    errors: list[tuple[str, str]] = []
    for field in form.fields:
        try:
            values[field.id] = _value_of(field, typed[field.id])
        except _MistypedError as mistyped:
            errors.append((field.id, str(mistyped)))
    errors += [
        (consent.id, f"「{consent.label}」へのチェックが必要です。内容を確認し、チェックしてください。")
        for consent in form.consents
        if consent.required and consent.id not in ticked
    ]
    return Reading(typed, values, ticked, tuple(errors))


def choices(field: Field) -> list[tuple[str, str]]:
    """The (value, label) pairs that a field offers; none for a field to type into."""
    if field.kind == "prefecture":
        return list(PREFECTURES.items())
    return [(option.value, option.label) for option in field.options]


def shown(field: Field, value: str) -> str:
    """A stored value as people read it."""
    return dict(choices(field)).get(value, value)


def address(typed: str) -> str:
    """A mail address as we write to it, whatever its width; ValueError when it cannot be one."""
    from email_validator import validate_email  # noqa: PLC0415 only a posted form needs it

    folded = unicodedata.normalize("NFKC", typed).strip()
    if ENCODED_WORD in folded:
        raise ValueError(typed)
    checked = validate_email(folded, check_deliverability=False, allow_smtputf8=False)
    return checked.ascii_email or checked.normalized


def _value_of(field: Field, typed: str) -> str:
    # Trimmed only: NFC or NFKC would replace the registered characters of a person's name.
    value = typed.strip()
    if not value:
        if not field.required:
            return ""
        verb = "選んでください" if field.kind in CHOSEN_KINDS else "入力してください"
        raise _MistypedError(field, f"を{verb}。")
    if field.kind in CHOSEN_KINDS:
        return _chosen(field, value)
    if len(value) > field.longest:
        raise _MistypedError(field, f"は{field.longest}文字以内で入力してください（いまは{len(value)}文字です）。")
    return _parse(field, value)


def _parse(field: Field, value: str) -> str:
    if field.kind == "textarea":
        value = value.replace("\r\n", "\n").replace("\t", " ")
        _refuse_unseen_characters(field, value.replace("\n", ""))
        return value
    _refuse_unseen_characters(field, value)
    if field.kind == "kana":
        return _reading(field, value)
    if field.kind == "email":
        return _address(field, value)
    return value


def _chosen(field: Field, value: str) -> str:
    if value not in dict(choices(field)):
        raise _MistypedError(field, "を一覧から選んでください。")
    return value


def _refuse_unseen_characters(field: Field, value: str) -> None:
    if any(unicodedata.category(each) in UNSEEN for each in value if each != ZERO_WIDTH_JOINER):
        raise _MistypedError(
            field, "に使えない文字（改行や、目に見えない文字など）が入っています。入力し直してください。"
        )


def _reading(field: Field, value: str) -> str:
    try:
        return katakana(value)
    except ValueError as error:
        raise _MistypedError(field, "は、ひらがなかカタカナで入力してください。") from error


def _address(field: Field, value: str) -> str:
    try:
        return address(value)
    except ValueError as error:
        raise _MistypedError(field, ADDRESS_ADVICE) from error
