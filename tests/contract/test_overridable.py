"""Whatever a definition lets staff change has a page that can change it, and that changes nothing by itself."""

import json
from datetime import date
from functools import cache
from typing import Any

import msgspec
import pytest

from madoguchi.programme.definition import Programme, decode
from madoguchi.programme.editing import Editor, editor_of, same, spoken
from madoguchi.programme.overlay import UnknownKeyError, value_at
from madoguchi.programme.question_form import controls_of, read_question
from madoguchi.programme.questions_edit import BLOCKS, CHOOSING, KINDS, QUESTIONS, ids_of, key_of, questions_of, remove
from madoguchi.programme.reliance import check_order, reasons, uses
from madoguchi.programme.schema import compile_programme, sources_of
from madoguchi.programme.schema import forms as forms_schema
from madoguchi.programme.schema.blocks import BLOCKS as READY
from madoguchi.programme.schema.changing import checked
from madoguchi.web.visits import FormData
from operations import programmes

NAMES = sorted(programmes.names())


@cache
def newest(name: str) -> Programme:
    return decode(json.dumps(compile_programme(programmes.FOLDER / name)).encode())[-1]


@cache
def written(name: str) -> dict[str, Any]:
    return sources_of(programmes.FOLDER / name)[-1]


def typed_at(name: str, key: str) -> Any:  # noqa: ANN401 whatever a definition holds
    try:
        return value_at(written(name), key)
    except UnknownKeyError:
        return value_at(msgspec.to_builtins(newest(name)), key)


def posted(controls: dict[str, str]) -> FormData:
    return FormData({control: [text] for control, text in controls.items()})


def controls_for(editor: Editor, typed: Any, languages: list[str]) -> dict[str, str]:  # noqa: ANN401
    """What a browser sends back of the page when nothing was typed."""
    match editor.kind:
        case "rows":
            return {control: text for row in editor.cells(typed) for control, text in row}
        case "text":
            return {f"value-{language}": spoken(typed, language) for language in languages}
        case "choice":
            return {"value": "yes" if typed else "no"}
        case "lines":
            return {"value": editor.lines(typed)}
    return {"value": str(typed)}


def keys() -> list[tuple[str, str]]:
    return [(name, each.key) for name in NAMES for each in newest(name).overridable]


def forms() -> list[tuple[str, str]]:
    return [(name, form.id) for name in NAMES for form in newest(name).registration.forms]


@pytest.mark.parametrize(("name", "key"), keys())
def test_what_may_be_changed_stays_as_it_is_when_nothing_is_typed(name: str, key: str) -> None:
    typed, languages = typed_at(name, key), list(newest(name).spoken)
    if QUESTIONS.fullmatch(key):
        for question in questions_of(typed):
            read, errors = read_question(posted(controls_of(question, languages)), question, languages)
            assert errors == [], key_of(question)
            assert same(read, question), key_of(question)
        return

    editor = editor_of(key)
    read = editor.read(posted(controls_for(editor, typed, languages)), languages, typed)

    assert same(read, typed)


@pytest.mark.parametrize(("name", "form_id"), forms())
def test_questions_of_every_form_may_be_changed(name: str, form_id: str) -> None:
    assert f"registration.forms.{form_id}.sections" in {each.key for each in newest(name).overridable}


@pytest.mark.parametrize(("name", "form_id"), forms())
def test_a_question_that_cannot_be_removed_says_why_exactly_when_the_schema_refuses(name: str, form_id: str) -> None:
    key = f"registration.forms.{form_id}.sections"
    sections, today = typed_at(name, key), date(2026, 11, 21)
    relied = uses(sections, newest(name), form_id)
    check_order(sections)

    for question in questions_of(sections):
        answer = checked([written(name)], key, remove(sections, key_of(question)), on=today, held=())
        assert bool(reasons(question, relied)) == ("problems" in answer), (key_of(question), answer.get("problems"))


def test_ready_blocks_have_a_name_for_staff_and_the_fields_of_the_schema() -> None:
    assert {name: block.fields for name, block in BLOCKS.items()} == {
        name: tuple(field["id"] for field in fields) for name, fields in READY.items()
    }


def test_kinds_of_questions_are_those_of_the_schema() -> None:
    known = set(forms_schema.Kind.__args__)  # type: ignore[attr-defined]

    assert set(KINDS) == known - {"email"}
    assert CHOOSING == forms_schema.CHOOSES


@pytest.mark.parametrize("key", ["retention", "registration.forms.person.consents", "reports.regions", "office.areas"])
def test_rows_keep_what_their_page_does_not_show(key: str) -> None:
    name = "telework-office"
    try:
        editor = editor_of(key)
    except UnknownKeyError:
        pytest.fail(key)
    typed = typed_at(name, key)

    assert same(editor.read(posted(controls_for(editor, typed, ["ja"])), ["ja"], typed), typed)


@pytest.mark.parametrize(
    "key", ["registration.forms.person.sections", "registration.forms", "contract", "office.weekdays", "mail_senders.x"]
)
def test_what_a_row_could_not_keep_whole_has_no_editor(key: str) -> None:
    with pytest.raises(UnknownKeyError):
        editor_of(key)


def test_a_row_that_is_changed_keeps_its_rule_and_its_other_languages() -> None:
    key = "members.classes"
    typed: list[dict[str, Any]] = [{"id": "a", "label": {"ja": "甲", "en": "A"}, "days_ahead": 3, "when": {"x": ["1"]}}]
    editor = editor_of(key)
    controls = controls_for(editor, typed, ["ja"])

    read = editor.read(posted(controls | {"row-0-days_ahead": "５"}), ["ja"], typed)

    assert read == [{**typed[0], "days_ahead": 5}]
    assert ids_of({"id": "a"}) == ("a",)
