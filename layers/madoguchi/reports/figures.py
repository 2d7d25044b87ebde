"""A figure of a report, and the rate that figures are made of."""

from typing import NamedTuple


class Figure(NamedTuple):
    """One number of the report: where it stands, its unit, and the records that it counts."""

    table: str
    item: str
    group: str
    value: int | float
    unit: str
    records: tuple[str, ...] = ()


def percent(part: int, whole: int) -> float:
    """A rate with one decimal, halves rounded up, computed without binary fractions."""
    return (part * 2000 + whole) // (whole * 2) / 10 if whole else 0.0
