"""Changing, cancelling and seeing bookings against the table."""

from datetime import date

import pytest

from madoguchi.japan.time import Month
from madoguchi.office import refusals, store, usecases
from madoguchi.office.rules import Booking, State, Wish, month_quarters
from madoguchi.office.usecases import book, cancel_booking, change_booking, own_bookings
from madoguchi.refusals import NotFoundError
from tests.support.office import NOW, TUESDAY, WEDNESDAY, a_booker, a_slot, a_wish, tokyo

pytestmark = pytest.mark.usefixtures("tables")

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
FIRST_OF_DECEMBER = date(2026, 12, 1)


def booked(wish: Wish | None = None, *, by: str = "member-1", nonce: str = "nonce") -> Booking:
    """A booking made through the use case."""
    return book(wish or a_wish(), booker=a_booker(by), nonce=nonce, at=NOW)


def changed(old: Booking, wish: Wish, *, nonce: str = "change") -> Booking:
    """The booking after its own member changed it."""
    return change_booking(old.booking_id, wish, booker=old.booker, nonce=nonce, at=NOW)


def taken_of(booking: Booking) -> frozenset[int]:
    """What is taken on the booking's unit."""
    return store.day_units(booking.slot.day).of(booking.area, booking.unit)


def assert_table_agrees(member_id: str = "member-1") -> None:
    """Units and member months hold exactly what the bookings that hold time say."""
    days = [TUESDAY, WEDNESDAY, FIRST_OF_DECEMBER]
    holding = [each for day in days for each in store.bookings_of_day(day) if each.holds_time]
    for day in days:
        units = {key: taken for key, taken in store.day_units(day).taken.items() if taken}
        expected: dict[tuple[str, int], frozenset[int]] = {}
        for each in holding:
            if each.slot.day == day:
                key = (each.area, each.unit)
                assert not expected.get(key, frozenset()) & each.slot.quarters
                expected[key] = expected.get(key, frozenset()) | each.slot.quarters
        assert units == expected
    for month in (NOVEMBER, DECEMBER):
        own = [each for each in holding if each.booker.member_id == member_id and each.slot.month == month]
        wanted = frozenset().union(*(month_quarters(each.slot) for each in own))
        assert store.member_month(member_id, month).taken == wanted


@pytest.mark.parametrize(
    "wish",
    [
        a_wish(start="11:00", end="13:00"),
        a_wish(start="10:30", end="11:30"),
        a_wish(start="14:00", end="16:00"),
        a_wish(start="08:30", end="17:15"),
    ],
    ids=["later", "shorter", "elsewhen", "the whole day"],
)
def test_another_time_of_the_day_keeps_the_record_and_the_unit(wish: Wish) -> None:
    old = booked()

    new = changed(old, wish)

    assert (new.booking_id, new.unit, new.slot, new.sequence) == (old.booking_id, old.unit, wish.slot, 1)
    assert store.booking(old.booking_id) == new
    assert_table_agrees()


@pytest.mark.parametrize(
    "wish",
    [a_wish("open"), a_wish(day=WEDNESDAY), a_wish("booth", day=FIRST_OF_DECEMBER), a_wish("meeting", party=3)],
    ids=["another area", "another day", "another month", "a room with others"],
)
def test_another_place_or_day_replaces_the_record(wish: Wish) -> None:
    old = booked()

    new = changed(old, wish)

    kept = store.booking(old.booking_id)
    assert (kept.state, kept.replaced_by) == (State.MOVED, new.booking_id)
    assert (new.wish, new.first_id, new.sequence) == (wish, old.booking_id, 1)
    assert store.booking(new.booking_id) == new
    assert_table_agrees()


def test_a_booth_that_is_not_free_longer_gives_way_to_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecases, "_choose", lambda free, _: free[0])
    mine = booked(a_wish("booth", "10:00", "11:00"))
    neighbour = booked(a_wish("booth", "11:00", "12:00"), by="member-2")

    new = changed(mine, a_wish("booth", "10:00", "12:00"))

    assert (mine.unit, neighbour.unit, new.unit) == (1, 1, 2)
    assert_table_agrees()


def test_a_change_that_is_refused_leaves_the_booking_as_it_is() -> None:
    old = booked(a_wish("meeting"))
    booked(a_wish("meeting", "13:00", "14:00"), by="member-2")

    with pytest.raises(refusals.AreaFullError):
        changed(old, a_wish("meeting", "12:00", "13:30"))
    with pytest.raises(refusals.ClosedDayError):
        changed(old, a_wish("meeting", day=date(2026, 11, 23)))

    assert store.booking(old.booking_id) == old
    assert_table_agrees()


