"""October 2026 at the office, between a September and a November that must not be counted."""

from datetime import UTC, date, datetime

import pytest

from madoguchi.events import store as events
from madoguchi.events.rules import EventDraft
from madoguchi.office import reception
from madoguchi.office import usecases as office
from madoguchi.office.reception import Clerk
from madoguchi.office.rules import Booker, Booking, Wish
from madoguchi.storage import transaction
from tests.support.office import a_slot, tokyo

CLERK = Clerk("sub-desk", "192.0.2.1")
IN_SUMMER = datetime(2026, 8, 31, 0, 0, tzinfo=UTC)


def book(day: date, member: str, *, home: str, came: bool, area: str = "personal", party: int = 1) -> Booking:
    """A booking of two hours, checked in on its day if the person came."""
    booker = Booker(member, f"N-{member}", "outside", home, {"affiliation": "company"})
    wish = Wish(area, a_slot("10:00", "12:00", day=day), party)
    made = office.book(wish, booker=booker, nonce=f"nonce-{member}-{day}", at=tokyo(day, 8))
    return reception.check_in(made.booking_id, clerk=CLERK, at=tokyo(day, 9)) if came else made


def hold_event(title: str, day: date) -> None:
    """A published event."""
    draft = EventDraft(title, "内容", "会議室", tokyo(day, 14), tokyo(day, 16), 20)
    with transaction() as t:
        events.add_event(t, f"event-{day}", draft, "<p>内容</p>", by="sub-manager", now=IN_SUMMER)


@pytest.fixture
def october(tables: None) -> list[Booking]:  # noqa: ARG001 it needs the account
    """The bookings of October: two people came, one of them twice; one did not come; one cancelled."""
    for month in (9, 11):
        book(date(2026, month, 10), "member-1", home="13", came=True)
        hold_event("別の月の相談会", date(2026, month, 10))
    hold_event("移住相談会", date(2026, 10, 23))
    bookings = [
        book(date(2026, 10, 1), "member-1", home="13", came=True),
        book(date(2026, 10, 2), "member-1", home="13", came=True),
        book(date(2026, 10, 2), "member-2", home="34", came=True, area="meeting", party=3),
        book(date(2026, 10, 5), "member-3", home="35", came=False),
    ]
    cancelled = book(date(2026, 10, 6), "member-3", home="35", came=False)
    office.cancel_booking(cancelled.booking_id, member_id="member-3", at=tokyo(date(2026, 10, 6), 8))
    return [*bookings, cancelled]
