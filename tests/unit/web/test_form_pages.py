"""The pages of a form: everything that it asks is drawn, in the visitor's language, with what was typed."""

import json
from collections.abc import Mapping

import pytest
from bs4 import BeautifulSoup, Tag

from madoguchi.programme.form_words import FORM_WORDS, form_words
from madoguchi.programme.forms import Reading, read
from madoguchi.programme.questions import Form, Section, Value
from madoguchi.web.form_pages import Speech
from tests.support.forms import EVERY_KIND, LANGUAGES, TODAY, Sent, a_field, check_page, form_page

TYPED: Mapping[str, str | list[str]] = {
    "family_name": "髙<b>橋", "family_kana": "たかはし", "email": "hanako@example.jp", "phone": "090-1234-5678",
    "birth_date_year": "2010", "birth_date_month": "4", "birth_date_day": "1", "guardian_name": "髙橋 太郎",
    "postal_code": "100-0001", "prefecture": "13", "city": "千代田区", "street": "千代田1-1",
    "how_heard": "other", "how_heard_other": "回覧板", "works": "no", "company": "前の会社", "seeking": "yes",
    "support_wanted": "相談\nしたい", "wishes": ["yes", "own"], "wishes_other": "静かな席", "people": "3",
    "website": "https://www.example.jp/", "terms": "yes", "guardian_agrees": "yes",
}  # fmt: skip
SPEECH = Speech(EVERY_KIND, "ja", LANGUAGES)


def reading_of(**changes: str) -> Reading:
    return read(EVERY_KIND, Sent.by(**{**TYPED, **changes}), today=TODAY)


def drawn(reading: Reading, speech: Speech = SPEECH, *, section: int | None = None) -> BeautifulSoup:
    return BeautifulSoup(form_page(speech, reading, section=section), "html.parser")


def sent_by(soup: BeautifulSoup) -> dict[str, list[str]]:
    """What a browser would send that presses the main button of the page as it is."""
    sent: dict[str, list[str]] = {}
    for control in soup.select("main form [name]"):
        for value in _values(control):
            sent.setdefault(str(control["name"]), []).append(value)
    return sent


def _values(control: Tag) -> list[str]:
    if control.name == "button":
        return []
    if control.name == "textarea":
        return [control.text.removeprefix("\n")]
    if control.name == "select":
        return [str(option["value"]) for option in control.select("option[selected]")]
    boxes = {"radio", "checkbox"}
    return [str(control.get("value", ""))] if control.get("type") not in boxes or control.has_attr("checked") else []


def test_everything_typed_is_drawn_again() -> None:
    sent = sent_by(drawn(reading_of()))

    assert {name: values for name, values in sent.items() if name not in {"csrf", "nonce"}} == {
        name: [value] if isinstance(value, str) else value for name, value in TYPED.items()
    }


def test_everything_typed_travels_through_the_confirmation_page() -> None:
    before = reading_of()

    soup = BeautifulSoup(check_page(SPEECH, before), "html.parser")

    again = read(EVERY_KIND, Sent(sent_by(soup)), today=TODAY)
    assert (again.typed, again.values, again.ticked) == (before.typed, before.values, before.ticked)
    answers = {row.dt.text: row.dd.text for row in soup.select(".facts__row") if row.dt and row.dd}
    assert answers["氏"] == "髙<b>橋"
    assert answers["郵便番号"] == "100-0001"
    assert answers["生年月日"] == "2010年4月1日"
    assert answers["知ったきっかけ"] == "その他（回覧板）"
    assert answers["学生証"] == "窓口で確認します"
    assert answers["保護者が同意しています"] == "はい"
    assert answers["お知らせのメールを受け取ります"] == "いいえ"
    assert "勤務先の名称" not in answers, "what was typed into a question that does not apply is not taken"


