from datetime import date

import pytest

from madoguchi.japan.time import Month
from madoguchi.japan.working_days import first_working_day


@pytest.mark.parametrize(
    ("month", "first"),
    [
        (Month(2026, 10), date(2026, 10, 1)),
        (Month(2026, 11), date(2026, 11, 2)),  # the 1st is a Sunday
        (Month(2027, 1), date(2027, 1, 4)),  # public offices rest until the 3rd
        (Month(2026, 5), date(2026, 5, 1)),
        (Month(2027, 5), date(2027, 5, 6)),  # a weekend, then three holidays and one in lieu
    ],
)
def test_the_first_working_day_skips_weekends_holidays_and_the_turn_of_the_year(month: Month, first: date) -> None:
    assert first_working_day(month) == first
