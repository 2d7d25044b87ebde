"""Builders for what a month's report counts: only what matters is said."""

from datetime import date

from madoguchi.japan.time import Month
from madoguchi.reports.activity import Activity, Gathering, Joiner, Mailing
from madoguchi.reports.counting import Kind, Use

OCTOBER = Month(2026, 10)
TWO_DAYS = (date(2026, 10, 1), date(2026, 10, 2))


def a_use(  # noqa: PLR0913 keywords with defaults
    booking_id: str,
    *,
    member: str = "member-1",
    area: str = "personal",
    start: str = "09:00",
    end: str = "10:00",
    home: str = "35",
    member_class: str = "inside",
    party: int = 1,
    state: str = "used",
) -> Use:
    """A booking that was used, cancelled or forgotten."""
    kind = Kind(
        member_class,
        home,
        area,
        party,
        was_used=state == "used",
        was_cancelled=state == "cancelled",
    )
    return Use(booking_id, member, kind, _quarter(start), _quarter(end))


def an_activity(
    *uses: Use,
    joiners: tuple[Joiner, ...] = (),
    gatherings: tuple[Gathering, ...] = (),
    mailings: tuple[Mailing, ...] = (),
) -> Activity:
    """October with two open days."""
    return Activity(OCTOBER, TWO_DAYS, uses, joiners, gatherings, mailings)


def _quarter(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 4 + int(minutes) // 15
