"""Builders for what the office books: only what matters is said."""

from datetime import UTC, date, datetime

from madoguchi.japan.time import tokyo_instant
from madoguchi.office.rules import Booker, Slot, Wish

# Saturday 21 November 2026, 12:00 in Tokyo; the office opens again on Tuesday the 24th.
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
OUTSIDE_CLASS = "outside"
GENERAL_CLASS = "inside"


def a_booker(member_id: str = "member-1", *, member_class: str = GENERAL_CLASS) -> Booker:
    """A member as a booking records them."""
    return Booker(member_id, f"N-{member_id}", member_class, home="13", facts={"affiliation": "company"})


def a_slot(start: str = "10:00", end: str = "12:00", *, day: date = TUESDAY) -> Slot:
    """A slot of the day, written as clock times."""
    return Slot.of(day, start, end)


def a_wish(
    area: str = "personal", start: str = "10:00", end: str = "12:00", *, day: date = TUESDAY, party: int = 1
) -> Wish:
    """A wish for the area at that time."""
    return Wish(area, a_slot(start, end, day=day), party)


def tokyo(day: date, hours: int, minutes: int = 0) -> datetime:
    """An instant by Tokyo's clock."""
    return tokyo_instant(day, hours * 60 + minutes)
