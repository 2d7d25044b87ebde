"""The next days at a glance, for the front page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from madoguchi.office import store
from madoguchi.office.availability import availability, best_vacancy
from madoguchi.office.opening import why_closed
from madoguchi.programme.definition import programme

CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DayOutlook:
    """One day: plenty, few, full, past (nothing more today) or closed with its reason."""

    day: date
    state: str
    note: str = ""


def next_days(first: date, *, at: datetime, most: int) -> list[DayOutlook]:
    """Look at so many days from the first on; one Query for each open day."""
    return [_outlook(first + timedelta(days=offset), at) for offset in range(most)]


def _outlook(day: date, at: datetime) -> DayOutlook:
    office = programme().office
    if reason := why_closed(office, day):
        return DayOutlook(day, CLOSED, reason)
    areas = availability(office, store.day_units(day), at)
    return DayOutlook(day, best_vacancy(areas).value)
