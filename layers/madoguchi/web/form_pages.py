"""What templates/pages/_form.html needs to draw a form of the definition and its confirmation page."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from madoguchi.japan.prefectures import READINGS
from madoguchi.programme.definition import JAPANESE
from madoguchi.programme.form_words import form_words
from madoguchi.programme.forms import TICKED, Reading, choices, shown
from madoguchi.programme.questions import Condition, Consent, Field, Form
from madoguchi.programme.words import OTHER_TEXT
from madoguchi.web.page_words import HTML_LANGUAGES
from madoguchi.web.postal_search import Search, address_fields
from madoguchi.web.visits import Visit

READ_AS: Mapping[str, int] = {"easy": 0, "en": 1}
LANGUAGE = "language"
"""The cookie that keeps the language which the visitor chose."""


def language_of(visit: Visit[Any], languages: Mapping[str, str]) -> str:
    """The language that the visitor chose among these: by the switch, with the form that they sent, or earlier."""
    chosen = visit.query.get("lang")
    if chosen in languages:
        visit.set_cookie(LANGUAGE, chosen)
    wanted = visit.form.get("lang") or chosen or visit.cookie(LANGUAGE)
    return wanted if wanted in languages else JAPANESE


class Speech(NamedTuple):
    """A form in the language of the visitor, and the languages to switch between (`programme().spoken`)."""

    form: Form
    language: str = JAPANESE
    languages: Mapping[str, str] = MappingProxyType({})


def form_facts(
    speech: Speech,
    reading: Reading,
    *,
    nonce: str,
    section: int | None = None,
    searches: Mapping[str, Search] | None = None,
) -> dict[str, Any]:
    """The facts of a page with a form. `section` draws that one alone, counted from 0; the others travel hidden.

    `searches` is what `postal_search.search` found.
    """
    form, words = speech.form, form_words(speech.language)
    return {
        **_said(speech),
        "choices": {field.id: _choices(field, speech.language) for field in form.fields},
        "notes": _notes(form, words),
        "other_labels": _other_labels(speech),
        "addresses": address_fields(form),
        "searches": searches or {},
        "typed": reading.typed,
        "ticked": reading.ticked,
        "nonce": nonce,
        "section": section,
        "carried": _carried(form, reading, section),
    }


def check_facts(speech: Speech, reading: Reading, *, nonce: str) -> dict[str, Any]:
    """The facts of the confirmation page: what was answered by section, and everything typed, to travel on."""
    form, words, asked = speech.form, form_words(speech.language), set(reading.asked)
    answered = [
        (
            section.title,
            [(field.label, _answer(field, reading, words)) for field in section.fields if field.id in asked],
        )
        for section in form.sections
    ]
    consented = [
        (each.label, words["yes" if each.id in reading.ticked else "no"]) for each in form.consents if each.id in asked
    ]
    return {
        **_said(speech),
        "answered": [(title, rows) for title, rows in (*answered, (words["consents"], consented)) if rows],
        "carried": [*_pairs(reading.typed), *((each, TICKED) for each in sorted(reading.ticked))],
        "section": None,
        "nonce": nonce,
    }


def _said(speech: Speech) -> dict[str, Any]:
    return {
        "form": speech.form,
        "words": form_words(speech.language),
        "language": speech.language,
        "languages": speech.languages,
        "html_language": HTML_LANGUAGES.get(speech.language, speech.language),
        "html_languages": {code: HTML_LANGUAGES.get(code, code) for code in speech.languages},
    }


def _choices(field: Field, language: str) -> list[tuple[str, str]]:
    """What a field offers; in other languages a prefecture's name comes with its reading."""
    offered = choices(field)
    if field.kind == "prefecture" and language in READ_AS:
        return [(code, f"{name} {READINGS[code][READ_AS[language]]}") for code, name in offered]
    return offered


def _answer(field: Field, reading: Reading, words: Mapping[str, str]) -> str:
    return words["at_counter"] if field.kind == "evidence" else shown(field, reading.values)


def _pairs(typed: Mapping[str, str | list[str]]) -> list[tuple[str, str]]:
    """Names and values as a browser sends them: a name stands once for each of its values."""
    return [
        (name, value) for name, values in typed.items() for value in ([values] if isinstance(values, str) else values)
    ]


def _carried(form: Form, reading: Reading, section: int | None) -> list[tuple[str, str]]:
    if section is None:
        return []
    own = [field.id for field in form.sections[section].fields]
    typed = {name: value for name, value in reading.typed.items() if not _belongs(name, own)}
    is_last = section == len(form.sections) - 1
    return _pairs(typed) + [(each, TICKED) for each in sorted(reading.ticked) if not is_last]


def _belongs(name: str, field_ids: Sequence[str]) -> bool:
    parts = ("", "_year", "_month", "_day", "_other")
    return any(name == f"{field_id}{part}" for field_id in field_ids for part in parts)


def _other_labels(speech: Speech) -> dict[str, str]:
    text = OTHER_TEXT.get(speech.language, OTHER_TEXT[JAPANESE])
    return {field.id: text.format(label=field.label) for field in speech.form.fields if field.other}


def _notes(form: Form, words: Mapping[str, str]) -> dict[str, str]:
    """By field or consent to whom it applies, for browsers that cannot hide it from all others."""
    fields = {field.id: field for field in form.fields}
    asked: list[Field | Consent] = [*form.fields, *form.consents]
    notes = {each.id: _note(each, fields, words) for each in asked}
    for field in form.fields:
        if field.other:
            condition = Condition(when={field.id: [field.other.value]})
            notes[f"{field.id}_other"] = _note(condition, fields, words)
    return notes


def _note(condition: Condition, fields: Mapping[str, Field], words: Mapping[str, str]) -> str:
    rules = [("only_when", condition.when), ("not_when", condition.unless)]
    said = [
        words[key].format(question=fields[field_id].label, answers=_answers(fields[field_id], values, words))
        for key, rule in rules
        for field_id, values in rule.items()
    ]
    if condition.under_age:
        said.append(words["under_age"].format(age=condition.under_age))
    return "".join(said)


def _answers(field: Field, values: Sequence[str], words: Mapping[str, str]) -> str:
    labels = dict(choices(field))
    return "".join(words["answer"].format(answer=labels[value]) for value in values).strip()
