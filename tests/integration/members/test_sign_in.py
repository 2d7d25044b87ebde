"""Signing in by a mailed link, sessions and their limits."""

from collections.abc import Callable

import pytest

from madoguchi.members import sessions
from madoguchi.members.items import MemberItem
from madoguchi.settings import settings
from madoguchi.storage import client
from madoguchi.web.counter import Counter
from tests.support.applicant import Applicant
from tests.support.gateway import Answered, Browser
from tests.support.post_office import Clock, PostOffice, link_in

pytestmark = pytest.mark.usefixtures("member")

EMAIL = "hanako@example.jp"


@pytest.fixture
def member(applicant: Applicant) -> None:
    """A member who is not signed in any more in this browser."""
    applicant.register()
    applicant.browser.cookies.clear()


def ask(browser: Browser, email: str = EMAIL, *, leads_to: str = "") -> Answered:
    return browser.submit("/sign-in", "/sign-in", {"email": email, "next": leads_to})


def signed_in(browser: Browser, post_office: PostOffice) -> str:
    """Sign in; returns where that leads."""
    ask(browser)
    path = link_in(*post_office.deliver())
    return browser.submit(path, path, {}).location


def session_cookie(browser: Browser) -> str:
    return next(value for name, value in browser.cookies.items() if name.endswith("-session"))


def test_a_member_signs_in_by_the_mailed_link(browser: Browser, post_office: PostOffice) -> None:
    assert browser.get("/me").location == "/sign-in?next=%2Fme"
    assert ask(browser, leads_to="/availability?day=2026-11-24").location == "/sign-in/sent"
    path = link_in(*post_office.deliver())
    assert "サインインする" in browser.get(path).body
    assert browser.get("/me").status == 303
    assert browser.submit(path, path, {}).location == "/availability?day=2026-11-24"
    assert "山田 花子" in browser.get("/me").body


def test_the_link_goes_to_the_stored_address(browser: Browser, post_office: PostOffice) -> None:
    ask(browser, "ＨＡＮＡＫＯ＠example.jp")
    assert [mail.to for mail in post_office.deliver()] == [EMAIL]


def test_the_answer_does_not_tell_who_is_registered(browser: Browser, post_office: PostOffice) -> None:
    known, unknown = ask(browser), ask(browser, "nobody@example.jp")
    assert (known.status, known.location, known.body) == (unknown.status, unknown.location, unknown.body)
    assert [mail.to for mail in post_office.deliver()] == [EMAIL]


def test_what_is_no_address_is_explained_and_kept(browser: Browser) -> None:
    page = ask(browser, "hanako")
    assert page.status == 422
    assert 'value="hanako"' in page.body
    assert 'href="#email"' in page.body


def test_a_link_works_once(browser: Browser, app: Counter, post_office: PostOffice) -> None:
    ask(browser)
    path = link_in(*post_office.deliver())
    browser.submit(path, path, {})
    other = Browser(app)
    other.get("/sign-in")
    assert other.get(path).status == 410
    assert other.submit("/sign-in", path, {}).status == 410
    assert other.get("/me").status == 303


def test_a_link_is_too_old_after_half_an_hour(browser: Browser, post_office: PostOffice, clock: Clock) -> None:
    ask(browser)
    path = link_in(*post_office.deliver())
    clock.forward(minutes=30)
    assert browser.get(path).status == 410
    assert browser.submit("/sign-in", path, {}).status == 410


def test_a_link_whose_mail_was_late_is_not_sent(browser: Browser, post_office: PostOffice, clock: Clock) -> None:
    ask(browser)
    clock.forward(minutes=31)
    assert post_office.deliver() == []


def test_nobody_is_led_to_another_site(browser: Browser, post_office: PostOffice) -> None:
    ask(browser, leads_to="//evil.example.jp/")
    path = link_in(*post_office.deliver())
    assert browser.submit(path, path, {}).location == "/me"


def test_each_sign_in_is_a_session_stored_as_a_hash(browser: Browser, app: Counter, post_office: PostOffice) -> None:
    other = Browser(app)
    signed_in(browser, post_office)
    signed_in(other, post_office)
    assert session_cookie(browser) != session_cookie(other)
    items = client("dynamodb").scan(TableName=settings().table("members"))["Items"]
    assert session_cookie(browser) not in str(items)


def test_signing_out_ends_the_session_on_the_server(browser: Browser, post_office: PostOffice) -> None:
    signed_in(browser, post_office)
    stolen = dict(browser.cookies)
    assert browser.submit("/me", "/sign-out", {}).location == "/"
    browser.cookies = stolen
    assert browser.get("/me").location == "/sign-in?next=%2Fme"


def test_an_invented_cookie_is_nobody(browser: Browser) -> None:
    browser.cookies["telework-office-public-session"] = "invented"
    assert browser.get("/me").status == 303


def test_a_session_ends_after_a_week_without_a_visit(browser: Browser, post_office: PostOffice, clock: Clock) -> None:
    signed_in(browser, post_office)
    clock.forward(days=6, hours=23)
    assert browser.get("/me").status == 200
    clock.forward(days=6, hours=23)
    assert browser.get("/me").status == 200
    clock.forward(hours=3)
    assert browser.get("/me").status == 303


def test_an_idle_session_is_refused_although_it_is_still_stored(
    browser: Browser, post_office: PostOffice, clock: Clock
) -> None:
    signed_in(browser, post_office)
    clock.forward(days=7)
    assert browser.get("/me").status == 303


def test_a_page_costs_two_reads_and_none_without_a_cookie(
    browser: Browser, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(browser, post_office)
    reads: list[str] = []
    for kind in (sessions._SessionItem, MemberItem):
        monkeypatch.setattr(kind, "get", counting(kind.get, reads))
    browser.get("/me")
    assert len(reads) == 2
    browser.cookies.clear()
    browser.get("/sign-in")
    assert len(reads) == 2


def counting(get: Callable[..., object], reads: list[str]) -> Callable[..., object]:
    def counted(pk: str, *rest: object, **how: object) -> object:
        reads.append(pk)
        return get(pk, *rest, **how)

    return counted


def test_an_address_gets_few_links_and_the_page_does_not_tell(browser: Browser, post_office: PostOffice) -> None:
    answers = [ask(browser) for _ in range(7)]
    assert {answer.location for answer in answers} == {"/sign-in/sent"}
    assert len(post_office.deliver()) == 5


def test_a_source_that_asks_too_often_is_told_to_wait(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.members.usecases.MOST_PER_SOURCE", 2)
    assert [ask(browser, f"person{each}@example.jp").status for each in range(3)] == [303, 303, 429]
