"""The opening calendar of the telework office."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from madoguchi.japan.time import Month
from madoguchi.office import plan
from madoguchi.office.opening import (
    is_open,
    open_days,
    why_closed,
)
from madoguchi.programme.definition import programme
from tests.support.versions import add_version

OFFICE = programme().office


@pytest.mark.meets("B-035")
def test_fiscal_year_2026_has_241_open_days() -> None:
    counted = [len(open_days(OFFICE, month)) for month in Month(2026, 4).through(Month(2027, 3))]

    assert counted == [21, 18, 22, 22, 20, 19, 21, 19, 20, 19, 18, 22]
    assert sum(counted) == 241


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


def test_open_days_in_a_row_skip_closed_days() -> None:
    friday, tuesday = date(2026, 11, 20), date(2026, 11, 24)
    assert plan.open_days(friday, tuesday) == [friday, tuesday]


def test_each_day_is_judged_by_the_plan_that_holds_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    smaller = replace(OFFICE, areas=OFFICE.areas[1:], weekdays=[1, 2, 3, 4])
    add_version(monkeypatch, holds_from=date(2026, 12, 1), office_part=smaller)

    assert [each.id for each in plan.office_on(date(2026, 11, 30)).areas] == [each.id for each in OFFICE.areas]
    assert len(plan.office_on(date(2026, 12, 1)).areas) == len(OFFICE.areas) - 1
    assert plan.open_days(date(2026, 11, 27), date(2026, 12, 4)) == [
        date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3),
    ]  # fmt: skip


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_every_day_is_either_open_or_closed_for_a_reason(day: date) -> None:
    closed = why_closed(OFFICE, day)

    assert is_open(OFFICE, day) == (closed is None) == (day in open_days(OFFICE, Month.of(day)))
    assert day.isoweekday() <= 5 or closed