def test_a_change_respects_the_members_other_bookings_and_the_daily_limit() -> None:
    old = booked(a_wish(start="08:30", end="10:30"))
    booked(a_wish("open", "13:00", "17:15"), nonce="afternoon")

    with pytest.raises(refusals.OverlapError):
        changed(old, a_wish(start="12:45", end="13:15"))
    with pytest.raises(refusals.OverlapError):
        changed(old, a_wish("booth", "12:45", "13:15"))

    assert_table_agrees()


def test_the_same_change_sent_again_changes_nothing_more() -> None:
    old = booked()
    within, elsewhere = a_wish(start="11:00", end="13:00"), a_wish("open", day=WEDNESDAY)

    assert changed(old, within) == changed(old, within)
    assert changed(old, elsewhere) == changed(old, elsewhere)
    assert len(store.bookings_of_day(WEDNESDAY)) == 1
    assert_table_agrees()


def test_a_change_is_decided_again_when_the_unit_changed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    old = booked(a_wish("meeting", "10:00", "11:00"))
    stale = iter([store.day_units(TUESDAY)])
    booked(a_wish("meeting", "13:00", "14:00"), by="member-2")
    real = store.day_units
    monkeypatch.setattr(store, "day_units", lambda day, **how: next(stale, None) or real(day, **how))

    new = changed(old, a_wish("meeting", "12:00", "13:00"))

    assert taken_of(new) == a_slot("12:00", "14:00").quarters
    assert_table_agrees()


def test_a_booking_cancelled_while_it_is_changed_stays_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    old = booked()
    stale = iter([old])
    cancel_booking(old.booking_id, member_id="member-1", at=NOW)
    real = store.booking
    monkeypatch.setattr(store, "booking", lambda booking_id: next(stale, None) or real(booking_id))

    with pytest.raises(refusals.NotActiveError):
        changed(old, a_wish(start="14:00", end="15:00"))
    assert_table_agrees()


def test_a_cancelled_booking_gives_its_time_back() -> None:
    old = booked(a_wish("meeting"))

    cancelled = cancel_booking(old.booking_id, member_id="member-1", at=NOW)

    assert cancelled.state is State.CANCELLED
    assert cancel_booking(old.booking_id, member_id="member-1", at=NOW) == cancelled
    assert_table_agrees()
    assert booked(a_wish("meeting"), by="member-2").state is State.BOOKED
    assert booked(a_wish("open"), nonce="again").state is State.BOOKED


def test_a_booking_that_started_is_neither_cancelled_nor_changed() -> None:
    old = booked(a_wish(start="10:00"))

    with pytest.raises(refusals.TooLateError):
        cancel_booking(old.booking_id, member_id="member-1", at=tokyo(TUESDAY, 10))
    with pytest.raises(refusals.TooLateError):
        change_booking(old.booking_id, a_wish("open"), booker=old.booker, nonce="n", at=tokyo(TUESDAY, 10))


@pytest.mark.parametrize("booking_id", ["20261124-AAAAAAAAAAAAAAAA", "nonsense", "20261399-AAAAAAAAAAAAAAAA"])
def test_what_does_not_exist_is_not_found(booking_id: str) -> None:
    with pytest.raises(NotFoundError):
        cancel_booking(booking_id, member_id="member-1", at=NOW)


def test_somebody_elses_booking_is_not_found() -> None:
    theirs = booked(by="member-2")

    with pytest.raises(NotFoundError):
        usecases.own_booking(theirs.booking_id, member_id="member-1")
    with pytest.raises(NotFoundError):
        cancel_booking(theirs.booking_id, member_id="member-1", at=NOW)
    with pytest.raises(NotFoundError):
        change_booking(theirs.booking_id, a_wish("open"), booker=a_booker(), nonce="n", at=NOW)
    assert store.booking(theirs.booking_id) == theirs


def test_a_member_sees_their_own_bookings_and_no_others() -> None:
    later = booked(a_wish(day=FIRST_OF_DECEMBER))
    over = cancel_booking(booked().booking_id, member_id="member-1", at=NOW)
    moved = changed(booked(a_wish("open", "13:00", "14:00")), a_wish("open", "13:00", "14:00", day=WEDNESDAY))
    booked(by="member-2")

    own = own_bookings("member-1", at=NOW)

    assert own.upcoming == [moved, later]
    assert own.past == [over]
    assert own_bookings("nobody", at=NOW).upcoming == []


def test_one_booking_is_not_changed_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.office.rules.MOST_CHANGES", 1)
    once = changed(booked(), a_wish(start="13:00", end="14:00"))

    with pytest.raises(refusals.TooManyChangesError):
        changed(once, a_wish(start="15:00", end="16:00"), nonce="again")
    assert cancel_booking(once.booking_id, member_id="member-1", at=NOW).state is State.CANCELLED
