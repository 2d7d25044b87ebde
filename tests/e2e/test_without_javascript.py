"""Every journey of a member works with JavaScript off."""

from collections.abc import Callable
from datetime import date

from playwright.sync_api import BrowserContext

from tests.support.stack import RunningStack
from tests.support.visitor import Person, Visitor


def test_a_member_registers_books_changes_and_cancels_without_javascript(
    new_context: Callable[..., BrowserContext], stack: RunningStack, open_days_ahead: list[date]
) -> None:
    visitor = Visitor(new_context(javascript=False).new_page(), stack)
    person = Person(family_name="山﨑", email="noscript.e2e@example.jp", newsletter=False)

    number = visitor.register(person)
    assert visitor.reads("山﨑"), "a name stays as it was typed"
    visitor.sign_out()
    visitor.sign_in(person.email)
    assert visitor.reads(number)

    address = visitor.book("booth", open_days_ahead[1], "10:00", "11:30")
    assert visitor.reads("予約を承りました")
    address = visitor.change_booking(address, "14:00", "15:00")
    assert visitor.reads("予約を変更しました")
    visitor.cancel_booking(address)
    assert visitor.reads("予約を取り消しました")


def test_mistakes_are_named_and_everything_typed_is_kept(
    new_context: Callable[..., BrowserContext], stack: RunningStack
) -> None:
    visitor = Visitor(new_context(javascript=False).new_page(), stack)
    visitor.visit("/register")
    visitor.fill_registration(Person(email="hanako＠", family_kana="高橋", newsletter=True))

    visitor.press("内容を確認する")

    assert visitor.page.title().startswith("エラー：")
    summary = visitor.page.get_by_role("alert").or_(visitor.page.locator(".error-summary")).first
    summary.get_by_role("link").first.click()
    assert "#" in visitor.page.url
    assert visitor.page.locator("#email").input_value() == "hanako＠"
    assert visitor.page.locator("#family_kana").input_value() == "高橋"
    assert visitor.page.locator("#given_name").input_value() == "花子"
    assert visitor.page.locator("#newsletter").is_checked()
