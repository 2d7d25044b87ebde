"""The event pages as people use them: list, form, mail, button, cancelling."""

import re

import pytest

from madoguchi.events import store
from madoguchi.events.rules import Event
from madoguchi.web.counter import Counter
from tests.support.applicant import Applicant
from tests.support.events import an_event
from tests.support.gateway import Answered, Browser
from tests.support.post_office import Clock, PostOffice, link_in

GUEST = {"name": "鈴木 太郎", "email": "taro@example.jp", "terms": "yes"}


def ask(browser: Browser, event: Event, **changes: str) -> Answered:
    page = f"/events/{event.event_id}/sign-up"
    return browser.submit(page, page, GUEST | changes)


def token_link(post_office: PostOffice) -> str:
    """The path of the sign-up's page in the newest mail."""
    post_office.deliver()
    found = re.search(r"http://localhost:8100(/sign-ups/\S+)", post_office.sent[-1].text)
    assert found
    return found[1]


def seats(event: Event) -> int:
    return store.get_event(event.event_id).seats_taken


def test_the_list_and_the_event_say_how_many_seats_are_left(browser: Browser) -> None:
    event = an_event(seats=2)

    listed, shown = browser.get("/events"), browser.get(f"/events/{event.event_id}")

    for page in (listed, shown):
        assert page.status == 200
        assert "移住とテレワークの交流会" in page.body
        assert "残り2席" in page.body
    assert "<strong>体験談</strong>" in shown.body
    assert "s-maxage" in listed.headers["Cache-Control"]


def test_without_events_the_list_says_so(browser: Browser) -> None:
    assert "いま申し込めるイベントはありません" in browser.get("/events").body


def test_a_guest_signs_up_by_form_and_mailed_button(browser: Browser, post_office: PostOffice) -> None:
    event = an_event()

    sent = ask(browser, event)
    assert sent.location == f"/events/{event.event_id}/sent"
    assert "30分以内" in browser.get(sent.location).body

    path = token_link(post_office)
    assert "申込みを確定する" in browser.get(path).body
    assert post_office.sent[-1].to == "taro@example.jp"
    confirmed = browser.submit(path, path, {})
    assert confirmed.location == f"{path}?done=confirmed"
    page = browser.get(confirmed.location).body
    assert "お申込みが確定しました" in page
    assert "申込み済み" in page

    (mail,) = post_office.deliver()
    assert mail.attachments[0].content_type == "text/calendar"
    assert path in mail.text


def test_a_mail_scanner_that_follows_the_link_changes_nothing(browser: Browser, post_office: PostOffice) -> None:
    event = an_event()
    ask(browser, event)
    path = token_link(post_office)

    browser.get(path)
    browser.get(path)

    found = store.sign_up_of(event.event_id, address="taro@example.jp")
    assert found
    assert found.sign_up.state == "held"


def test_a_form_with_mistakes_keeps_what_was_typed(browser: Browser) -> None:
    event = an_event()

    answer = ask(browser, event, name="髙橋", email="taro", terms="")

    assert answer.status == 422
    assert "エラー：" in answer.body
    assert 'href="#email"' in answer.body
    assert 'value="髙橋"' in answer.body
    assert seats(event) == 0


def test_the_form_shows_the_purpose_and_ticks_nothing(browser: Browser) -> None:
    event = an_event()

    page = browser.get(f"/events/{event.event_id}/sign-up").body

    assert "個人情報の利用目的" in page
    assert " checked" not in page


def test_nobody_learns_from_the_page_who_has_a_seat(app: Counter, browser: Browser, post_office: PostOffice) -> None:
    event = an_event()
    first = ask(browser, event)
    post_office.deliver()

    again = ask(Browser(app), event, email="ＴＡＲＯ@example.jp")

    assert (again.status, again.location) == (first.status, first.location)
    (mail,) = post_office.deliver()
    assert "すでにお申し込み" in mail.subject
    assert mail.to == "taro@example.jp"
    assert seats(event) == 1


