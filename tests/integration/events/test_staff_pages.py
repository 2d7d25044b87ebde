"""The console's event pages: publish, and who signed up."""

import pytest
from chalice.app import Chalice

from madoguchi import wiring
from madoguchi.audit import store as audit
from madoguchi.events import store, usecases
from madoguchi.japan.time import Month
from madoguchi.members import store as members
from madoguchi.storage import transaction
from madoguchi.web.access import Role
from tests.support.events import a_guest, an_event
from tests.support.gateway import Browser
from tests.support.members import NOW, a_member, a_stored_member
from tests.support.staff import a_staff_member, signed_in

FORM = {
    "title": "移住の相談会",
    "description": "- 仕事\n- 住まい",
    "place": "会議室",
    "day_year": "2026",
    "day_month": "12",
    "day_day": "5",
    "starts": "14:00",
    "ends": "16:00",
    "capacity": "8",
}


@pytest.fixture
def app(tables: None) -> Chalice:  # noqa: ARG001
    from staff import events  # noqa: F401, PLC0415
    from staff.counter_app import app  # noqa: PLC0415

    wiring.use(clock=lambda: NOW)
    return app


@pytest.fixture
def manager(app: Chalice) -> Browser:
    return signed_in(app, Role.MANAGER, now=NOW)


def test_a_manager_publishes_an_event(manager: Browser) -> None:
    answer = manager.submit("/events/new", "/events/new", FORM)

    (event,) = store.upcoming(NOW)
    assert answer.location == f"/events/{event.event_id}?done=published"
    assert (event.title, event.capacity, event.time_text) == ("移住の相談会", 8, "2026年12月5日（土）14:00～16:00")
    assert "<li>仕事</li>" in event.description_html
    assert "イベントを公開しました" in manager.get(answer.location).body
    assert "移住の相談会" in manager.get("/events").body
    assert "移住の相談会" in manager.get("/events?month=2026-12").body


def test_a_form_with_mistakes_keeps_what_was_typed(manager: Browser) -> None:
    answer = manager.submit("/events/new", "/events/new", FORM | {"capacity": "0", "ends": "13:00"})

    assert answer.status == 422
    assert 'value="移住の相談会"' in answer.body
    assert 'href="#capacity"' in answer.body
    assert 'href="#ends"' in answer.body


def test_looking_at_who_signed_up_is_noted(app: Chalice) -> None:
    event = an_event()
    with transaction() as t:
        members.add(t, a_member(), mail="registration-done")
    usecases.sign_up(event.event_id, a_stored_member(), nonce="n", now=NOW)
    usecases.hold_for_guest(event.event_id, a_guest(), nonce="n", source="192.0.2.1", now=NOW)

    page = signed_in(app, Role.DESK, now=NOW).get(f"/events/{event.event_id}").body

    assert "山田 花子" in page
    assert "鈴木 太郎" in page
    assert "確認待ち" in page
    seen = [each for each in audit.entries(Month(2026, 11)) if each.action == "see sign-ups"]
    assert [(each.actor, each.record) for each in seen] == [
        (a_staff_member(Role.DESK).staff_id, f"events/{event.event_id}")
    ]


def test_the_desk_publishes_nothing(app: Chalice) -> None:
    desk = signed_in(app, Role.DESK, now=NOW)

    assert desk.get("/events/new").status == 403
    assert "新しいイベントをつくる" not in desk.get("/events").body
