"""Every kind of field, with any text: what is accepted keeps its meaning, what is not says how to mend it."""

import unicodedata
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.programme.forms import Reading, choices, read, shown, written
from madoguchi.programme.kinds import UNSEEN, ZERO_WIDTH_JOINER, MistypedError, value_of
from madoguchi.programme.questions import Field, Form, Option, Section, Value, values_of
from madoguchi.programme.words import ADVICE
from tests.support.forms import EVERY_KIND, TODAY, Sent, a_field

TYPED_INTO = ("text", "kana", "email", "phone", "postal", "date", "number", "url", "textarea")
CHOSEN = ("prefecture", "select", "radio", "checkboxes")
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
DASHES = "-‐‑–—―−ー－"
DIGITS = "0123456789"
# What people type, and what they paste.
LIKELY = st.sampled_from(
    "髙﨑神塚\ufa10\ufa19𠮟やまダﾔﾏ ｶﾞー　 -－ー‐@＠.．:/０１２3456789年月日〒+()①㈱é\u200d👩\u202e\x00\n\t"
)
ANY_TEXT = st.one_of(st.text(max_size=60), st.text(LIKELY, max_size=40))
PLAUSIBLE = {
    "text": st.text(LIKELY, min_size=1),
    "textarea": st.text(LIKELY, min_size=1),
    "kana": st.text(st.characters(min_codepoint=0x3040, max_codepoint=0x30FF), min_size=1, max_size=20),
    "email": st.from_regex(r"[a-zａ-ｚ0-9.]{1,10}[@＠][a-zà-ÿ]{1,10}\.jp", fullmatch=True),
    "phone": st.from_regex(r"(\+81|0|０)[ -ー]?[1-9]0?[-ー]?\d{4}[-ー ]?\d{4}(ext\.?\d{1,3}|#\d)?", fullmatch=True),
    "postal": st.from_regex(r"〒? ?\d{3}[-ー‒－]?\d{4}", fullmatch=True),
    "date": st.from_regex(r"(19|20)\d{2}[-/年.]\d{1,2}[-/月.]\d{1,2}日?", fullmatch=True),
    "number": st.from_regex(r"[-−]?\d{1,9}", fullmatch=True),
    "url": st.from_regex(r"https?://[^/\s]{1,10}\.jp(/\S{0,10})?", fullmatch=True),
}
"""What a kind may well accept, with digits and letters of every script."""


def text_for(kind: str) -> st.SearchStrategy[str]:
    """Any text, and often one that the kind may accept."""
    return st.one_of(ANY_TEXT, PLAUSIBLE[kind])


def accepted(field: Field, text: str) -> str | None:
    """What is stored for a text; None when it is refused."""
    try:
        return str(value_of(field, {field.id: text}, TODAY))
    except MistypedError:
        return None


def stored(field: Field, text: str) -> str:
    """What is stored for a text that must be accepted."""
    return str(value_of(field, {field.id: text}, TODAY))


def a_form(*fields: Field) -> Form:
    return Form(id="form", label="様式", purpose="試験", sections=[Section("一", list(fields))])


def read_as(form: Form, typed: Mapping[str, Value]) -> Reading:
    """The form as it is read from what somebody typed."""
    return read(form, Sent.by(**dict(typed)), today=TODAY)


def a_day() -> st.SearchStrategy[date]:
    return st.dates(date(1900, 1, 1), TODAY)


@pytest.mark.parametrize("kind", TYPED_INTO)
@given(data=st.data())
def test_any_text_is_read_or_refused_with_advice_in_every_language(kind: str, data: st.DataObject) -> None:
    text = data.draw(text_for(kind))
    form = a_form(a_field("field", kind, "質問"))

    for language in ("ja", "easy", "en"):
        reading = read(form, Sent.by(field=text), today=TODAY, language=language)

        assert reading.typed["field"] == text, "what was typed stays"
        for control, said in reading.errors:
            assert control in {"field", "field_year"}
            assert "質問" in said
            assert "field" not in reading.values
            # Nothing of what was typed comes back in the advice, and no place of it stays open.
            assert "{" not in said
            assert len(said) < 120
        if not reading.errors:
            break


@pytest.mark.parametrize("kind", CHOSEN)
@given(text=ANY_TEXT)
def test_only_what_is_offered_can_be_chosen(kind: str, text: str) -> None:
    field = a_field("field", kind)
    offered = [value for value, _ in choices(field)]

    reading = read_as(a_form(field), {"field": text})

    if text.strip() and text.strip() not in offered:
        assert reading.errors
    for value in offered:
        assert list(values_of(read_as(a_form(field), {"field": value}).values, "field")) == [value]