def test_whoever_comes_late_is_told_that_the_event_is_full(app: Counter, browser: Browser) -> None:
    event = an_event(seats=1)
    form = Browser(app)
    form.get(f"/events/{event.event_id}/sign-up")
    ask(browser, event)

    late = ask(form, event, email="jiro@example.jp")

    assert late.status == 409
    assert "満席です" in late.body
    assert "満席" in browser.get(f"/events/{event.event_id}").body
    assert f"/events/{event.event_id}/sign-up" not in browser.get(f"/events/{event.event_id}").body


def test_an_expired_hold_says_what_to_do(browser: Browser, post_office: PostOffice, clock: Clock) -> None:
    event = an_event()
    ask(browser, event)
    path = token_link(post_office)
    form = browser.get(path).body
    clock.forward(minutes=30)

    late = browser.post(path, {"csrf": re.findall(r'name="csrf" value="([^"]+)"', form)[0]})

    assert late.status == 410
    assert "もう一度お申し込みいただけます" in late.body
    assert f"/events/{event.event_id}" in late.body
    assert browser.get(path).status == 410
    assert seats(event) == 0


def test_a_guest_cancels_by_the_mailed_link(browser: Browser, post_office: PostOffice) -> None:
    event = an_event()
    ask(browser, event)
    path = token_link(post_office)
    browser.submit(path, path, {})

    cancelled = browser.submit(path, f"{path}/cancel", {})

    assert cancelled.location == f"{path}?done=cancelled"
    assert "取り消しました" in browser.get(cancelled.location).body
    assert seats(event) == 0
    post_office.deliver()
    assert "お申込みを取り消しました" in post_office.sent[-1].subject


def test_a_member_signs_up_with_one_button(applicant: Applicant, browser: Browser, post_office: PostOffice) -> None:
    event = an_event()
    applicant.register()
    page = f"/events/{event.event_id}/sign-up"
    assert "山田 花子" in browser.get(page).body

    answer = browser.submit(page, page, {})

    assert answer.location == f"/events/{event.event_id}?done=signed-up"
    assert "申込み済みです" in browser.get(answer.location).body
    assert "お申込みが確定しました" in browser.get(answer.location).body
    (mail,) = post_office.deliver()
    assert mail.attachments
    assert link_in(mail)

    again = browser.submit(page, page, {})
    assert again.status == 409
    assert "すでに申し込まれています" in again.body
    assert seats(event) == 1


def test_the_same_page_sent_twice_is_one_sign_up(applicant: Applicant, browser: Browser) -> None:
    event = an_event(seats=1)
    applicant.register()
    page = f"/events/{event.event_id}/sign-up"
    shown = browser.get(page).body
    form: dict[str, str | list[str]] = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', shown)[-1] for name in ("csrf", "nonce")
    }

    answers = [browser.post(page, form) for _ in range(2)]

    assert [answer.status for answer in answers] == [303, 303]
    assert seats(event) == 1


def test_old_forms_that_are_sent_after_a_cancellation_say_nothing_untrue(
    browser: Browser, post_office: PostOffice
) -> None:
    event = an_event()
    ask(browser, event)
    path = token_link(post_office)
    old = {"csrf": re.findall(r'name="csrf" value="([^"]+)"', browser.get(path).body)[-1]}
    browser.submit(path, path, {})
    browser.submit(path, f"{path}/cancel", {})

    again = browser.post(path, {**old})

    assert again.status == 303
    assert "お申込みが確定しました" not in browser.get(again.location).body
    assert seats(event) == 0


@pytest.mark.parametrize("path", ["/events/nothing", "/events/nothing/sign-up", "/sign-ups/nothing"])
def test_an_address_that_leads_nowhere_is_our_page(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    assert answer.status == 404
    assert "見つかりません" in answer.body


def test_after_the_event_began_nobody_signs_up_or_cancels(
    browser: Browser, post_office: PostOffice, clock: Clock
) -> None:
    event = an_event()
    ask(browser, event)
    path = token_link(post_office)
    browser.submit(path, path, {})
    shown = browser.get(path).body
    clock.now = event.starts

    late = browser.post(f"{path}/cancel", {"csrf": re.findall(r'name="csrf" value="([^"]+)"', shown)[-1]})

    assert late.status == 409
    assert "受付は終了しました" in late.body
    assert "受付は終了しました" in ask(browser, event, email="jiro@example.jp").body
    assert "取消しはできません" in browser.get(path).body
    assert seats(event) == 1
