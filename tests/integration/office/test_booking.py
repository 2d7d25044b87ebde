"""Booking against the table: units, limits, the same form again."""

import math
from datetime import date
from typing import Any

import pytest

from madoguchi.japan.time import Month
from madoguchi.office import refusals, store, usecases
from madoguchi.office.availability import DayUnits
from madoguchi.office.items import booking_key
from madoguchi.office.rules import Booking, MemberMonth, State, Wish
from madoguchi.office.usecases import book
from madoguchi.programme.definition import programme
from madoguchi.settings import settings
from madoguchi.storage import Transaction, client
from tests.support.office import NOW, OUTSIDE_CLASS, TUESDAY, WEDNESDAY, a_booker, a_slot, a_wish, tokyo

pytestmark = pytest.mark.usefixtures("tables")


def booked(wish: Wish | None = None, *, by: str = "member-1", nonce: str = "nonce") -> Booking:
    """A booking made through the use case."""
    return book(wish or a_wish(), booker=a_booker(by), nonce=nonce, at=NOW)


def fill(area: str, units: int) -> list[Booking]:
    """As many different members as units, all at the same time."""
    return [booked(a_wish(area), by=f"member-{each}") for each in range(units)]


@pytest.mark.meets("B-012")
def test_eight_personal_desks_are_booked_and_the_ninth_refused() -> None:
    eight = fill("personal", 8)

    with pytest.raises(refusals.AreaFullError):
        booked(a_wish("personal"), by="the-ninth")
    assert {each.unit for each in eight} == set(range(1, 9))


@pytest.mark.meets("B-013")
def test_twenty_two_open_desks_are_booked_and_the_next_refused() -> None:
    all_of_them = fill("open", 22)

    with pytest.raises(refusals.AreaFullError):
        booked(a_wish("open"), by="the-next")
    assert {each.unit for each in all_of_them} == set(range(1, 23))


@pytest.mark.meets("B-014")
def test_two_booths_are_booked_for_two_hours_at_most_and_the_third_refused() -> None:
    fill("booth", 2)

    with pytest.raises(refusals.AreaFullError):
        booked(a_wish("booth"), by="the-third")
    with pytest.raises(refusals.TooLongError):
        booked(a_wish("booth", "13:00", "15:15"), by="the-long-one")
    assert booked(a_wish("booth", "12:00", "14:00"), by="the-third").state is State.BOOKED


@pytest.mark.meets("B-015")
def test_the_meeting_room_is_booked_as_one_room_for_up_to_four() -> None:
    with pytest.raises(refusals.PartySizeError):
        booked(a_wish("meeting", party=5))
    first = booked(a_wish("meeting", party=4))

    with pytest.raises(refusals.AreaFullError):
        booked(a_wish("meeting", "11:45", "12:15", party=1), by="member-2")
    assert first.party == 4


@pytest.mark.meets("B-036")
def test_the_whole_opening_time_is_booked_and_a_time_after_it_refused() -> None:
    assert booked(a_wish(start="08:30", end="17:15")).slot.minutes == 525
    with pytest.raises(refusals.OutsideHoursError):
        booked(a_wish(start="17:00", end="17:30"), by="member-2")


@pytest.mark.meets("B-040", "B-059")
def test_a_priority_member_books_the_same_slot_before_a_general_member_may() -> None:
    wish = a_wish(day=date(2026, 12, 23))

    with pytest.raises(refusals.WindowNotOpenError):
        book(wish, booker=a_booker("general"), nonce="n", at=NOW)
    book(wish, booker=a_booker("priority", member_class=OUTSIDE_CLASS), nonce="n", at=NOW)
    book(wish, booker=a_booker("general"), nonce="n", at=tokyo(date(2026, 11, 23), 0))

    assert len(store.bookings_of_day(date(2026, 12, 23))) == 2


def test_a_booking_is_recorded_with_what_the_reports_need() -> None:
    made = booked()

    found = store.booking(made.booking_id)

    assert found == made
    assert found.programme_version == programme().version
    assert [each.booking_id for each in store.month_bookings(Month(2026, 11))] == [made.booking_id]
    assert list(store.month_bookings(Month(2026, 12))) == []
    assert store.day_units(TUESDAY).of("personal", made.unit) == a_slot().quarters


def test_the_same_form_sent_again_gives_the_same_booking() -> None:
    first = booked()

    assert booked() == first
    assert len(store.bookings_of_day(TUESDAY)) == 1


def test_the_same_form_sent_at_the_same_moment_gives_the_same_booking(monkeypatch: pytest.MonkeyPatch) -> None:
    first = booked()
    unread = iter([MemberMonth("member-1", Month(2026, 11))])
    real = store.member_month
    monkeypatch.setattr(store, "member_month", lambda *key: next(unread, None) or real(*key))

    assert booked() == first
    assert len(store.bookings_of_day(TUESDAY)) == 1


def test_another_form_or_another_time_is_another_booking() -> None:
    ids = {
        booked().booking_id,
        booked(a_wish(start="13:00", end="14:00")).booking_id,
        booked(a_wish(start="15:00", end="16:00"), nonce="other").booking_id,
        booked(by="member-2").booking_id,
    }

    assert len(ids) == 4


