from datetime import date

import pytest

from madoguchi.japan.eras import era_day, era_month, era_year, fiscal_year_text
from madoguchi.japan.time import Month


def test_years_are_written_in_reiwa() -> None:
    assert era_day(date(2026, 10, 1)) == "令和8年10月1日"
    assert era_month(Month(2026, 10)) == "令和8年10月"
    assert era_year(date(2019, 5, 1)) == "令和元年"
    with pytest.raises(ValueError, match="2019"):
        era_year(date(2019, 4, 30))


@pytest.mark.parametrize(
    ("month", "year"), [(Month(2027, 3), "令和8年度"), (Month(2026, 4), "令和8年度"), (Month(2026, 3), "令和7年度")]
)
def test_the_fiscal_year_begins_in_april(month: Month, year: str) -> None:
    assert fiscal_year_text(month) == year
