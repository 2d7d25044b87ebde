"""Slots and the rules of a wish, beside a simple model of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.japan.time import Month
from madoguchi.office import refusals
from madoguchi.office.opening import is_open
from madoguchi.office.rules import (
    Booking,
    MemberMonth,
    Slot,
    State,
    Wish,
    check_request,
    duration_text,
    month_quarters,
    quarter_of,
    quarter_text,
)
from madoguchi.programme.definition import programme
from madoguchi.refusals import Refusal
from tests.support.office import NOW, TUESDAY, WEDNESDAY, a_booker, a_slot, a_wish, tokyo

OFFICE = programme().office
quarters = st.integers(0, 96)
days = st.dates(date(2026, 11, 1), date(2027, 2, 28))


def refusal_of(wish: Wish, *, days_ahead: int = 30, at: datetime = NOW) -> type[Refusal] | None:
    """The class of the refusal, or None when the wish is accepted."""
    try:
        check_request(wish, office=OFFICE, days_ahead=days_ahead, at=at)
    except Refusal as refusal:
        return type(refusal)
    return None


@given(quarters)
def test_a_quarter_reads_back_as_it_is_written(quarter: int) -> None:
    assert quarter_of(quarter_text(quarter)) == quarter


@pytest.mark.parametrize("text", ["8:07", "08:61", "25:00", "half past", "", "10", "10:00:00", "-1:00"])
def test_a_time_off_the_quarter_hours_is_refused(text: str) -> None:
    with pytest.raises(refusals.UnreadableTimeError):
        quarter_of(text)


@given(days, quarters, quarters)
def test_a_slot_that_exists_covers_its_minutes_and_nothing_else(day: date, start: int, end: int) -> None:
    if start >= end:
        with pytest.raises(refusals.BackwardTimeError):
            Slot(day, start, end)
        return

    slot = Slot(day, start, end)

    assert slot.minutes == 15 * len(slot.quarters)
    assert slot.ends_at - slot.starts_at == timedelta(minutes=slot.minutes)
    assert {each % 100 for each in month_quarters(slot)} == slot.quarters
    assert {each // 100 for each in month_quarters(slot)} == {day.day}


@pytest.mark.meets("B-036")
def test_the_whole_opening_time_may_be_booked_and_nothing_after_it() -> None:
    assert refusal_of(a_wish(start="08:30", end="17:15")) is None
    assert refusal_of(a_wish(start="17:00", end="17:30")) is refusals.OutsideHoursError
    assert refusal_of(a_wish(start="08:15", end="09:00")) is refusals.OutsideHoursError


@given(days, quarters, quarters)
def test_a_wish_is_accepted_exactly_when_it_lies_in_an_open_future_day_of_the_window(
    day: date, start: int, end: int
) -> None:
    if start >= end:
        return
    wish = Wish("personal", Slot(day, start, end))
    opens_at_half_past_eight, closes_at_quarter_past_five = start >= 34, end <= 69
    in_window = date(2026, 11, 21) <= day <= date(2026, 12, 21)
    expected = is_open(OFFICE, day) and opens_at_half_past_eight and closes_at_quarter_past_five and in_window

    assert (refusal_of(wish) is None) == expected


@pytest.mark.parametrize(
    ("days_before", "days_ahead", "refusal"),
    [
        (30, 30, None),
        (31, 30, refusals.WindowNotOpenError),
        (31, 60, None),
        (60, 60, None),
        (61, 60, refusals.WindowNotOpenError),
        (0, 0, None),
        (1, 0, refusals.WindowNotOpenError),
    ],
)
def test_the_window_of_a_class_opens_so_many_days_before(
    days_before: int, days_ahead: int, refusal: type[Refusal] | None
) -> None:
    at = tokyo(TUESDAY - timedelta(days=days_before), 0)

    assert refusal_of(a_wish(), days_ahead=days_ahead, at=at) is refusal


@pytest.mark.meets("B-040", "B-059")
def test_a_general_member_waits_for_a_day_that_a_priority_member_may_book() -> None:
    wish = a_wish(day=date(2026, 12, 23))
    general, priority = (programme().members.member_class(each).days_ahead for each in ("inside", "outside"))

    assert refusal_of(wish, days_ahead=general) is refusals.WindowNotOpenError
    assert refusal_of(wish, days_ahead=priority) is None
    assert refusal_of(wish, days_ahead=general, at=tokyo(date(2026, 11, 22), 23, 59)) is refusals.WindowNotOpenError
    assert refusal_of(wish, days_ahead=general, at=tokyo(date(2026, 11, 23), 0)) is None


def test_a_refused_window_says_when_it_opens() -> None:
    with pytest.raises(refusals.WindowNotOpenError) as refused:
        check_request(a_wish(day=date(2026, 12, 23)), office=OFFICE, days_ahead=30, at=NOW)

    assert "2026年11月23日（月）00:00から" in refused.value.message


@pytest.mark.parametrize(
    ("at", "refusal"),
    [(tokyo(TUESDAY, 10), None), (tokyo(TUESDAY, 10) + timedelta(seconds=1), refusals.PastTimeError)],
)
def test_a_slot_may_be_booked_until_it_starts(at: datetime, refusal: type[Refusal] | None) -> None:
    assert refusal_of(a_wish(start="10:00"), at=at) is refusal


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (a_wish("booth", "10:00", "12:00"), None),
        (a_wish("booth", "10:00", "12:15"), refusals.TooLongError),
        (a_wish("meeting", "10:00", "14:15"), refusals.TooLongError),
        (a_wish("meeting", party=4), None),
        (a_wish("meeting", party=5), refusals.PartySizeError),
        (a_wish("meeting", party=0), refusals.PartySizeError),
        (a_wish("personal", party=2), refusals.PartySizeError),
        (a_wish("roof"), refusals.UnknownAreaError),
        (a_wish(day=date(2026, 11, 23)), refusals.ClosedDayError),
        (a_wish(day=date(2026, 11, 28)), refusals.ClosedDayError),
    ],
)
def test_each_rule_refuses_in_its_own_words(wish: Wish, refusal: type[Refusal] | None) -> None:
    assert refusal_of(wish) is refusal


def test_a_member_has_one_place_at_a_time_and_a_limit_of_each_day() -> None:
    month = MemberMonth("m", Month(2026, 11)).with_slot(a_slot("08:30", "12:30"))

    with pytest.raises(refusals.OverlapError):
        month.check_can_take(a_slot("12:15", "13:00"), OFFICE)
    month.check_can_take(a_slot("12:30", "17:15"), OFFICE)
    month.check_can_take(a_slot("08:30", "17:15", day=WEDNESDAY), OFFICE)
    with pytest.raises(refusals.DailyLimitError) as refused:
        month.check_can_take(a_slot("12:30", "17:30"), OFFICE)
    assert "残りは4時間45分" in refused.value.message


@given(st.lists(st.tuples(st.integers(34, 68), st.integers(1, 12)), max_size=8))
def test_a_members_month_remembers_exactly_what_was_taken(wanted: list[tuple[int, int]]) -> None:
    month, model = MemberMonth("m", Month(2026, 11)), set[int]()
    for start, length in wanted:
        slot = Slot(TUESDAY, start, start + length)
        accepted = not model & slot.quarters and (len(model) + length) * 15 <= OFFICE.daily_limit_minutes
        try:
            month.check_can_take(slot, OFFICE)
        except Refusal:
            assert not accepted
            continue
        assert accepted
        month, model = month.with_slot(slot), model | slot.quarters

    assert month.quarters_on(TUESDAY) == len(model)
    assert month.quarters_on(WEDNESDAY) == 0


def test_a_blocked_member_takes_nothing() -> None:
    with pytest.raises(refusals.MemberBlockedError):
        MemberMonth("m", Month(2026, 11), is_blocked=True).check_can_take(a_slot(), OFFICE)


@pytest.mark.parametrize(
    ("state", "at", "refusal"),
    [
        (State.BOOKED, tokyo(TUESDAY, 9, 59), None),
        (State.BOOKED, tokyo(TUESDAY, 10), refusals.TooLateError),
        (State.CANCELLED, NOW, refusals.NotActiveError),
        (State.MOVED, NOW, refusals.NotActiveError),
        (State.CHECKED_IN, NOW, refusals.NotActiveError),
    ],
)
def test_a_booking_may_be_changed_until_it_starts(state: State, at: datetime, refusal: type[Refusal] | None) -> None:
    booking = Booking("id", a_booker(), "personal", 1, a_slot("10:00"), 1, 1, NOW, "id", state)

    assert booking.can_still_change(at) == (refusal is None)
    if refusal:
        with pytest.raises(refusal):
            booking.check_can_change(at)
    else:
        booking.check_can_change(at)


@pytest.mark.parametrize(("minutes", "text"), [(15, "15分"), (60, "1時間"), (525, "8時間45分"), (0, "0分")])
def test_lengths_of_time_are_written_for_people(minutes: int, text: str) -> None:
    assert duration_text(minutes) == text


def test_instants_are_utc() -> None:
    assert a_slot("08:30").starts_at == datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
