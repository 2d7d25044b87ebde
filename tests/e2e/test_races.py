"""Many people at the same moment, through the real HTTP address: the write decides, nobody gets a server error."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import pytest

from madoguchi import wiring
from madoguchi.events import store as event_store
from madoguchi.events import usecases as events
from madoguchi.events.rules import EventDraft
from madoguchi.office import store as office_store
from madoguchi.office.rules import Slot, month_quarters
from tests.load.visitors import Visitor, at_the_same_moment, members
from tests.support.acting import acting_as
from tests.support.stack import RunningStack

CROWD = 50
DESKS = 22


@pytest.fixture(scope="module")
def crowd(stack: RunningStack) -> Iterator[list[Visitor]]:
    """Fifty members who are signed in; this process may read the stack's tables meanwhile."""
    with acting_as(stack.stack):
        crowd = members(stack.public_url, CROWD)
        yield crowd
        for each in crowd:
            each.close()


def _book(visitor: Visitor, area: str, slot: Slot, nonce: str) -> int:
    form = {"area": area, "day": str(slot.day), "start": slot.clock[:5], "end": slot.clock[-5:], "party": "1"}
    return visitor.post("/bookings/new", form | {"step": "book", "nonce": nonce}).status


def test_one_unit_goes_to_one_of_fifty(crowd: list[Visitor], open_days_ahead: list[date]) -> None:
    slot = Slot.of(open_days_ahead[8], "10:00", "11:00")

    statuses = Counter(at_the_same_moment([partial(_book, each, "meeting", slot, "race") for each in crowd]))

    assert statuses == {303: 1, 409: CROWD - 1}
    booked = [each for each in office_store.bookings_of_day(slot.day) if each.slot == slot]
    holders = [each for each in crowd if month_quarters(slot) <= _month_of(each, slot)]
    assert (len(booked), len(holders)) == (1, 1)
    assert slot.quarters <= office_store.day_units(slot.day, consistent=True).of("meeting", 1)


def test_the_last_seat_goes_to_one_of_fifty(crowd: list[Visitor]) -> None:
    now = wiring.clock()
    starts = now + timedelta(days=9)
    draft = EventDraft("定員1人の催し", "競争の試験です。", "会議室", starts, starts + timedelta(hours=1), 1)
    event = events.publish(draft, nonce="race", by="test", source="127.0.0.1", now=now)

    path = f"/events/{event.event_id}/sign-up"
    answers = at_the_same_moment([partial(each.post, path, {}) for each in crowd])

    assert Counter(answer.status for answer in answers) == {303: 1, 409: CROWD - 1}
    assert sum("満席" in answer.body for answer in answers) == CROWD - 1, "the others are told so"
    seats = [each for each in event_store.sign_ups_of(event.event_id) if each.state.has_seat]
    assert len(seats) == event_store.get_event(event.event_id).seats_taken == 1


@pytest.mark.meets("B-013")
def test_twenty_two_people_get_the_twenty_two_desks_and_the_next_none(
    crowd: list[Visitor], open_days_ahead: list[date]
) -> None:
    slot = Slot.of(open_days_ahead[9], "13:00", "17:15")

    first = at_the_same_moment([partial(_book, each, "open", slot, "desks") for each in crowd[:DESKS]])
    late = _book(crowd[DESKS], "open", slot, "desks")

    assert Counter(first) == {303: DESKS}
    assert late == 409
    units = [each.unit for each in office_store.bookings_of_day(slot.day) if each.slot == slot]
    assert sorted(units) == list(range(1, DESKS + 1))


def test_a_member_who_books_two_desks_for_one_time_gets_one(
    crowd: list[Visitor], open_days_ahead: list[date], stack: RunningStack
) -> None:
    slot = Slot.of(open_days_ahead[10], "09:00", "12:00")
    one = crowd[-1]
    other_tab = Visitor(stack.public_url, one.session_id, one.member)
    other_tab.learn_token("/bookings/new")

    statuses = at_the_same_moment(
        [partial(_book, one, "personal", slot, "tab-1"), partial(_book, other_tab, "open", slot, "tab-2")]
    )

    other_tab.close()
    assert sorted(statuses) == [303, 409]
    mine = [each for each in office_store.bookings_of_day(slot.day) if each.booker.member_id == _id(one)]
    assert len(mine) == 1


def test_two_hundred_visitors_at_once_are_served(stack: RunningStack, open_days_ahead: list[date]) -> None:
    visitors = [Visitor(stack.public_url) for _ in range(200)]

    path = f"/availability?day={open_days_ahead[0]}"
    answers = at_the_same_moment([partial(each.get, path) for each in visitors])

    for each in visitors:
        each.close()
    assert Counter(answer.status for answer in answers) == {200: 200}


def _month_of(visitor: Visitor, slot: Slot) -> frozenset[int]:
    return office_store.member_month(_id(visitor), slot.month).taken


def _id(visitor: Visitor) -> str:
    assert visitor.member is not None
    return visitor.member.member_id
