"""Working days of public offices: no weekend, no national holiday, not 29 December to 3 January."""

from datetime import date

from madoguchi.japan.holidays import holiday_name
from madoguchi.japan.time import Month

FRIDAY = 5
YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def is_working_day(day: date) -> bool:
    """Whether public offices work on that day (行政機関の休日に関する法律)."""
    if day.isoweekday() > FRIDAY or (day.month, day.day) in YEAR_END:
        return False
    return holiday_name(day) is None


def first_working_day(month: Month) -> date:
    """The first working day of a month."""
    return next(day for day in month.days() if is_working_day(day))
