"""Instants in UTC, days and months in Asia/Tokyo, fiscal years from April to March."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Self

# Japan has had no summer time since 1951.
TOKYO = timezone(timedelta(hours=9), "Asia/Tokyo")
WEEKDAYS = "月火水木金土日"
QUARTER_MINUTES = 15
HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES
# What people may ask for: years whose era and holidays are known.
KNOWN_YEARS = range(2020, 2100)


def to_iso(instant: datetime) -> str:
    """Write an aware instant as UTC with seconds: 2026-11-21T00:30:00Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_iso(text: str) -> datetime:
    """Read what to_iso wrote."""
    return datetime.fromisoformat(text)


def tokyo_day(instant: datetime) -> date:
    """The calendar day in Tokyo at that instant."""
    return instant.astimezone(TOKYO).date()


def tokyo_instant(day: date, minutes: int) -> datetime:
    """The instant that is so many minutes after midnight in Tokyo on that day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=TOKYO)
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)


def clock_text(minutes: int) -> str:
    """Minutes after midnight as 08:30."""
    return f"{minutes // HOUR_MINUTES:02}:{minutes % HOUR_MINUTES:02}"


def clock_minutes(text: str) -> int:
    """Read 08:30 as minutes after midnight; ValueError when it is not a time of day."""
    hours, minutes = text.split(":")
    total = int(hours) * HOUR_MINUTES + int(minutes)
    if not (0 <= int(minutes) < HOUR_MINUTES and 0 <= total <= DAY_MINUTES):
        raise ValueError(text)
    return total


def typed_day(year: str, month: str, day: str) -> date:
    """Read a day that was typed in three parts; ValueError when there is none in KNOWN_YEARS."""
    if int(year) not in KNOWN_YEARS:
        raise ValueError(year)
    try:
        return date(int(year), int(month), int(day))
    except OverflowError as error:
        raise ValueError(day) from error


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    last = Month(day.year + years, month + 1).last_day
    return last.replace(day=min(day.day, last.day))


def fiscal_year_end(day: date) -> date:
    """The last day of the fiscal year that a day lies in."""
    return date(Month.of(day).fiscal_year + 1, 3, 31)


def day_text(day: date) -> str:
    """A day as people read it: 2026年11月24日（火）."""
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def instant_text(instant: datetime) -> str:
    """An instant as people read it: 2026年11月24日（火）10:00."""
    local = instant.astimezone(TOKYO)
    return f"{day_text(local.date())}{local:%H:%M}"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in Tokyo; `str` gives its key, 2026-11."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The month that a day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 2026-11; ValueError when it is not a month of KNOWN_YEARS."""
        first = date.fromisoformat(f"{text}-01")
        if first.year not in KNOWN_YEARS:
            raise ValueError(text)
        return cls(first.year, first.month)

    def __str__(self) -> str:
        """The month as it stands in keys."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.next().first_day - timedelta(days=1)

    def days(self) -> list[date]:
        """Every day of it, in order."""
        return [self.first_day + timedelta(days=offset) for offset in range(self.last_day.day)]

    def next(self) -> Self:
        """The month after."""
        return type(self)(self.year + self.month // 12, self.month % 12 + 1)

    def previous(self) -> Self:
        """The month before."""
        return type(self).of(self.first_day - timedelta(days=1))

    def through(self, last: Self) -> Iterator[Self]:
        """This month and every one after it, the last included; none when it is later than the last."""
        month = self
        while month <= last:
            yield month
            month = month.next()

    @property
    def fiscal_year(self) -> int:
        """The Japanese fiscal year (年度, April to March) that it belongs to."""
        return self.year if self.month >= 4 else self.year - 1  # noqa: PLR2004 April
