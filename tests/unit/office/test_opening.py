"""The opening calendar of the telework office."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.japan.time import Month
from madoguchi.office.opening import (
    is_open,
    next_open_day,
    open_days,
    open_days_of_fiscal_year,
    previous_open_day,
    why_closed,
)
from madoguchi.programme.definition import programme

OFFICE = programme().office


@pytest.mark.meets("B-035")
def test_fiscal_year_2026_has_241_open_days() -> None:
    counted = open_days_of_fiscal_year(OFFICE, 2026)

    assert [str(month) for month in counted][:1] == ["2026-04"]
    assert list(counted.values()) == [21, 18, 22, 22, 20, 19, 21, 19, 20, 19, 18, 22]
    assert sum(counted.values()) == 241


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 11, 21), "土曜日"),
        (date(2026, 11, 23), "勤労感謝の日"),
        (date(2026, 9, 22), "休日"),
        (date(2026, 12, 28), None),
        (date(2026, 12, 29), "年末年始"),
        (date(2027, 1, 3), "年末年始"),
        (date(2027, 1, 4), None),
        (date(2026, 11, 24), None),
    ],
)
def test_a_closed_day_says_why(day: date, reason: str | None) -> None:
    assert why_closed(OFFICE, day) == reason


def test_the_neighbours_of_a_day_skip_closed_days() -> None:
    friday, tuesday = date(2026, 11, 20), date(2026, 11, 24)

    assert next_open_day(OFFICE, friday, until=date(2026, 12, 31)) == tuesday
    assert previous_open_day(OFFICE, tuesday, since=date(2026, 11, 1)) == friday
    assert next_open_day(OFFICE, friday, until=date(2026, 11, 23)) is None
    assert previous_open_day(OFFICE, tuesday, since=date(2026, 11, 21)) is None


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_every_day_is_either_open_or_closed_for_a_reason(day: date) -> None:
    closed = why_closed(OFFICE, day)

    assert is_open(OFFICE, day) == (closed is None) == (day in open_days(OFFICE, Month.of(day)))
    assert day.isoweekday() <= 5 or closed
