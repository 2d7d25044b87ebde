"""The opening calendar: which days are open, and why a day is closed."""

from datetime import date

from madoguchi.japan.holidays import holiday_name
from madoguchi.japan.time import WEEKDAYS, Month
from madoguchi.programme.places import Office, YearlyClosure


def why_closed(office: Office, day: date) -> str | None:
    """The reason why the office is closed on that day, or None when it is open."""
    for closure in office.closures:
        if closure.day == day:
            return closure.reason
    for yearly in office.yearly_closures:
        if _falls_in(yearly, day):
            return yearly.reason
    if office.closed_on_holidays and (name := holiday_name(day)):
        return name
    if day.isoweekday() not in office.weekdays:
        return f"{WEEKDAYS[day.weekday()]}曜日"
    return None


def is_open(office: Office, day: date) -> bool:
    """Whether the office is open on that day."""
    return why_closed(office, day) is None


def open_days(office: Office, month: Month) -> list[date]:
    """The open days of a month, in order."""
    return [day for day in month.days() if is_open(office, day)]


def _falls_in(yearly: YearlyClosure, day: date) -> bool:
    written = f"{day:%m-%d}"
    if yearly.starts <= yearly.ends:
        return yearly.starts <= written <= yearly.ends
    return written >= yearly.starts or written <= yearly.ends
