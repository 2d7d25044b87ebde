"""The counter's own use cases: the day's bookings with names, check-in and its undoing."""

from dataclasses import dataclass
from datetime import date, datetime

from madoguchi.audit.store import Entry, record
from madoguchi.japan.time import tokyo_day
from madoguchi.members import store as members
from madoguchi.members import terms
from madoguchi.members.rules import ChangedMeanwhileError
from madoguchi.office import store
from madoguchi.office.refusals import CannotCheckInError, NotTodayError
from madoguchi.office.rules import Booking, State
from madoguchi.office.store import BookingChangedError
from madoguchi.storage import transaction

MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who stands at the counter, and from where."""

    staff_id: str
    source: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A booking with the name to call."""

    booking: Booking
    name: str


def see_day(day: date, *, clerk: Clerk, at: datetime) -> list[Expected]:
    """The day's bookings by time, cancelled ones included, moved ones not; that they were seen is recorded."""
    shown = [each for each in store.bookings_of_day(day) if each.state is not State.MOVED]
    shown.sort(key=lambda each: (each.slot.start, each.slot.end, each.area, each.unit))
    names = members.names_of({each.booker.member_id for each in shown})
    _note(clerk, "see the day's bookings", f"bookings/{day}", at)
    return [Expected(each, names.get(each.booker.member_id, "")) for each in shown]


def check_in(booking_id: str, *, clerk: Clerk, at: datetime) -> Booking:
    """Note that the member has come, on the day of the booking; noting it twice is no harm."""
    found = store.booking(booking_id)
    if found.state is State.CHECKED_IN:
        return found
    if found.slot.day != tokyo_day(at):
        raise NotTodayError
    try:
        _set_checked_in(found, at)
    except BookingChangedError as changed:
        if store.booking(booking_id).state is not State.CHECKED_IN:
            raise CannotCheckInError from changed
    else:
        _note(clerk, "check in", f"bookings/{booking_id}", at)
    return store.booking(booking_id)


def _set_checked_in(booking: Booking, at: datetime) -> None:
    """Note that the member came and, with it, that it was the first time."""
    for _ in range(MOST_TRIES):
        try:
            with transaction() as t:
                store.set_checked_in(t, booking.booking_id, at)
                terms.note_first_use(t, booking.booker.member_id, booking.slot.day)
        except ChangedMeanwhileError:
            continue  # the member was changed since they were read
        return
    raise ChangedMeanwhileError


def undo_check_in(booking_id: str, *, clerk: Clerk, at: datetime) -> Booking:
    """Take a check-in back; without one nothing happens."""
    try:
        with transaction() as t:
            store.unset_checked_in(t, booking_id)
    except BookingChangedError:
        if store.booking(booking_id).state is not State.BOOKED:
            raise
    else:
        _note(clerk, "undo a check-in", f"bookings/{booking_id}", at)
    return store.booking(booking_id)


def _note(clerk: Clerk, action: str, what: str, at: datetime) -> None:
    record(Entry(at=at, actor=clerk.staff_id, action=action, record=what, source=clerk.source))
