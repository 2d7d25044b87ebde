"""Which questions of a form the programme relies on, and why: they cannot be removed, nor their answers.

The schema refuses the same (schema/forms.py, schema/programme.py); here it is said before, in plain Japanese.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from madoguchi.programme.definition import Programme
from madoguchi.programme.forms import choices
from madoguchi.programme.questions import Condition, Form
from madoguchi.programme.questions_edit import BLOCKS, Question, Sections, find, ids_of, label_of, questions_of
from madoguchi.refusals import ConflictError

NEEDED: Mapping[str, str] = {
    "email": "登録の確認と連絡、サインインに使います",
    "family_name": "登録した方の確認に使います",
    "given_name": "登録した方の確認に使います",
    "organisation_name": "登録した団体の確認に使います",
}


class ReliedOnError(ConflictError):
    """The programme needs the question, or an answer to it."""

    code = "relied_on"


class OutOfOrderError(ConflictError):
    """A question would come before the one on whose answer it depends."""

    code = "out_of_order"


@dataclass(frozen=True, slots=True)
class Use:
    """What needs a field, and the answers of it that it names."""

    field_id: str
    values: frozenset[str]
    why: str


def uses(sections: Sections, contract: Programme, form_id: str) -> list[Use]:
    """Everything that needs a field of the form, as its questions are now."""
    form = contract.registration.form(form_id)
    found = [Use(each, frozenset(), NEEDED[each]) for each in _standard(form)]
    found += _elsewhere_missing(_rules(contract), contract, form_id)
    for question in questions_of(sections):
        found += _of_condition(question, f"質問「{label_of(question)}」を出す条件に使っています")
    for consent in form.consents:
        found += _of_condition(_plain(consent), f"同意「{consent.label}」を求める条件に使っています")
    return found


def reasons(question: Question, relied: Iterable[Use]) -> list[str]:
    """Why a question cannot be removed; none when it can."""
    return list(dict.fromkeys(each.why for each in relied if each.field_id in ids_of(question)))


def check_removal(sections: Sections, key: str, relied: Iterable[Use]) -> None:
    """Refuse to remove a question that is needed: ReliedOnError."""
    question = find(sections, key)
    if found := reasons(question, relied):
        message = f"「{label_of(question)}」は消せません。{'。'.join(found)}。"
        raise ReliedOnError(message)


def check_options(question: Question, relied: Iterable[Use]) -> None:
    """Refuse a choice without an answer that something names: ReliedOnError."""
    offered = {option["value"] for option in question.get("options", ())}
    for each in relied:
        if question.get("id") == each.field_id and (gone := sorted(each.values - offered)):
            message = f"選択肢「{'、'.join(gone)}」は消せません。{each.why}。"
            raise ReliedOnError(message)


def check_order(sections: Sections) -> None:
    """Refuse a question before the one on whose answer it depends: OutOfOrderError."""
    asked: set[str] = set()
    for question in questions_of(sections):
        for use in _of_condition(question, ""):
            if use.field_id not in asked:
                needed = _named(use.field_id, sections)
                message = f"「{label_of(question)}」は、「{needed}」の答えによって出すため、その後に置きます。"
                raise OutOfOrderError(message)
        asked |= set(ids_of(question))


def _named(field_id: str, sections: Sections) -> str:
    ready = (each.label for each in BLOCKS.values() if field_id in each.fields)
    return next((label_of(each) for each in questions_of(sections) if field_id in ids_of(each)), next(ready, field_id))


def _standard(form: Form) -> Iterator[str]:
    yield "email"
    if form.subject == "organisation":
        yield "organisation_name"
    elif not form.light:
        yield from ("family_name", "given_name")


def _rules(contract: Programme) -> Iterator[Use]:
    for each in contract.members.classes:
        yield from _of_condition(_plain(each), f"登録の区分「{each.label}」を決める規則で使っています")
    for field_id in contract.reports.region_fields:
        yield Use(field_id, frozenset(), "報告書の地域別の集計に使っています")
    if target := contract.reports.target:
        for field_id, values in target.when.items():
            yield Use(field_id, frozenset(values), f"報告書の「{target.label}」の集計に使っています")


def _elsewhere_missing(found: Iterable[Use], contract: Programme, form_id: str) -> Iterator[Use]:
    """Without the needs that another form meets."""
    others: dict[str, set[str]] = {}
    for form in contract.registration.forms:
        for field in form.fields if form.id != form_id else ():
            others.setdefault(field.id, set()).update(value for value, _ in choices(field))
    for each in found:
        if each.field_id not in others:
            yield each
        elif missing := each.values - others[each.field_id]:
            yield Use(each.field_id, missing, each.why)


def _of_condition(asked: Mapping[str, Any], why: str) -> Iterator[Use]:
    for rule in (asked.get("when", {}), asked.get("unless", {})):
        for field_id, values in rule.items():
            yield Use(field_id, frozenset(map(str, values)), why)
    if asked.get("under_age"):
        yield Use("birth_date", frozenset(), why)
    if "block" in asked and (after := BLOCKS[asked["block"]].after):
        yield Use(after, frozenset(), why)


def _plain(condition: Condition) -> dict[str, Any]:
    return {"when": condition.when, "unless": condition.unless, "under_age": condition.under_age}
