"""The office as it is on a day: a plan that changes holds from its day on, and what was keeps its own."""

from datetime import date, timedelta

from madoguchi.office.opening import is_open
from madoguchi.programme.definition import programme
from madoguchi.programme.places import Office


def office_on(day: date) -> Office:
    """The places and opening hours that hold on that day."""
    return programme(on=day).office


def open_days(first: date, last: date) -> list[date]:
    """The open days from first to last, each by the calendar that holds on it."""
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [day for day in days if is_open(office_on(day), day)]
