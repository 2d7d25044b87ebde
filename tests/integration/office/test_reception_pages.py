"""The counter's page of the day through the staff app."""

import pytest

from madoguchi import wiring
from madoguchi.audit.store import entries
from madoguchi.japan.time import Month
from madoguchi.members import store as members
from madoguchi.office import store
from madoguchi.office.rules import State
from madoguchi.office.usecases import book
from madoguchi.storage import transaction
from madoguchi.web.access import Role
from staff import reception
from staff.counter_app import app
from tests.support.gateway import Browser
from tests.support.members import a_member
from tests.support.office import NOW, TUESDAY, WEDNESDAY, a_booker, a_wish, tokyo
from tests.support.staff import signed_in

MORNING = tokyo(TUESDAY, 8, 45)

PAGES = (reception,)  # importing a route file adds its pages to the app


@pytest.fixture
def desk(tables: None) -> Browser:  # noqa: ARG001 the pages read the tables
    """Somebody of the desk, on Tuesday morning before the office fills."""
    wiring.use(clock=lambda: MORNING)
    with transaction() as t:
        members.add(t, a_member("member-1"), mail="registration-done")
    return signed_in(app, Role.DESK, now=MORNING)


@pytest.mark.meets("B-087")
def test_the_desk_checks_a_member_in_from_the_list_and_takes_it_back(desk: Browser) -> None:
    made = book(a_wish(), booker=a_booker(), nonce="n", at=NOW)
    listed = desk.get("/today").body
    for words in ("山田 花子", "N-member-1", "10:00～12:00", f"パーソナルデスク {made.unit}番", "来館待ち"):
        assert words in listed

    done = desk.submit("/today", f"/bookings/{made.booking_id}/check-in", {})

    assert done.location == f"/today?done=checked-in#b-{made.booking_id}"
    after = desk.get("/today?done=checked-in").body
    assert "受付しました" in after
    assert "受付済み" in after
    assert store.booking(made.booking_id).state is State.CHECKED_IN
    desk.submit("/today", f"/bookings/{made.booking_id}/undo-check-in", {})
    assert store.booking(made.booking_id).state is State.BOOKED


def test_each_look_at_the_day_is_in_the_audit_log(desk: Browser) -> None:
    desk.get("/today")
    desk.get("/today?day=2026-11-25")

    seen = [each for each in entries(Month(2026, 11)) if each.action == "see the day's bookings"]
    assert sorted(each.record for each in seen) == ["bookings/2026-11-24", "bookings/2026-11-25"]
    assert {each.actor for each in seen} == {"sub-desk"}


def test_another_day_is_seen_but_nobody_is_checked_in_there(desk: Browser) -> None:
    made = book(a_wish(day=WEDNESDAY), booker=a_booker(), nonce="n", at=NOW)

    page = desk.get("/today?day=2026-11-25").body

    assert "山田 花子" in page
    assert "受付する" not in page
    assert desk.submit("/today", f"/bookings/{made.booking_id}/check-in", {}).status == 409
    assert store.booking(made.booking_id).state is State.BOOKED


@pytest.mark.parametrize("day", ["2026-02-30", "today", "<b>"])
def test_a_day_that_cannot_be_read_says_so_and_shows_today(desk: Browser, day: str) -> None:
    page = desk.get(f"/today?day={day}")

    assert page.status == 422
    assert "利用日を確認してください" in page.body
    assert "2026年11月24日（火）" in page.body


def test_a_closed_day_says_why(desk: Browser) -> None:
    assert "この日は休館日です（勤労感謝の日）" in desk.get("/today?day=2026-11-23").body


def test_a_check_in_without_the_forms_token_is_refused(desk: Browser) -> None:
    made = book(a_wish(), booker=a_booker(), nonce="n", at=NOW)

    assert desk.post(f"/bookings/{made.booking_id}/check-in").status == 403
    assert store.booking(made.booking_id).state is State.BOOKED