@pytest.mark.parametrize("kind", TYPED_INTO)
@given(data=st.data())
def test_an_accepted_value_read_again_is_itself(kind: str, data: st.DataObject) -> None:
    text = data.draw(text_for(kind))
    field = a_field("field", kind)

    value = accepted(field, text)

    assert value is None or stored(field, value) == value


def test_what_is_shown_at_the_counter_is_neither_typed_nor_missing() -> None:
    card = a_field("student_card", "evidence", required=True)

    for text in ("", "学生証の写し"):
        assert stored(card, text) == ""


@given(typed=ANY_TEXT)
def test_names_are_never_changed(typed: str) -> None:
    name = a_field("family_name", "text")

    assert accepted(name, typed) in {typed.strip(), None}


@given(typed=ANY_TEXT)
def test_free_text_is_never_changed_but_for_its_line_ends(typed: str) -> None:
    value = accepted(a_field("wishes", "textarea"), typed)

    assert value is None or value == typed.strip().replace("\r\n", "\n").replace("\t", " ")


@pytest.mark.parametrize("kind", TYPED_INTO)
@given(data=st.data())
def test_nothing_invisible_is_stored(kind: str, data: st.DataObject) -> None:
    text = data.draw(text_for(kind))
    value = (accepted(a_field("field", kind), text) or "").replace("\n", "" if kind == "textarea" else "\n")

    assert not any(unicodedata.category(each) in UNSEEN for each in value if each != ZERO_WIDTH_JOINER)


@pytest.mark.parametrize("kind", ["postal", "number", "date", "phone"])
@given(data=st.data())
def test_codes_are_stored_in_half_width(kind: str, data: st.DataObject) -> None:
    text = data.draw(text_for(kind))
    value = accepted(a_field("field", kind), text)

    assert value is None or (value.isascii() and value == value.strip())


@given(code=st.text(DIGITS, min_size=7, max_size=7), dash=st.sampled_from(["", *DASHES]))
def test_a_postal_code_means_the_same_in_any_width(code: str, dash: str) -> None:
    field = a_field("postal_code", "postal")

    for typed in (f"{code[:3]}{dash}{code[3:]}", f"〒 {code[:3]}{dash}{code[3:]} "):
        assert stored(field, typed) == stored(field, typed.translate(WIDE)) == code


@given(number=st.integers(-999_999_999, 999_999_999))
def test_a_number_means_the_same_in_any_width(number: int) -> None:
    field = a_field("people", "number")

    assert stored(field, str(number)) == stored(field, str(number).translate(WIDE)) == str(number)
    assert stored(field, f"{number:,}") == str(number)


@given(number=st.integers(), least=st.integers(0, 5), most=st.integers(5, 20))
def test_a_number_out_of_its_range_is_refused(number: int, least: int, most: int) -> None:
    form = a_form(a_field("people", "number", least=least, most=most))

    reading = read_as(form, {"people": str(number)})

    assert bool(reading.errors) == (not least <= number <= most)


@given(day=a_day())
def test_a_day_means_the_same_in_any_width_and_in_three_fields(day: date) -> None:
    field = a_field("birth_date", "date")
    typed = f"{day.year}-{day.month}-{day.day}"
    parts = {"birth_date_year": f"{day.year}", "birth_date_month": f"{day.month:02}", "birth_date_day": f"{day.day}"}
    wide = {name: part.translate(WIDE) for name, part in parts.items()}

    for text in (typed, typed.translate(WIDE), f"{day.year}年{day.month}月{day.day}日", typed.replace("-", "/")):
        assert stored(field, text) == day.isoformat()
    assert (
        read_as(a_form(field), parts).values == read_as(a_form(field), wide).values == {"birth_date": day.isoformat()}
    )


@pytest.mark.parametrize(
    "typed", ["2026-11-22", "1899-12-31", "2025-02-29", "26-4-1", "2025-13-1", "きのう", "0000-0-0"]
)
def test_a_day_that_cannot_be_a_birth_date_is_refused(typed: str) -> None:
    assert read_as(a_form(a_field("birth_date", "date")), {"birth_date": typed}).errors


