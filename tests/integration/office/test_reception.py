"""The day's bookings at the counter, and check-in."""

from datetime import timedelta

import pytest

from madoguchi.audit.store import entries
from madoguchi.japan.time import Month
from madoguchi.members import store as members
from madoguchi.office import refusals, store
from madoguchi.office.reception import Clerk, check_in, see_day, undo_check_in
from madoguchi.office.rules import Booking, State, Wish
from madoguchi.office.usecases import book, cancel_booking, change_booking
from madoguchi.refusals import NotFoundError
from madoguchi.storage import transaction
from tests.support.members import a_member
from tests.support.office import NOW, TUESDAY, WEDNESDAY, a_booker, a_wish, tokyo

pytestmark = pytest.mark.usefixtures("tables")

CLERK = Clerk("staff-1", "192.0.2.7")
ON_THE_DAY = tokyo(TUESDAY, 9, 55)


def booked(wish: Wish | None = None, *, by: str = "member-1", nonce: str = "nonce") -> Booking:
    """A booking made through the use case."""
    return book(wish or a_wish(), booker=a_booker(by), nonce=nonce, at=NOW)


def test_the_day_is_listed_by_time_with_names_and_the_look_is_recorded() -> None:
    with transaction() as t:
        members.add(t, a_member("member-1"), mail="registration-done")
    late = booked(a_wish(start="13:00", end="14:00"))
    early = booked(a_wish(start="09:00", end="10:00"), by="member-2")
    cancelled = booked(a_wish(start="15:00", end="16:00"), by="member-3")
    cancel_booking(cancelled.booking_id, member_id="member-3", at=NOW)
    moved = booked(a_wish(start="16:00", end="17:00"), by="member-4")
    change_booking(moved.booking_id, a_wish(day=WEDNESDAY), booker=moved.booker, nonce="n", at=NOW)

    expected = see_day(TUESDAY, clerk=CLERK, at=ON_THE_DAY)

    assert [(each.booking.booking_id, each.name) for each in expected] == [
        (early.booking_id, ""),
        (late.booking_id, "山田 花子"),
        (cancelled.booking_id, ""),
    ]
    (seen,) = entries(Month(2026, 11))
    assert (seen.actor, seen.record, seen.source) == ("staff-1", "bookings/2026-11-24", "192.0.2.7")


def test_a_member_is_checked_in_on_the_day_once() -> None:
    made = booked()

    first = check_in(made.booking_id, clerk=CLERK, at=ON_THE_DAY)
    again = check_in(made.booking_id, clerk=CLERK, at=ON_THE_DAY + timedelta(minutes=5))

    assert first.state is State.CHECKED_IN
    assert first == again
    assert first.checked_in_at == ON_THE_DAY
    assert [each.action for each in entries(Month(2026, 11))] == ["check in"]


def test_a_check_in_is_undone_once() -> None:
    made = booked()
    check_in(made.booking_id, clerk=CLERK, at=ON_THE_DAY)

    for _ in range(2):
        assert undo_check_in(made.booking_id, clerk=CLERK, at=ON_THE_DAY + timedelta(minutes=1)) == made
    assert [each.action for each in entries(Month(2026, 11))] == ["undo a check-in", "check in"]


def test_only_a_booking_of_today_that_holds_is_checked_in() -> None:
    made = booked()

    with pytest.raises(refusals.NotTodayError):
        check_in(made.booking_id, clerk=CLERK, at=tokyo(WEDNESDAY, 9))
    cancel_booking(made.booking_id, member_id="member-1", at=NOW)
    with pytest.raises(refusals.CannotCheckInError):
        check_in(made.booking_id, clerk=CLERK, at=ON_THE_DAY)
    with pytest.raises(NotFoundError):
        check_in("20261124-AAAAAAAAAAAAAAAA", clerk=CLERK, at=ON_THE_DAY)
    assert store.booking(made.booking_id).state is State.CANCELLED
