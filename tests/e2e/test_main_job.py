"""The main job, whole: six steps in order, in a browser, against the deployed stack, by the links in the mails."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import icalendar
import pytest
from boto3.dynamodb.conditions import Key
from playwright.sync_api import BrowserContext

from madoguchi import wiring
from madoguchi.japan.time import TOKYO, Month, tokyo_day
from tests.support.eyes import look
from tests.support.stack import RunningStack
from tests.support.visitor import Clerk, Person, Visitor

MANAGER = "manager.e2e@example.jp"


@pytest.mark.meets("B-038", "B-085", "B-086", "B-087")
def test_the_main_job(
    visitor: Visitor, clerk: Clerk, new_context: Callable[..., BrowserContext], stack: RunningStack,
    open_days_ahead: list[date],
) -> None:  # fmt: skip
    person = Person()
    guest = Visitor(new_context().new_page(), stack)
    guest.visit("/bookings/new")
    assert "/sign-in" in guest.page.url, "nobody books who has not registered"

    number = visitor.register(person, pictures="register")
    visitor.sign_out()
    visitor.sign_in(person.email, pictures="sign-in")
    assert visitor.reads(number)

    _book_change_cancel(visitor, person, open_days_ahead[2])

    clerk.sign_in(stack.invite(MANAGER, "見本 次郎", "manager"), picture="staff-sign-in")
    event = _publish_an_event(clerk, open_days_ahead[5])
    _sign_up(visitor, guest, person, event)

    due = _schedule_a_newsletter(clerk)
    _freeze_and_download_last_month(clerk, stack)
    _check_in(clerk, visitor, number, open_days_ahead[3])
    _receive_and_unsubscribe(clerk, visitor, person, due)


def _book_change_cancel(visitor: Visitor, person: Person, day: date) -> None:
    visitor.visit(f"/availability?day={day}", picture="availability")
    address = visitor.book("open", day, "09:00", "12:00", pictures="book")
    booked = visitor.inbox.wait_for(person.email, "ご予約を承りました")
    assert int(str(_calendar_entry(booked.calendar)["SEQUENCE"])) == 0

    address = visitor.change_booking(address, "13:15", "15:00", pictures="change")
    changed = visitor.inbox.wait_for(person.email, "変更")
    look(visitor.page, "change-done")
    assert _calendar_entry(changed.calendar)["UID"] == _calendar_entry(booked.calendar)["UID"]
    assert int(str(_calendar_entry(changed.calendar)["SEQUENCE"])) > 0

    visitor.cancel_booking(address, pictures="cancel")
    cancelled = visitor.inbox.wait_for(person.email, "取り消")
    look(visitor.page, "cancel-done")
    assert _calendar_entry(cancelled.calendar)["STATUS"] == "CANCELLED"
    visitor.visit("/bookings", picture="bookings")
    assert visitor.reads("取消し済み")


def _calendar_entry(text: str) -> icalendar.Component:
    (entry,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return entry


def _publish_an_event(clerk: Clerk, day: date) -> str:
    clerk.visit("/events/new", picture="staff-event-new")
    page = clerk.page
    page.locator("#title").fill("夕べの交流会")
    page.locator("#description").fill("## 内容\n\n自由な**交流**です。\n\n- お茶が出ます")
    page.locator("#place").fill("オープンスペース")
    page.locator("#day_year").fill(str(day.year))
    page.locator("#day_month").fill(str(day.month))
    page.locator("#day_day").fill(str(day.day))
    page.locator("#starts").fill("17:30")
    page.locator("#ends").fill("１９：００")
    page.locator("#capacity").fill("2")
    clerk.press("公開する")
    look(page, "staff-event")
    return page.url.rpartition("/")[2].partition("?")[0]


def _sign_up(visitor: Visitor, guest: Visitor, person: Person, event: str) -> None:
    visitor.visit("/events", picture="events")
    visitor.visit(f"/events/{event}", picture="event")
    visitor.follow("申し込む")
    look(visitor.page, "event-sign-up")
    visitor.press("申し込む")
    look(visitor.page, "event-sign-up-done")
    visitor.inbox.wait_for(person.email, "夕べの交流会")

    address = "guest.e2e@example.jp"
    guest.visit(f"/events/{event}/sign-up", picture="event-guest")
    guest.page.locator("#name").fill("例示 次郎")
    guest.page.locator("#email").fill(address)
    guest.page.locator("input[type=checkbox]").first.check()
    guest.press("申し込む")
    look(guest.page, "event-guest-sent")
    guest.visit(guest.inbox.wait_for(address, "夕べの交流会").link("/sign-ups/"), picture="event-guest-link")
    guest.press("申込みを確定する")
    look(guest.page, "event-guest-done")

    guest.visit(f"/events/{event}", picture="event-full")
    assert guest.reads("満席")


def _schedule_a_newsletter(clerk: Clerk) -> datetime:
    clerk.visit("/newsletters", picture="staff-newsletters")
    clerk.visit("/newsletters/new", picture="staff-newsletter-new")
    page = clerk.page
    page.locator("#subject").fill("年末年始の休館のお知らせ")
    page.locator("#body").fill("## 休館\n\n12月29日から1月3日まで**休館**します。<script>alert(1)</script>")
    clerk.press("下書きを保存して確かめる")
    look(page, "staff-newsletter-preview")
    due = (wiring.clock() + timedelta(minutes=1)).astimezone(TOKYO).replace(second=0, microsecond=0)
    for part, value in (("year", due.year), ("month", due.month), ("day", due.day)):
        page.locator(f"#due_{part}").fill(str(value))
    page.locator("#due_time").fill(f"{due:%H:%M}")
    page.locator("#recipients").fill("1")
    clerk.press("配信を予約する")
    look(page, "staff-newsletter-scheduled")
    return due


def _receive_and_unsubscribe(clerk: Clerk, visitor: Visitor, person: Person, due: datetime) -> None:
    issue = "年末年始の休館のお知らせ"
    while wiring.clock() < due:
        time.sleep(0.5)
    counts = clerk.stack.invoke("newsletter_plan", {})
    assert counts["frozen"] == 1
    mail = visitor.inbox.wait_for(person.email, issue)
    assert "山あいテレワークオフィス運営事務局" in mail.text
    assert "<script>" not in mail.text
    assert mail.mime["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.mime["List-Unsubscribe"] == f"<{mail.link('/unsubscribe/')}>"
    clerk.stack.invoke("newsletter_plan", {})
    assert len([each for each in visitor.inbox.all(person.email) if issue in each.subject]) == 1
    clerk.visit("/newsletters")
    clerk.page.get_by_role("link", name=issue).click()
    look(clerk.page, "staff-newsletter-sent")

    visitor.visit(mail.link("/unsubscribe/"), picture="unsubscribe")
    visitor.press("配信を停止する")
    look(visitor.page, "unsubscribe-done")
    visitor.visit("/me", picture="me")
    visitor.visit("/me/consents", picture="me-consents")
    assert not visitor.page.locator("#newsletter").is_checked()


def _freeze_and_download_last_month(clerk: Clerk, stack: RunningStack) -> None:
    month = Month.of(tokyo_day(wiring.clock())).previous()
    stack.invoke("monthly_rollup", {"month": str(month)})
    clerk.visit("/reports", picture="staff-reports")
    clerk.visit(f"/reports/{month}", picture="staff-report")
    clerk.page.locator("#reason").fill("委託者へ提出するため")
    clerk.press("Excelを取り出す")
    look(clerk.page, "staff-report-download")
    with clerk.page.expect_download() as download:
        clerk.page.get_by_role("link", name="ファイルを受け取る").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    clerk.visit("/audit", picture="staff-audit")
    assert clerk.reads("委託者へ提出するため")


def _check_in(clerk: Clerk, visitor: Visitor, number: str, day: date) -> None:
    visitor.book("personal", day, "09:00", "12:00")
    _move_to_today(clerk.stack, day)
    clerk.visit("/today", picture="staff-today")
    row = clerk.page.get_by_role("row").filter(has_text=number)
    row.get_by_role("button").click()
    look(clerk.page, "staff-today-checked-in")
    assert "受付済み" in clerk.page.get_by_role("row").filter(has_text=number).inner_text()


def _move_to_today(stack: RunningStack, day: date) -> None:
    """Let a booking be one for today. Today may be a Sunday, on which nobody can book."""
    today, table = tokyo_day(wiring.clock()), stack.table("office")
    (item,) = table.query(
        KeyConditionExpression=Key("pk").eq(f"BOOKINGS#{Month.of(day)}") & Key("sk").begins_with(f"{day:%d}#")
    )["Items"]
    booking_id = item["sk"].partition("#")[2].replace(f"{day:%Y%m%d}", f"{today:%Y%m%d}", 1)
    table.put_item(Item=item | {"pk": f"BOOKINGS#{Month.of(today)}", "sk": f"{today:%d}#{booking_id}"})