@given(digits=st.text(DIGITS, min_size=8, max_size=8), dash=st.sampled_from(["", *DASHES, " "]))
def test_a_phone_number_means_the_same_in_any_width(digits: str, dash: str) -> None:
    field = a_field("phone", "phone")
    number = f"090{dash}{digits[:4]}{dash}{digits[4:]}"

    value = accepted(field, number)

    assert value == accepted(field, number.translate(WIDE))
    assert value in {f"090-{digits[:4]}-{digits[4:]}", None}, "a few blocks are given to nobody"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("０３－１２３４－５６７８", "03-1234-5678"),
        ("0120-999-999", "0120-999-999"),
        ("+81 83 922 3111", "083-922-3111"),
        ("+1 (202) 555-0123", "+1 202-555-0123"),
    ],
)
def test_phone_numbers_are_kept_as_the_governments_data_model_writes_them(typed: str, kept: str) -> None:
    assert stored(a_field("phone", "phone"), typed) == kept


@given(reading=st.text([chr(code) for code in range(0x30A1, 0x30F6)], min_size=1, max_size=20))
def test_a_reading_means_the_same_in_hiragana_and_katakana(reading: str) -> None:
    field = a_field("family_kana", "kana")
    hiragana = "".join(chr(ord(each) - 0x60) for each in reading)

    assert stored(field, reading) == stored(field, hiragana) == reading


@given(name=st.text("abcxyz019.", min_size=1, max_size=20))
def test_an_address_means_the_same_in_any_width(name: str) -> None:
    field = a_field("email", "email")
    typed = f"{name}@example.jp"

    assert accepted(field, typed) == accepted(field, f" {typed.translate(WIDE)}　")


@given(chosen=st.sets(st.sampled_from("abcde")), least=st.integers(0, 2), most=st.integers(2, 4))
def test_as_many_boxes_are_ticked_as_the_form_says(chosen: set[str], least: int, most: int) -> None:
    field = a_field("wishes", "checkboxes", options=[Option(each, each) for each in "abcde"], least=least, most=most)

    reading = read_as(a_form(field), {"wishes": sorted(chosen, reverse=True)})

    assert bool(reading.errors) == bool(chosen and not least <= len(chosen) <= most)
    if not reading.errors:
        assert reading.values == {"wishes": sorted(chosen)}, "kept in the order of the form"


@given(text=ANY_TEXT, choice=st.sampled_from(["sns", "other", ""]))
def test_the_text_of_another_choice_is_read_with_that_choice_only(text: str, choice: str) -> None:
    field = EVERY_KIND.field("how_heard")
    assert field

    reading = read_as(a_form(field), {"how_heard": choice, "how_heard_other": text})

    assert reading.typed["how_heard_other"] == text
    assert ("how_heard_other" in reading.values) == (choice == "other" and not reading.errors)
    if choice == "other" and not text.strip():
        assert [control for control, _ in reading.errors] == ["how_heard_other"]


@given(st.dictionaries(st.sampled_from([field.id for field in EVERY_KIND.fields]), ANY_TEXT))
def test_a_whole_form_is_read_whatever_was_typed_into_it(typed: dict[str, str]) -> None:
    reading = read_as(EVERY_KIND, typed)

    assert all(reading.typed[name] in (text, [text]) for name, text in typed.items())
    assert set(reading.values) <= {name for field in EVERY_KIND.fields for name in (field.id, f"{field.id}_other")}
    assert all(question not in reading.asked or question in reading.values or question in errors_of(reading)
               for question in (field.id for field in EVERY_KIND.fields))  # fmt: skip


def errors_of(reading: Reading) -> set[str]:
    """The fields that have an error, or whose other text or first part has one."""
    return {control.removesuffix("_year").removesuffix("_other") for control, _ in reading.errors}


@given(day=a_day(), code=st.text(DIGITS, min_size=7, max_size=7))
def test_what_is_stored_fills_in_the_form_again(day: date, code: str) -> None:
    fields = [a_field("birth_date", "date"), a_field("postal_code", "postal"), a_field("wishes", "checkboxes")]
    answers: dict[str, Value] = {"birth_date": day.isoformat(), "postal_code": code, "wishes": ["yes"]}

    typed = {name: value for field in fields for name, value in written(field, answers).items()}

    assert read_as(a_form(*fields), typed).values == answers
    assert [shown(field, answers) for field in fields] == [
        f"{day.year}年{day.month}月{day.day}日", f"{code[:3]}-{code[3:]}", "はい",
    ]  # fmt: skip


def test_every_advice_is_written_in_every_language() -> None:
    for code, texts in ADVICE.items():
        assert set(texts) == {"ja", "easy", "en"}, code