def test_a_member_has_one_place_at_a_time() -> None:
    booked()

    with pytest.raises(refusals.OverlapError):
        booked(a_wish("open", "11:45", "12:30"), nonce="other")


def test_a_member_who_books_two_desks_at_the_same_moment_gets_one(monkeypatch: pytest.MonkeyPatch) -> None:
    booked()
    # The second request read the member's month before the first one wrote it.
    unread = iter([MemberMonth("member-1", Month(2026, 11))])
    real = store.member_month
    monkeypatch.setattr(store, "member_month", lambda *key: next(unread, None) or real(*key))

    with pytest.raises(refusals.OverlapError):
        booked(a_wish("open"), nonce="other")
    assert len(store.bookings_of_day(TUESDAY)) == 1


@pytest.mark.parametrize(
    ("end", "refused"), [("17:15", False), ("17:30", True)], ids=["exactly the limit", "a quarter-hour more"]
)
def test_the_daily_limit_is_checked_in_the_write(end: str, *, refused: bool) -> None:
    booked(a_wish(start="08:30", end="17:00"))
    late = Transaction()
    store.take_member_time(late, "member-1", a_slot("17:00", end), booking_id="x", daily_limit_minutes=525)

    if refused:
        with pytest.raises(store.MemberMonthError):
            late.commit()
    else:
        late.commit()

    assert store.member_month("member-1", Month(2026, 11)).quarters_on(TUESDAY) == (34 if refused else 35)


def test_a_unit_that_was_just_taken_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    first = booked(a_wish("booth"))
    # The second request read the day before the first one wrote it, and aims at the same booth.
    unread = iter([DayUnits(TUESDAY)])
    real = store.day_units
    monkeypatch.setattr(store, "day_units", lambda day, **how: next(unread, None) or real(day, **how))
    monkeypatch.setattr(usecases, "_choose", lambda free, _: first.unit if first.unit in free else free[0])

    second = booked(a_wish("booth"), by="member-2")

    assert {first.unit, second.unit} == {1, 2}


def test_nobody_books_for_a_member_who_withdrew() -> None:
    upcoming = booked()

    usecases.close_to_member("member-1", at=NOW)

    assert store.booking(upcoming.booking_id).state is State.CANCELLED
    with pytest.raises(refusals.MemberBlockedError):
        booked(a_wish("open"), nonce="other")
    with pytest.raises(refusals.MemberBlockedError):
        booked(a_wish(day=date(2026, 12, 21)), nonce="other")


def test_booking_and_cancelling_in_turn_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.office.rules.MOST_BOOKINGS_A_MONTH", 2)
    for nonce in ("first", "second"):
        usecases.cancel_booking(booked(nonce=nonce).booking_id, member_id="member-1", at=NOW)

    with pytest.raises(refusals.TooManyBookingsError):
        booked(nonce="third")


def test_the_end_is_checked_in_the_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.office.store.MOST_BOOKINGS_A_MONTH", 1)
    booked(nonce="first")

    with pytest.raises(store.MemberMonthError):
        booked(a_wish(start="15:00", end="16:00"), nonce="second")


def test_two_times_of_one_unit_need_not_meet() -> None:
    rooms = [booked(a_wish("meeting", start, end), by=start) for start, end in (("10:00", "12:00"), ("12:00", "13:00"))]

    assert [each.unit for each in rooms] == [1, 1]


def test_a_booking_costs_at_most_seven_write_units() -> None:
    """Each item of a transaction costs two units per kilobyte begun; the owed mark's index one more."""
    table = settings().table("office")
    for day in range(24, 28):  # a member with half days booked all week
        booked(a_wish(start="13:00", end="17:00", day=date(2026, 11, day)))

    made = booked(a_wish(start="08:30", end="12:30", day=WEDNESDAY), nonce="morning")

    keys = [
        booking_key(made.booking_id),
        ("2026-11", f"25#personal-{made.unit:02}"),
        ("MEMBER#member-1", "2026-11"),
    ]
    items = [client("dynamodb").get_item(TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}}) for pk, sk in keys]
    sizes = [size_of(each["Item"]) for each in items]
    assert sum(2 * math.ceil(size / 1024) for size in sizes) + 1 <= 7, sizes


def size_of(item: dict[str, Any]) -> int:
    """The size that DynamoDB counts: names and values in bytes, a number by its digits."""
    return sum(len(name.encode()) + _size_of_value(value) for name, value in item.items())


def _size_of_value(value: dict[str, Any]) -> int:
    ((kind, held),) = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "N":
            return _size_of_number(held)
        case "SS":
            return 3 + sum(1 + len(each.encode()) for each in held)
        case "NS":
            return 3 + sum(1 + _size_of_number(each) for each in held)
    pytest.fail(f"the office stores no {kind}")


def _size_of_number(digits: str) -> int:
    return math.ceil(len(digits.lstrip("-")) / 2) + 1
