"""Slots, wishes, bookings, and who may book what and when: pure values and decisions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from madoguchi.japan.time import (
    DAY_MINUTES,
    HOUR_MINUTES,
    KNOWN_YEARS,
    QUARTER_MINUTES,
    Month,
    clock_minutes,
    clock_text,
    day_text,
    instant_text,
    tokyo_day,
    tokyo_instant,
)
from madoguchi.office.opening import why_closed
from madoguchi.office.refusals import (
    BackwardTimeError,
    ClosedDayError,
    DailyLimitError,
    MemberBlockedError,
    NotActiveError,
    OutsideHoursError,
    OverlapError,
    PartySizeError,
    PastTimeError,
    TooLateError,
    TooLongError,
    TooManyBookingsError,
    TooManyChangesError,
    UnknownAreaError,
    UnreadableTimeError,
    WindowNotOpenError,
)
from madoguchi.programme.places import Area, Office

QUARTERS_OF_A_DAY = DAY_MINUTES // QUARTER_MINUTES
DAY_IN_KEYS = 100
# Every booking and change sends its owner a mail. Four bookings on each open day is more than anybody
# needs; a script that books and cancels in turn comes to its end here. The check is in the write, too.
MOST_BOOKINGS_A_MONTH = 100
MOST_CHANGES = 20


def day_of(text: str) -> date | None:
    """Read 2026-11-24, or None when it is not a day of KNOWN_YEARS."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text and day.year in KNOWN_YEARS else None


def quarter_of(text: str) -> int:
    """Read 08:30 as the index of a quarter-hour (34), or raise UnreadableTimeError."""
    try:
        minutes = clock_minutes(text)
    except ValueError as error:
        raise UnreadableTimeError from error
    if minutes % QUARTER_MINUTES:
        raise UnreadableTimeError
    return minutes // QUARTER_MINUTES


def quarter_text(quarter: int) -> str:
    """The quarter-hour as 08:30."""
    return clock_text(quarter * QUARTER_MINUTES)


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of one day in quarter-hours, `end` not included."""

    day: date
    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a stretch that is empty, backward or outside the day."""
        if not (self.start >= 0 and self.end <= QUARTERS_OF_A_DAY):
            raise UnreadableTimeError
        if self.start >= self.end:
            raise BackwardTimeError

    @classmethod
    def of(cls, day: date, start: str, end: str) -> Self:
        """Read clock times such as 08:30 and 17:15."""
        return cls(day, quarter_of(start), quarter_of(end))

    @property
    def quarters(self) -> frozenset[int]:
        """The indexes of its quarter-hours."""
        return frozenset(range(self.start, self.end))

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (self.end - self.start) * QUARTER_MINUTES

    @property
    def month(self) -> Month:
        """The month that it lies in."""
        return Month.of(self.day)

    @property
    def starts_at(self) -> datetime:
        """The instant when it starts."""
        return tokyo_instant(self.day, self.start * QUARTER_MINUTES)

    @property
    def ends_at(self) -> datetime:
        """The instant when it ends."""
        return tokyo_instant(self.day, self.end * QUARTER_MINUTES)

    @property
    def clock(self) -> str:
        """As people read it, without the day."""
        return f"{quarter_text(self.start)}～{quarter_text(self.end)}"

    def __str__(self) -> str:
        """As people read it."""
        return f"{day_text(self.day)}{self.clock}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to book."""

    area: str
    slot: Slot
    party: int = 1


@dataclass(frozen=True, slots=True)
class Booker:
    """The member as a booking records them: what reports need, no name.

    `home` is the answer to the first region field of the reports, `facts` the counted answers.
    """

    member_id: str
    number: str
    member_class: str
    home: str
    facts: Mapping[str, str]


class State(StrEnum):
    """What became of a booking."""

    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking as it is recorded.

    `first_id` is the id before any move, and so the name of the calendar entry; `sequence` counts
    its changes.
    """

    booking_id: str
    booker: Booker
    area: str
    unit: int
    slot: Slot
    party: int
    programme_version: int
    created_at: datetime
    first_id: str
    state: State = State.BOOKED
    sequence: int = 0
    replaced_by: str | None = None
    checked_in_at: datetime | None = None

    @property
    def holds_time(self) -> bool:
        """Whether it takes its unit's quarter-hours."""
        return self.state in {State.BOOKED, State.CHECKED_IN}

    @property
    def wish(self) -> Wish:
        """What was booked."""
        return Wish(self.area, self.slot, self.party)

    def can_still_change(self, at: datetime) -> bool:
        """Whether the member may change or cancel it."""
        return self.state is State.BOOKED and at < self.slot.starts_at

    def check_can_change(self, at: datetime) -> None:
        """Raise the refusal that keeps the member from changing or cancelling it."""
        if self.state is not State.BOOKED:
            raise NotActiveError
        if at >= self.slot.starts_at:
            raise TooLateError

    def check_can_change_again(self) -> None:
        """Raise TooManyChangesError when this booking was changed too often: each change sends a mail."""
        if self.sequence >= MOST_CHANGES:
            raise TooManyChangesError


