"""When a class or a registration ends."""

from datetime import date

import pytest

from madoguchi.japan.time import fiscal_year_end, months_after
from madoguchi.members.endings import end_of
from madoguchi.programme.membership import Expiry


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, end: date) -> None:
    assert months_after(day, months) == end


@pytest.mark.parametrize(
    ("day", "end"), [(date(2026, 4, 1), date(2027, 3, 31)), (date(2027, 3, 31), date(2027, 3, 31))]
)
def test_the_fiscal_year_ends_in_march(day: date, end: date) -> None:
    assert fiscal_year_end(day) == end


def test_what_lasts_from_the_first_use_has_no_end_before_it() -> None:
    expiry = Expiry(months=6, counted_from="first_use")

    assert end_of(expiry, since=date(2026, 4, 1)) is None
    assert end_of(expiry, since=date(2026, 4, 1), first_used_on=date(2026, 12, 1)) == date(2027, 6, 1)
    assert end_of(None, since=date(2026, 4, 1)) is None
