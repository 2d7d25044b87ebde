"""What happened in a month, as values that the figures are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from madoguchi.japan.time import Month
from madoguchi.reports.counting import Use


@dataclass(frozen=True, slots=True)
class Joiner:
    """A registration as the report counts it, with the counted answers as they were then."""

    member_id: str
    member_class: str
    home: str
    facts: Mapping[str, str] = field(default_factory=dict)
    form_id: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A member's step from one stage to another; `before` is "" for somebody who had none."""

    member_id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Gathering:
    """An event of the month with the ids of its sign-ups."""

    event_id: str
    title: str
    day: date
    capacity: int
    sign_ups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mailing:
    """A newsletter that began to be sent in the month, with what became of its deliveries."""

    issue_id: str
    subject: str
    recipients: int
    sent: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Everything that happened in a month. Its bookings may be a stream, which is counted once."""

    month: Month
    open_days: tuple[date, ...]
    uses: Iterable[Use]
    joiners: tuple[Joiner, ...]
    gatherings: tuple[Gathering, ...]
    mailings: tuple[Mailing, ...]
    moves: tuple[Move, ...] = ()
    earlier: Mapping[Month, Mapping[str, float]] = field(default_factory=dict)
    """What earlier months of the contract came to, by the items of TOTALS."""
