"""The form front end in a real browser: every kind of question, at 320 px, by keyboard, with and without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from madoguchi.japan.postal import file_of, places_in
from madoguchi.web import postal_search
from operations import postal
from tests.support.eyes import look
from tests.support.forms import ADDRESS, show

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
ADDRESS_TEXTS = ("#prefecture", "#city", "#street")
FIND, USE, CHECK = "住所を入力する", "選んだ住所を入力する", "内容を確認する"
Open = Callable[..., Page]


@pytest.fixture
def open_form(new_context: Callable[..., BrowserContext], monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the form in a browser of its own."""
    monkeypatch.setattr(
        postal_search, "places_of", lambda code: places_in((postal.build() / file_of(code)).read_bytes(), code)
    )

    def opened(*, javascript: bool = True, blocked: bool = False, query: str = "") -> Page:
        context = new_context(javascript=javascript)
        show(context)
        if blocked:
            # axe needs a browser that runs scripts, of a page whose own scripts never came.
            context.route("**/*.js", lambda route: route.abort())
        page = context.new_page()
        page.goto(f"{ADDRESS}{query}")
        return page

    return opened


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def address_on(page: Page) -> list[str]:
    return [page.locator(field).input_value() for field in ADDRESS_TEXTS]


@pytest.mark.parametrize(("language", "blocked"), [("ja", True), ("ja", False), ("easy", True), ("en", True)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_form: Open, language: str, blocked: bool) -> None:  # noqa: FBT001
    page = open_form(blocked=blocked, query=f"?lang={language}")

    look(page, f"form-{language}-{'plain' if blocked else 'script'}")


def test_errors_and_the_confirmation_page_are_accessible(open_form: Open) -> None:
    page = open_form(blocked=True)
    page.locator("#family_name").fill("髙橋")
    press(page, CHECK)
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "form-errors")

    page.locator("#email").fill("ｈａｎａｋｏ＠example.jp")
    page.get_by_role("group", name="お勤めですか").or_(
        page.get_by_role("radiogroup", name="お勤めですか")
    ).get_by_label("はい").check()
    page.locator("#terms").check()
    press(page, CHECK)

    expect(page.get_by_text("hanako@example.jp")).to_be_visible()
    look(page, "form-check")
    press(page, "修正する")
    assert page.locator("#family_name").input_value() == "髙橋"
    assert page.locator("#terms").is_checked()


@SCRIPTS
def test_a_postal_code_fills_in_the_address(open_form: Open, javascript: bool) -> None:  # noqa: FBT001
    page = open_form(javascript=javascript)
    page.locator("#postal_code").fill("〒１００－０００１")

    press(page, FIND)

    expect(page.locator("#postal_code-said")).to_have_text("住所を入力しました。続きを入力してください。")
    assert address_on(page) == ["13", "千代田区", "千代田"]


@SCRIPTS
def test_a_code_of_two_prefectures_is_chosen_by_the_person(open_form: Open, javascript: bool) -> None:  # noqa: FBT001
    page = open_form(javascript=javascript)
    page.locator("#postal_code").fill("618-0000")
    press(page, FIND)
    expect(page.get_by_label("京都府乙訓郡大山崎町")).to_be_visible()
    assert address_on(page) == ["", "", ""]
    if javascript:
        look(page, "form-places")

    page.get_by_label("大阪府三島郡島本町").check()
    press(page, USE)

    expect(page.locator("#city")).to_have_value("三島郡島本町")
    assert address_on(page) == ["27", "三島郡島本町", ""]


@SCRIPTS
def test_nothing_typed_is_replaced_without_a_choice(open_form: Open, javascript: bool) -> None:  # noqa: FBT001
    page = open_form(javascript=javascript)
    page.locator("#postal_code").fill("1000001")
    page.locator("#street").fill("１－１")
    page.locator("#city").fill("横浜市")
    press(page, FIND)
    expect(page.get_by_label("東京都千代田区千代田")).to_be_visible()
    assert address_on(page) == ["", "横浜市", "１－１"]

    page.get_by_label("東京都千代田区千代田").check()
    press(page, USE)

    expect(page.locator("#city")).to_have_value("千代田区")
    assert address_on(page) == ["13", "千代田区", "千代田１－１"]


@SCRIPTS
@pytest.mark.parametrize(("typed", "said"), [("999-9999", "見つかりません"), ("12", "7けた")])
def test_what_cannot_be_found_is_said(open_form: Open, typed: str, said: str, javascript: bool) -> None:  # noqa: FBT001
    page = open_form(javascript=javascript)
    page.locator("#postal_code").fill(typed)

    press(page, FIND)

    expect(page.locator("#postal_code-said")).to_contain_text(said)
    assert page.locator("#postal_code").input_value() == typed


def test_questions_appear_for_those_to_whom_they_apply(open_form: Open) -> None:
    page = open_form()
    company, guardian, other = (
        page.locator("#company"),
        page.locator("#guardian_name"),
        page.locator("#how_heard_other"),
    )
    seeking, wanted = page.get_by_role("radiogroup", name="仕事を探していますか"), page.locator("#support_wanted")
    works = page.get_by_role("radiogroup", name="お勤めですか")
    for hidden in (company, guardian, other, wanted, page.locator("#guardian_agrees")):
        expect(hidden).to_be_hidden()

    works.get_by_label("いいえ").check()
    seeking.get_by_label("はい").check()
    expect(wanted).to_be_visible()
    works.get_by_label("はい").check()
    expect(company).to_be_visible()
    expect(seeking).to_be_hidden()
    expect(wanted).to_be_hidden()

    page.locator("#how_heard").select_option("other")
    expect(other).to_be_visible()
    for part, typed in (("year", "２０１０"), ("month", "4"), ("day", "1")):
        page.locator(f"#birth_date_{part}").fill(typed)
    expect(guardian).to_be_visible()
    expect(page.locator("#guardian_agrees")).to_be_visible()
    assert page.locator("[data-note]").count() == 0
    look(page, "form-revealed")


def test_without_a_script_every_question_is_there_with_its_note(open_form: Open) -> None:
    page = open_form(javascript=False)

    for question in ("#company", "#guardian_name", "#how_heard_other", "#support_wanted", "#guardian_agrees"):
        expect(page.locator(question)).to_be_visible()
    expect(page.get_by_text("18歳未満の方だけ、ご記入ください。").first).to_be_visible()


def test_the_form_is_filled_in_by_keyboard(open_form: Open) -> None:
    page = open_form()
    page.locator("#postal_code").focus()
    page.keyboard.type("6180000")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("京都府乙訓郡大山崎町")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#street")).to_be_focused()
    assert address_on(page) == ["26", "乙訓郡大山崎町", ""]


def test_enter_in_a_field_checks_the_form(open_form: Open) -> None:
    page = open_form(javascript=False)
    page.locator("#family_name").fill("山田")

    page.locator("#family_name").press("Enter")

    expect(page.locator(".error-summary")).to_be_visible()
