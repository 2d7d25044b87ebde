"""What a definition says about an office: its places and its opening calendar."""

from datetime import date

from msgspec import Struct


class Area(Struct, frozen=True):
    """A kind of place: so many equal units, taken one at a time."""

    id: str
    label: str
    units: int
    seats_per_unit: int
    longest_minutes: int
    description: str
    features: list[str] = []


class YearlyClosure(Struct, frozen=True):
    """Days closed every year, month-day to month-day (12-29 to 01-03 crosses the year)."""

    starts: str
    ends: str
    reason: str


class Closure(Struct, frozen=True):
    """One closed day."""

    day: date
    reason: str


class Office(Struct, frozen=True):
    """Opening calendar, places, and the limits of a booking. Minutes are after midnight."""

    opens: int
    closes: int
    weekdays: list[int]
    closed_on_holidays: bool
    yearly_closures: list[YearlyClosure]
    closures: list[Closure]
    areas: list[Area]
    daily_limit_minutes: int

    def area(self, area_id: str) -> Area | None:
        """The area of that id."""
        return next((area for area in self.areas if area.id == area_id), None)
