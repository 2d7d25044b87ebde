"""National holidays."""

from datetime import date

import pytest

from madoguchi.japan.holidays import holiday_name


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 9, 21), "敬老の日"),
        (date(2026, 9, 22), "休日"),  # between two holidays (国民の休日)
        (date(2026, 5, 6), "休日"),  # 振替休日
        (date(2026, 11, 23), "勤労感謝の日"),
        (date(2026, 11, 24), None),
        (date(2027, 12, 31), None),
        (date(2019, 5, 1), "休日（祝日扱い）"),
    ],
)
def test_the_official_list_is_the_truth_for_its_years(day: date, name: str | None) -> None:
    assert holiday_name(day) == name


@pytest.mark.parametrize(
    ("day", "name"), [(date(2028, 1, 1), "元日"), (date(2028, 11, 3), "文化の日"), (date(2028, 11, 6), None)]
)
def test_years_after_the_official_list_are_computed(day: date, name: str | None) -> None:
    assert holiday_name(day) == name


def test_the_computed_years_would_agree_with_the_official_ones() -> None:
    import jpholiday  # noqa: PLC0415 the function under test imports it late, too

    days = [date.fromordinal(each) for each in range(date(2022, 1, 1).toordinal(), date(2028, 1, 1).toordinal())]
    assert [day for day in days if bool(jpholiday.is_holiday_name(day)) != bool(holiday_name(day))] == []
