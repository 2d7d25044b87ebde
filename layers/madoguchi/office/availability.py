"""How many units are free: pure counting over what is taken on one day."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from madoguchi.japan.time import HOUR_MINUTES, QUARTER_MINUTES
from madoguchi.office.rules import Slot, opening_quarters
from madoguchi.programme.places import Area, Office

QUARTERS_OF_AN_HOUR = HOUR_MINUTES // QUARTER_MINUTES
FEW_UNITS = 2
FEW_SHARE = 0.25


class Vacancy(StrEnum):
    """How much is left: ○, △, × or no longer bookable."""

    PLENTY = "plenty"
    FEW = "few"
    FULL = "full"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class DayUnits:
    """What is taken on one day; a unit that nobody booked is absent."""

    day: date
    taken: dict[tuple[str, int], frozenset[int]] = field(default_factory=dict)

    def of(self, area_id: str, unit: int) -> frozenset[int]:
        """The taken quarter-hours of a unit."""
        return self.taken.get((area_id, unit), frozenset())


@dataclass(frozen=True, slots=True)
class FreeUnits:
    """How many units of an area are free for the whole of a slot."""

    slot: Slot
    free: int
    vacancy: Vacancy


@dataclass(frozen=True, slots=True)
class AreaAvailability:
    """One area through one day."""

    area: Area
    hours: list[FreeUnits]


def free_units(area: Area, units: DayUnits, slot: Slot) -> list[int]:
    """The numbers of the units that are free for the whole slot; units count from 1."""
    return [unit for unit in range(1, area.units + 1) if not units.of(area.id, unit) & slot.quarters]


def vacancy_of(free: int, units: int) -> Vacancy:
    """△ stands for one or two left or a quarter and less, but never for an area that is all free."""
    if free == 0:
        return Vacancy.FULL
    if free < units and (free <= FEW_UNITS or free <= units * FEW_SHARE):
        return Vacancy.FEW
    return Vacancy.PLENTY


def hours_of(office: Office, day: date) -> list[Slot]:
    """The opening hours of a day cut at each full hour: 8:30, 9:00, … 17:00."""
    opens, closes = opening_quarters(office)
    cuts = [each for each in range(opens + 1, closes) if each % QUARTERS_OF_AN_HOUR == 0]
    return [Slot(day, start, end) for start, end in zip([opens, *cuts], [*cuts, closes], strict=True)]


def availability(office: Office, units: DayUnits, at: datetime) -> list[AreaAvailability]:
    """Each area of the office through the day, hour by hour."""
    hours = hours_of(office, units.day)
    return [AreaAvailability(area, [_free(area, units, hour, at) for hour in hours]) for area in office.areas]


def best_vacancy(areas: list[AreaAvailability]) -> Vacancy:
    """The best that any area offers in any hour to come."""
    offered = {hour.vacancy for area in areas for hour in area.hours}
    return next(each for each in Vacancy if each in offered)


def _free(area: Area, units: DayUnits, slot: Slot, at: datetime) -> FreeUnits:
    free = len(free_units(area, units, slot))
    return FreeUnits(slot, free, Vacancy.PAST if slot.starts_at < at else vacancy_of(free, area.units))
