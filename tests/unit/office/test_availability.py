"""Counting what is free."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.office.availability import (
    DayUnits,
    Vacancy,
    availability,
    best_vacancy,
    free_units,
    hours_of,
    vacancy_of,
)
from madoguchi.office.rules import Slot
from madoguchi.programme.definition import programme
from tests.support.office import NOW, TUESDAY, a_slot, tokyo

OFFICE = programme().office
quarters = st.frozensets(st.integers(34, 68))
taken_units = st.dictionaries(st.tuples(st.just("personal"), st.integers(1, 8)), quarters)


@pytest.mark.parametrize(
    ("free", "units", "vacancy"),
    [
        (0, 8, Vacancy.FULL),
        (1, 8, Vacancy.FEW),
        (2, 8, Vacancy.FEW),
        (3, 8, Vacancy.PLENTY),
        (5, 22, Vacancy.FEW),
        (6, 22, Vacancy.PLENTY),
        (1, 2, Vacancy.FEW),
        (2, 2, Vacancy.PLENTY),
        (1, 1, Vacancy.PLENTY),
        (0, 1, Vacancy.FULL),
    ],
)
def test_a_few_are_two_or_a_quarter_of_all(free: int, units: int, vacancy: Vacancy) -> None:
    assert vacancy_of(free, units) is vacancy


def test_the_hours_of_a_day_cover_the_opening_time() -> None:
    hours = hours_of(OFFICE, TUESDAY)

    assert [hour.clock for hour in hours][:2] == ["08:30～09:00", "09:00～10:00"]
    assert hours[-1].clock == "17:00～17:15"
    assert all(before.end == after.start for before, after in pairwise(hours))


@given(taken_units, st.integers(34, 67), st.integers(1, 8))
def test_free_units_are_exactly_those_of_which_nothing_is_taken(
    taken: dict[tuple[str, int], frozenset[int]], start: int, length: int
) -> None:
    area = OFFICE.area("personal")
    assert area
    slot = Slot(TUESDAY, start, min(start + length, 69))

    free = free_units(area, DayUnits(TUESDAY, taken), slot)

    busy = {unit for (_, unit), each in taken.items() if any(slot.start <= quarter < slot.end for quarter in each)}
    assert set(free) == set(range(1, 9)) - busy
    assert len(free) == area.units - len(busy)


def test_each_area_is_counted_by_itself_and_hours_that_began_are_past() -> None:
    units = DayUnits(TUESDAY, {("booth", 1): a_slot("10:15", "10:30").quarters, ("booth", 2): frozenset()})

    shown = {each.area.id: each.hours for each in availability(OFFICE, units, tokyo(TUESDAY, 9, 1))}

    assert [hour.vacancy for hour in shown["booth"]][:4] == [
        Vacancy.PAST,
        Vacancy.PAST,
        Vacancy.FEW,
        Vacancy.PLENTY,
    ]
    assert [hour.free for hour in shown["booth"]][2:4] == [1, 2]
    assert {hour.free for hour in shown["open"]} == {22}


def test_the_best_of_a_day_counts_at_a_glance() -> None:
    full = {
        (area.id, unit): a_slot("08:30", "17:15").quarters for area in OFFICE.areas for unit in range(1, area.units + 1)
    }
    nearly = full | {("booth", 1): a_slot("09:00", "17:15").quarters}

    assert best_vacancy(availability(OFFICE, DayUnits(TUESDAY), NOW)) is Vacancy.PLENTY
    assert best_vacancy(availability(OFFICE, DayUnits(TUESDAY, nearly), NOW)) is Vacancy.FEW
    assert best_vacancy(availability(OFFICE, DayUnits(TUESDAY, full), NOW)) is Vacancy.FULL
