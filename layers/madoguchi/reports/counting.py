"""The bookings of a month, counted in one pass: numbers, and the ids behind each of them.

Bookings of a kind count alike. So a booking costs looking its kind up and noting its id wherever
that kind belongs, and the same again for its time; the numbers follow from how many there are of each.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from msgspec import Struct

from madoguchi.japan.time import QUARTER_MINUTES
from madoguchi.programme.definition import Programme
from madoguchi.programme.places import Office

ALL = "全体"
ELSEWHERE = "その他の都道府県・海外"
QUARTERS_PER_HOUR = 60 // QUARTER_MINUTES


class Kind(Struct, frozen=True, gc=False):
    """What many bookings of a month have in common."""

    member_class: str
    home: str
    area: str
    party: int
    was_used: bool
    was_cancelled: bool


class Use(Struct, frozen=True, gc=False):
    """A booking as the report counts it, from one quarter-hour of the day to before another.

    Moved bookings are not among them: their successor is.
    """

    booking_id: str
    member_id: str
    kind: Kind
    start: int
    end: int


@dataclass(slots=True)
class Tally:
    """What is counted of some bookings. `taken` is in seat-quarter-hours; ids stand in the order of the bookings."""

    booked: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    came: list[str] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    visitors: int = 0
    taken: int = 0


Note = Callable[[str], None]


@dataclass(slots=True)
class _Entry:
    """Where the bookings of a kind are noted, how many there were and how long."""

    note_booking: list[Note]
    note_member: list[Note]
    bookings: int = 0
    quarters: int = 0


@dataclass(slots=True)
class _Stay:
    """Where the bookings of one time in one area are noted, and how many there were."""

    note_booking: list[Note]
    bookings: int = 0


class Count:
    """The tallies of a month: of all bookings, by area, by home, by class and region, by area and hour."""

    def __init__(self, uses: Iterable[Use], programme: Programme) -> None:
        """Count; `uses` is read once."""
        self.whole = Tally()
        self.areas: defaultdict[str, Tally] = defaultdict(Tally)
        self.homes: defaultdict[str, Tally] = defaultdict(Tally)
        self.groups: defaultdict[tuple[str, str], Tally] = defaultdict(Tally)
        """By class and region; ALL stands for every class or every region."""
        self.groups[ALL, ALL] = self.whole
        self.hours: defaultdict[tuple[str, int], Tally] = defaultdict(Tally)
        """By area and clock hour; ALL stands for every area of the programme."""
        self._programme = programme
        self._areas = {area.id: area for area in programme.office.areas}
        entries: dict[Kind, _Entry] = {}
        stays: dict[tuple[str, int, int], _Stay] = {}
        self._note(uses, entries, stays)
        for kind, entry in entries.items():
            self._add_entry(kind, entry)
        for (area, start, end), stay in stays.items():
            self._add_stay(area, start, end, stay.bookings)

    def _note(self, uses: Iterable[Use], entries: dict[Kind, _Entry], stays: dict[tuple[str, int, int], _Stay]) -> None:
        """Note every id where it belongs."""
        for use in uses:
            kind, booking_id = use.kind, use.booking_id
            entry = entries.get(kind)
            if entry is None:
                entry = entries[kind] = self._entry(kind)
            entry.bookings += 1
            for note in entry.note_booking:
                note(booking_id)
            if not kind.was_used:
                continue
            entry.quarters += use.end - use.start
            for note in entry.note_member:
                note(use.member_id)
            time = kind.area, use.start, use.end
            stay = stays.get(time)
            if stay is None:
                stay = stays[time] = _Stay([tally.came.append for tally, _ in self._hours(*time)])
            stay.bookings += 1
            for note in stay.note_booking:
                note(booking_id)

    def _entry(self, kind: Kind) -> _Entry:
        measured = self._measured(kind)
        notes = [tally.booked.append for tally in measured]
        if kind.was_cancelled:
            notes += [tally.cancelled.append for tally in measured]
        if kind.was_used:
            notes += [tally.came.append for tally in (*measured, *self._groups(kind))]
        return _Entry(notes, [tally.people.add for tally in measured])

    def _add_entry(self, kind: Kind, entry: _Entry) -> None:
        if kind.was_used:
            for tally in (*self._measured(kind), *self._groups(kind)):
                tally.visitors += entry.bookings * kind.party
                tally.taken += entry.quarters * self._seats(kind.area)

    def _add_stay(self, area: str, start: int, end: int, bookings: int) -> None:
        for tally, quarters in self._hours(area, start, end):
            tally.taken += bookings * quarters * self._seats(area)

    def _seats(self, area: str) -> int:
        """The seats that a booking in an area takes; one where the programme has no such area any more."""
        return self._areas[area].seats_per_unit if area in self._areas else 1

    def _measured(self, kind: Kind) -> tuple[Tally, ...]:
        return self.whole, self.areas[kind.area], self.homes[kind.home]

    def _groups(self, kind: Kind) -> tuple[Tally, ...]:
        region = region_of(kind.home, self._programme)
        return self.groups[kind.member_class, region], self.groups[kind.member_class, ALL], self.groups[ALL, region]

    def _hours(self, area: str, start: int, end: int) -> Iterator[tuple[Tally, int]]:
        """The hours that such a booking reaches into, with the quarter-hours that it takes of each."""
        if area not in self._areas:
            return
        for hour, open_quarters in open_hours(self._programme.office):
            quarters = min(end, open_quarters.stop) - max(start, open_quarters.start)
            if quarters > 0:
                yield self.hours[area, hour], quarters
                yield self.hours[ALL, hour], quarters


def region_of(home: str, programme: Programme) -> str:
    """The label of the region that a prefecture's code belongs to."""
    return next((each.label for each in programme.reports.regions if home in each.prefectures), ELSEWHERE)


def open_hours(office: Office) -> Iterator[tuple[int, range]]:
    """The clock hours that are at least partly open, each with its open quarter-hours."""
    opens, closes = office.opens // QUARTER_MINUTES, office.closes // QUARTER_MINUTES
    for hour in range(opens // QUARTERS_PER_HOUR, -(-closes // QUARTERS_PER_HOUR)):
        first = hour * QUARTERS_PER_HOUR
        yield hour, range(max(first, opens), min(first + QUARTERS_PER_HOUR, closes))
