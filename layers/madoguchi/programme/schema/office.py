"""The schema of an office: places, opening calendar, limits."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from madoguchi.programme.schema.words import (
    Identifier,
    MonthDay,
    Part,
    QuarterClock,
    QuarterMinutes,
    Text,
    refuse,
    refuse_twins,
)


class Area(Part):
    """A kind of place with equal units."""

    id: Identifier
    label: Text
    units: Annotated[int, Field(ge=1, le=500)]
    seats_per_unit: Annotated[int, Field(ge=1, le=500)] = 1
    longest_minutes: QuarterMinutes
    description: Text
    features: list[Text] = []


class YearlyClosure(Part):
    """Days closed every year."""

    starts: MonthDay
    ends: MonthDay
    reason: Text


class Closure(Part):
    """One closed day."""

    day: date
    reason: Text


class Office(Part):
    """Opening calendar, places, limits."""

    opens: QuarterClock
    closes: QuarterClock
    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1)]
    closed_on_holidays: bool
    yearly_closures: list[YearlyClosure] = []
    closures: list[Closure] = []
    areas: Annotated[list[Area], Field(min_length=1)]
    daily_limit_minutes: QuarterMinutes

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        """Refuse an office that closes before it opens, and areas of one name."""
        if self.closes <= self.opens:
            refuse("closes", "closes must lie after opens")
        refuse_twins([area.id for area in self.areas], "area", "areas")
        return self
