"""Which days and months may be asked for."""

from datetime import date

import pytest

from madoguchi.japan.eras import era_month
from madoguchi.japan.time import KNOWN_YEARS, Month, typed_day
from madoguchi.office.rules import day_of


@pytest.mark.parametrize("text", ["0001-01", "2018-12", "9999-12", "2026-13", "2026-W01", "202611", "abc", ""])
def test_what_is_no_month_of_the_known_years_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Month.parse(text)


def test_every_known_month_has_neighbours_and_a_name() -> None:
    first, last = Month(KNOWN_YEARS[0], 1), Month(KNOWN_YEARS[-1], 12)
    assert Month.parse(str(first)) == first
    assert Month.parse(str(last)) == last
    assert (era_month(first.previous()), era_month(last.next())) == ("令和元年12月", "令和82年1月")


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "20261124", "2026-11-24T", "2026-W48-2", "0000-00-00"])
def test_what_is_no_day_of_the_known_years_is_none(text: str) -> None:
    assert day_of(text) is None


def test_a_day_is_read_from_its_parts_in_any_width() -> None:
    assert typed_day("２０２６", "11", "24") == date(2026, 11, 24)


@pytest.mark.parametrize("parts", [("1", "1", "1"), ("2026", "9" * 40, "1"), ("2026", "2", "30"), ("", "", "")])
def test_parts_that_are_no_day_are_refused(parts: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match=r".*"):
        typed_day(*parts)
