"""Events as a calendar, a table and a workbook, and events out of a table."""

import base64
import io
import re
from datetime import timedelta
from zipfile import ZipFile

import pytest

from madoguchi.events import store
from madoguchi.events.rules import Event
from madoguchi.events.usecases import hold_for_guest, publish
from tests.support.events import a_draft, a_guest, an_event
from tests.support.gateway import Answered, Browser, gateway_event
from tests.support.lists import BOUNDARY, multipart, post_bytes
from tests.support.members import NOW


def essence(event: Event) -> tuple[object, ...]:
    return event.title, event.description, event.place, event.starts, event.ends, event.capacity


def send(browser: Browser, file: str) -> Answered:
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/events/import").body)
    assert token
    body = multipart({"csrf": token[1]}, file.encode())
    return post_bytes(browser, "/events/import", body, f"multipart/form-data; boundary={BOUNDARY}")


@pytest.mark.meets("A-057")
def test_events_leave_as_calendar_and_workbook_without_anybodys_data(browser: Browser, operator: Browser) -> None:
    event = an_event()
    hold_for_guest(event.event_id, a_guest(), nonce="n", source="192.0.2.1", now=NOW)

    calendar = browser.get("/events/calendar.ics")
    table = browser.get("/events/calendar.csv")
    book = operator.app(
        gateway_event(
            "GET", "/events/calendar.xlsx", headers={"cookie": "; ".join(map("=".join, operator.cookies.items()))}
        ),
        None,
    )

    assert calendar.headers["Content-Type"].startswith("text/calendar")
    lines = calendar.body.splitlines()
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "DTSTART:20261128T030000Z" in lines
    assert "SUMMARY:移住とテレワークの交流会" in lines
    assert event.title in table.body
    with ZipFile(io.BytesIO(base64.b64decode(book["body"]))) as files:
        texts = "".join(files.read(name).decode() for name in files.namelist())
    assert event.title in texts
    for text in (calendar.body, table.body, texts):
        assert "taro@example.jp" not in text
        assert "鈴木 太郎" not in text


def test_events_go_out_and_come_back_equal(operator: Browser) -> None:
    first = an_event()
    second = publish(a_draft(title="=相談会", seats=3, starts_in=timedelta(days=40)), nonce="b", by="staff-1", now=NOW)
    file = operator.get("/events/calendar.csv").body

    moved = file.replace("移住とテレワークの交流会", "移った交流会").replace("=相談会", "=移った会")
    assert send(operator, moved).location == "/events?done=imported"
    assert send(operator, moved).location == "/events?done=imported"

    events = store.upcoming(NOW)
    assert len(events) == 4
    copies = {event.title: event for event in events}
    for old, title in ((first, "移った交流会"), (second, "=移った会")):
        assert essence(copies[title])[1:] == essence(old)[1:]


def test_one_wrong_row_publishes_nothing_and_is_named(operator: Browser) -> None:
    head = "番号,イベント名,説明,場所,開始,終了,定員,申込み\r\n"
    good, wrong = (
        "1,交流会,話す,会議室,2026/12/5 14:00,2026/12/5 16:00,10,0\r\n",
        "2,,話す,会議室,2026-12-06,16:00,多い,0\r\n",
    )

    answer = send(operator, head + good + wrong)

    assert answer.status == 422
    assert "3行目、イベント名：" in answer.body
    assert "3行目、定員：" in answer.body
    assert "2行目" not in answer.body
    assert store.upcoming(NOW) == []