def test_every_control_has_a_label_and_nothing_is_ticked_beforehand() -> None:
    soup = drawn(Reading.empty(EVERY_KIND))

    labelled = {str(label["for"]) for label in soup.select("label[for]")}
    for control in soup.select("main form input:not([type=hidden]), main form select, main form textarea"):
        assert control.get("id") in labelled or control.find_parent("label"), control
        assert not control.has_attr("checked")
        assert not control.has_attr("placeholder")
    ids = [str(element["id"]) for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_every_error_is_told_at_its_question() -> None:
    nothing = read(EVERY_KIND, Sent.by(works="yes", birth_date_year="2020", how_heard="other"), today=TODAY)

    soup = drawn(nothing)

    assert {control for control, _ in nothing.errors} >= {
        "family_name",
        "email",
        "birth_date_year",
        "how_heard_other",
        "terms",
    }
    for control, message in nothing.errors:
        target = soup.select_one(f"#{control}")
        assert target
        assert target.get("aria-invalid") == "true"
        assert f"{control}-error" in str(target["aria-describedby"]).split()
        assert soup.select_one(f"#{control}-error").text == f"＊{message}"  # type: ignore[union-attr]
        assert soup.select_one(f".error-summary a[href='#{control}']")


def test_who_is_asked_is_said_in_words_and_for_a_script() -> None:
    soup = drawn(Reading.empty(EVERY_KIND))

    notes = {str(note["id"]): note.text for note in soup.select("[data-note][id]")}
    assert notes["company-note"] == "「お勤めですか」で「はい」を選んだ方だけ、ご記入ください。"
    assert notes["seeking-note"] == "「お勤めですか」で「はい」を選んだ方は、記入の必要がありません。"
    assert notes["guardian_name-note"] == "18歳未満の方だけ、ご記入ください。"
    assert notes["how_heard_other-note"] == "「知ったきっかけ」で「その他」を選んだ方だけ、ご記入ください。"
    rule = soup.select_one("#guardian_name").find_parent(attrs={"data-applies": True})  # type: ignore[union-attr]
    assert rule
    assert json.loads(str(rule["data-applies"])) == {"when": {}, "unless": {}, "underAge": 18}
    assert "company-note" in str(soup.select_one("#company")["aria-describedby"])  # type: ignore[index]


def test_the_purpose_stands_above_the_button_with_the_notice_and_the_consents() -> None:
    text = form_page(SPEECH, Reading.empty(EVERY_KIND))

    order = [text.index(part) for part in (EVERY_KIND.purpose, 'href="/privacy"', 'id="terms"', 'value="check">内容')]
    assert order == sorted(order)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_speaks_the_visitors_language(language: str) -> None:
    soup = drawn(reading_of(family_name=""), Speech(EVERY_KIND, language, LANGUAGES))

    form = soup.select_one("main form")
    assert form
    assert form["lang"] == ("en" if language == "en" else "ja")
    assert form_words(language)["check"] in form.text
    current = soup.select(".languages [aria-current]")
    assert [each.text for each in current] == [LANGUAGES[language]]
    assert all(link["lang"] == link["hreflang"] for link in soup.select(".languages a"))
    assert sent_by(soup).get("lang", ["ja"]) == [language]


def test_a_prefecture_comes_with_its_reading() -> None:
    for language, text in (("ja", "山口県"), ("easy", "山口県 やまぐちけん"), ("en", "山口県 Yamaguchi")):
        option = drawn(reading_of(), Speech(EVERY_KIND, language, LANGUAGES)).select_one('#prefecture [value="35"]')
        assert option
        assert option.text == text


def test_a_form_in_japanese_only_has_no_switch() -> None:
    assert not drawn(Reading.empty(EVERY_KIND), Speech(EVERY_KIND)).select(".languages")


@pytest.mark.parametrize("section", [0, 1, 2])
def test_a_section_is_drawn_alone_and_carries_the_others(section: int) -> None:
    soup = drawn(reading_of(), section=section)

    sent = sent_by(soup)
    typed = read(EVERY_KIND, Sent(sent), today=TODAY).typed
    assert typed == reading_of().typed
    assert len(soup.select(".form__section")) == 1
    buttons = [str(button["value"]) for button in soup.select(".actions button[name=step]")]
    assert buttons == [["next"], ["next", "back"], ["check", "back"]][section]
    assert sent["terms"] == ["yes"]
    assert ("newsletter" in {str(box["name"]) for box in soup.select("input[type=checkbox]")}) == (section == 2)


def test_enter_checks_the_form_and_does_not_search_an_address() -> None:
    soup = drawn(Reading.empty(EVERY_KIND))

    first = soup.select("main form button[type=submit]")[0]
    assert first["value"] == "check"


def test_every_word_is_written_in_every_language() -> None:
    for key, texts in FORM_WORDS.items():
        assert set(texts) == set(LANGUAGES), key


def test_a_form_without_a_postal_code_loads_no_search() -> None:
    form = Form(id="short", label="様式", purpose="試験", sections=[Section("一", [a_field("name", "text")])])

    soup = drawn(Reading.empty(form), Speech(form))

    assert not soup.select("[data-address], script[src*=address]")


def test_what_is_stored_fills_in_a_form() -> None:
    answers: dict[str, Value] = {"birth_date": "1990-04-01", "wishes": ["own"], "wishes_other": "窓側"}

    sent = sent_by(drawn(Reading.of(EVERY_KIND, answers, frozenset({"newsletter"}))))

    assert (sent["birth_date_month"], sent["wishes"], sent["wishes_other"]) == (["4"], ["own"], ["窓側"])
    assert sent["newsletter"] == ["yes"]
    assert "terms" not in sent
