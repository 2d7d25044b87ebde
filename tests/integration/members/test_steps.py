"""A long form: one section a page, each checked and saved; Back, coming back, breaking off."""

import pytest

from madoguchi.programme.definition import Programme
from madoguchi.settings import settings
from madoguchi.storage import client
from tests.support.gateway import Answered, Browser
from tests.support.platform import PERSON, SECTIONS, Newcomer
from tests.support.post_office import Clock, PostOffice

PAGE = "/register?form=person"


@pytest.fixture
def newcomer(platform: Programme, browser: Browser, post_office: PostOffice) -> Newcomer:  # noqa: ARG001
    return Newcomer(browser, post_office)


def stored(kind: str) -> int:
    items = client("dynamodb").scan(TableName=settings().table("members"))["Items"]
    return sum(item["pk"]["S"].startswith(f"{kind}#") for item in items)


def send(browser: Browser, section: int, step: str = "next", **changes: str) -> Answered:
    """Fill in a section on its page and press a button; sections before it travel hidden."""
    typed = {name: value for each in SECTIONS[: section + 1] for name, value in each.items()}
    where = f"{PAGE}&section={section}"
    return browser.submit(where, PAGE, typed | {"section": str(section), "step": step} | changes)


def test_each_page_shows_one_section(newcomer: Newcomer) -> None:
    page = newcomer.browser.get(PAGE).body
    assert 'name="family_name"' in page
    assert 'id="residence"' not in page
    assert 'value="next"' in page
    assert 'id="terms"' not in page


def test_the_whole_way_makes_a_member_and_leaves_no_draft(newcomer: Newcomer) -> None:
    browser = newcomer.browser
    for section in (0, 1):
        gone = send(browser, section)
        assert (gone.status, gone.location) == (303, f"{PAGE}&section={section + 1}")
        assert 'value="back"' in browser.get(gone.location).body
    check = send(browser, 2, "check")
    assert check.status == 200
    assert all(words in check.body for words in ("湖東", "IT・デザイン・動画、その他（人形劇）", "1990年4月1日"))
    sent = newcomer.post("person", "send", **PERSON)
    assert sent.location == "/register/sent"
    assert stored("DRAFT") == 0
    assert stored("PENDING") == 1


@pytest.mark.parametrize("section", ["9" * 5000, "-1", "٣", ""])
def test_a_section_that_never_was_breaks_nothing(newcomer: Newcomer, section: str) -> None:
    browser = newcomer.browser
    assert browser.get(f"{PAGE}&section={section}").status == 200
    assert browser.submit(PAGE, PAGE, {"step": "next", "section": section}).status == 422


def test_a_page_with_a_mistake_is_not_left(newcomer: Newcomer) -> None:
    wrong = send(newcomer.browser, 0, birth_date_year="たぶん90")
    assert wrong.status == 422
    assert 'href="#birth_date_year"' in wrong.body
    assert 'value="たぶん90"' in wrong.body
    assert 'href="#residence"' not in wrong.body
    assert stored("DRAFT") == 0


def test_a_later_page_cannot_be_reached_around_an_earlier_mistake(newcomer: Newcomer) -> None:
    wrong = send(newcomer.browser, 1, family_name="")
    assert wrong.status == 422
    assert 'href="#family_name"' in wrong.body
    assert 'name="section" value="0"' in wrong.body


def test_back_keeps_what_was_typed_even_unfinished(newcomer: Newcomer) -> None:
    send(newcomer.browser, 0)
    back = send(newcomer.browser, 1, "back", prefecture="")
    assert back.location == f"{PAGE}&section=0"
    assert 'value="湖東"' in newcomer.browser.get(back.location).body
    forth = newcomer.browser.get(f"{PAGE}&section=1").body
    assert 'value="lives" checked' in forth


def test_the_browsers_own_back_shows_the_page_filled_in(newcomer: Newcomer) -> None:
    send(newcomer.browser, 0)
    assert 'value="mirai@example.jp"' in newcomer.browser.get(f"{PAGE}&section=0").body


def test_somebody_who_comes_back_goes_on_where_they_were(newcomer: Newcomer, clock: Clock) -> None:
    send(newcomer.browser, 0)
    clock.forward(days=6)
    page = newcomer.browser.get(PAGE).body
    assert "続きから入力する" in page
    assert "山田" not in page
    assert f'href="{PAGE.replace("&", "&amp;")}&amp;section=1"' in page
    assert "お住まいと所属" in newcomer.browser.get(f"{PAGE}&section=1").body


def test_a_page_that_was_not_reached_is_not_shown(newcomer: Newcomer) -> None:
    send(newcomer.browser, 0)
    assert "できること・やりたいこと</h2>" not in newcomer.browser.get(f"{PAGE}&section=2").body
    assert newcomer.browser.get(f"{PAGE}&section=x").status == 200


def test_breaking_off_erases_at_once(newcomer: Newcomer) -> None:
    send(newcomer.browser, 0)
    assert stored("DRAFT") == 1
    gone = newcomer.browser.submit(PAGE, PAGE, {"step": "erase"})
    assert gone.location == f"{PAGE}&done=erased"
    assert stored("DRAFT") == 0
    assert "入力した内容を消しました" in newcomer.browser.get(gone.location).body


def test_a_draft_is_gone_after_seven_days_although_still_stored(newcomer: Newcomer, clock: Clock) -> None:
    send(newcomer.browser, 0)
    clock.forward(days=7)
    page = newcomer.browser.get(PAGE).body
    assert "続きから入力する" not in page
    assert "mirai@example.jp" not in page
    assert stored("DRAFT") == 1


def test_another_browser_sees_nothing_of_it(newcomer: Newcomer) -> None:
    send(newcomer.browser, 0)
    other = Browser(newcomer.browser.app)
    assert "mirai" not in other.get(f"{PAGE}&section=0").body
    forged = Browser(newcomer.browser.app, cookies=dict.fromkeys(newcomer.browser.cookies, "forged"))
    assert "mirai" not in forged.get(f"{PAGE}&section=0").body


def test_no_consent_is_kept_in_a_draft(newcomer: Newcomer) -> None:
    send(newcomer.browser, 0)
    send(newcomer.browser, 1)
    send(newcomer.browser, 2, "check", newsletter="yes")
    page = newcomer.browser.get(f"{PAGE}&section=2").body
    assert 'id="newsletter"' in page
    assert not [line for line in page.splitlines() if 'id="terms"' in line and "checked" in line]
