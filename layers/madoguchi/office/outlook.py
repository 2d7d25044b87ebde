"""The next days at a glance, for the front page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from madoguchi.office import store
from madoguchi.office.availability import availability, best_vacancy
from madoguchi.office.opening import why_closed
from madoguchi.office.plan import office_on, open_days

CLOSED = "closed"
ONE_DAY = timedelta(days=1)
# Longer than the longest run of closed days, at the turn of the year.
LONGEST_LOOK = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class DayOutlook:
    """One day: plenty, few, full, past (nothing more today) or closed with its reason."""

    day: date
    state: str
    note: str = ""


def next_days(today: date, *, at: datetime, most: int) -> list[DayOutlook]:
    """Today, closed or not, and the next open days: `most` days in all; one Query for each open day."""
    coming = open_days(today + ONE_DAY, today + LONGEST_LOOK)
    return [_outlook(day, at) for day in [today, *coming[: most - 1]]]


def _outlook(day: date, at: datetime) -> DayOutlook:
    office = office_on(day)
    if reason := why_closed(office, day):
        return DayOutlook(day, CLOSED, reason)
    areas = availability(office, store.day_units(day), at)
    return DayOutlook(day, best_vacancy(areas).value)