def month_quarters(slot: Slot) -> frozenset[int]:
    """The slot's quarter-hours numbered through its month: day x 100 + quarter."""
    return frozenset(slot.day.day * DAY_IN_KEYS + quarter for quarter in slot.quarters)


@dataclass(frozen=True, slots=True)
class MemberMonth:
    """What one member has taken in one month."""

    member_id: str
    month: Month
    taken: frozenset[int] = field(default_factory=frozenset)
    booking_ids: frozenset[str] = field(default_factory=frozenset)
    is_blocked: bool = False

    def quarters_on(self, day: date) -> int:
        """How many quarter-hours are taken on that day."""
        return sum(1 for each in self.taken if each // DAY_IN_KEYS == day.day)

    def without(self, slot: Slot) -> "MemberMonth":
        """The same month with a slot given back."""
        return replace(self, taken=self.taken - month_quarters(slot))

    def with_slot(self, slot: Slot) -> "MemberMonth":
        """The same month with a slot taken."""
        return replace(self, taken=self.taken | month_quarters(slot))

    def check_can_take(self, slot: Slot, office: Office) -> None:
        """Raise the refusal that keeps the member from taking that slot."""
        if self.is_blocked:
            raise MemberBlockedError
        if len(self.booking_ids) >= MOST_BOOKINGS_A_MONTH:
            raise TooManyBookingsError
        if self.taken & month_quarters(slot):
            raise OverlapError
        minutes = self.quarters_on(slot.day) * QUARTER_MINUTES
        left = office.daily_limit_minutes - minutes
        if slot.minutes > left:
            message = (
                f"1日に予約できるのは{duration_text(office.daily_limit_minutes)}までで、この日の残りは"
                f"{duration_text(max(left, 0))}です。時間を短くするか、ほかの日を選んでください。"
            )
            raise DailyLimitError(message)


def check_request(wish: Wish, *, office: Office, days_ahead: int, at: datetime) -> Area:
    """Raise the first rule that the wish breaks; otherwise return its area."""
    area = office.area(wish.area)
    if area is None:
        raise UnknownAreaError
    _check_open(wish.slot, office)
    _check_moment(wish.slot, days_ahead, at)
    if wish.slot.minutes > area.longest_minutes:
        message = (
            f"{area.label}を一度に使えるのは{duration_text(area.longest_minutes)}までです。終了時刻を早めてください。"
        )
        raise TooLongError(message)
    if not 1 <= wish.party <= area.seats_per_unit:
        message = f"{area.label}の利用人数は、1人から{area.seats_per_unit}人までにしてください。"
        raise PartySizeError(message)
    return area


def _check_open(slot: Slot, office: Office) -> None:
    if reason := why_closed(office, slot.day):
        message = f"{day_text(slot.day)}は休館日です（{reason}）。開館している日を選んでください。"
        raise ClosedDayError(message)
    opens, closes = opening_quarters(office)
    if slot.start < opens or slot.end > closes:
        message = (
            f"開館時間は{quarter_text(opens)}から{quarter_text(closes)}までです。"
            "この中で、開始時刻と終了時刻を選んでください。"
        )
        raise OutsideHoursError(message)


def _check_moment(slot: Slot, days_ahead: int, at: datetime) -> None:
    if slot.starts_at < at:
        raise PastTimeError
    if slot.day > last_bookable_day(days_ahead, at):
        opens_at = tokyo_instant(slot.day - timedelta(days=days_ahead), 0)
        message = (
            f"{day_text(slot.day)}の予約は、{instant_text(opens_at)}から受け付けます。"
            f"それまでは、利用日を{days_ahead}日後までの日にしてください。"
        )
        raise WindowNotOpenError(message)


def last_bookable_day(days_ahead: int, at: datetime) -> date:
    """The last day that a class with this window may book now."""
    return tokyo_day(at) + timedelta(days=days_ahead)


def opening_quarters(office: Office) -> tuple[int, int]:
    """The first quarter-hour of an open day, and the one after the last."""
    return office.opens // QUARTER_MINUTES, office.closes // QUARTER_MINUTES


def duration_text(minutes: int) -> str:
    """A length of time as people read it: 8時間45分."""
    hours, rest = divmod(minutes, HOUR_MINUTES)
    parts = [f"{hours}時間" if hours else "", f"{rest}分" if rest or not hours else ""]
    return "".join(parts)


def each_start(office: Office) -> Iterator[str]:
    """The times at which a booking may start."""
    opens, closes = opening_quarters(office)
    return (quarter_text(quarter) for quarter in range(opens, closes))


def each_end(office: Office) -> Iterator[str]:
    """The times at which a booking may end."""
    opens, closes = opening_quarters(office)
    return (quarter_text(quarter) for quarter in range(opens + 1, closes + 1))
