"""Book, change, cancel, see what is free: load, decide, save, tell.

The checks of `rules` give a friendly answer; the conditions in `store` decide (design §1.3).
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from madoguchi.japan.time import Month, tokyo_day
from madoguchi.mail import owed
from madoguchi.office import store
from madoguchi.office.availability import AreaAvailability, availability, free_units
from madoguchi.office.plan import office_on, open_days
from madoguchi.office.refusals import AreaFullError
from madoguchi.office.rules import (
    Booker,
    Booking,
    MemberMonth,
    State,
    Wish,
    check_request,
    last_bookable_day,
    month_quarters,
)
from madoguchi.office.store import BookingChangedError, MemberMonthError, SameBookingError, UnitTakenError
from madoguchi.programme.definition import programme
from madoguchi.programme.places import Area, Office
from madoguchi.refusals import ConflictError, NotFoundError
from madoguchi.storage import Transaction, transaction

ID_BYTES = 12
ATTEMPTS_TO_CHANGE = 6
PAST_DAYS_ON_LIST = 366


def book(wish: Wish, *, booker: Booker, nonce: str, at: datetime) -> Booking:
    """Give the member a free unit for the wish, or say why not.

    The same form sent twice gives the same booking.
    """
    booking_id = booking_id_of(wish, member_id=booker.member_id, nonce=nonce)
    month = store.member_month(booker.member_id, wish.slot.month)
    if booking_id in month.booking_ids:
        return store.booking(booking_id)
    office = office_on(wish.slot.day)
    area = _check(wish, booker=booker, at=at)
    month.check_can_take(wish.slot, office)
    try:
        new = _try_each_unit(area, _new_booking(booking_id, wish, booker, at), _save_new)
    except SameBookingError:
        return store.booking(booking_id)
    except MemberMonthError:
        store.member_month(booker.member_id, wish.slot.month).check_can_take(wish.slot, office)
        raise
    _tell(new)
    return new


def check_wish(wish: Wish, *, booker: Booker, at: datetime) -> None:
    """Raise what would keep the member from booking this now; nothing is written."""
    area = _check(wish, booker=booker, at=at)
    store.member_month(booker.member_id, wish.slot.month).check_can_take(wish.slot, office_on(wish.slot.day))
    if not free_units(area, store.day_units(wish.slot.day), wish.slot):
        raise AreaFullError


def change_booking(booking_id: str, wish: Wish, *, booker: Booker, nonce: str, at: datetime) -> Booking:
    """Move one's own booking to another time or place, or say why not and leave it as it is.

    Within its unit and day the record stays; otherwise a new one replaces it.
    """
    for _ in range(ATTEMPTS_TO_CHANGE):
        old = own_booking(booking_id, member_id=booker.member_id)
        if done := _already_changed(old, wish):
            return done
        old.check_can_change(at)
        old.check_can_change_again()
        area = _check(wish, booker=booker, at=at)
        change = _Change(old, wish, area, booker, nonce, at)
        try:
            changed = _save_change(change)
        except (BookingChangedError, MemberMonthError, SameBookingError, UnitTakenError):
            continue  # what was read is out of date: read and decide again
        _tell(changed)
        return changed
    raise ConflictError


def cancel_booking(booking_id: str, *, member_id: str, at: datetime) -> Booking:
    """Cancel one's own booking before it starts; cancelling twice is no harm."""
    old = own_booking(booking_id, member_id=member_id)
    if old.state is State.CANCELLED:
        return old
    old.check_can_change(at)
    cancelled = replace(old, state=State.CANCELLED, sequence=old.sequence + 1)
    try:
        with transaction() as t:
            store.rewrite_booking(t, old, cancelled, mail="booking-cancelled", at=at)
            store.release_unit(t, old.area, old.unit, old.slot)
            store.release_member_time(t, member_id, old.slot)
    except BookingChangedError:
        now = own_booking(booking_id, member_id=member_id)
        if now.state is State.CANCELLED:
            return now
        raise
    _tell(cancelled)
    return cancelled


def own_booking(booking_id: str, *, member_id: str) -> Booking:
    """The member's booking; anybody else's is not found."""
    found = store.booking(booking_id)
    if found.booker.member_id != member_id:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class OwnBookings:
    """A member's bookings: those to come by time, and those that are over or cancelled, newest first."""

    upcoming: list[Booking]
    past: list[Booking]


def own_bookings(member_id: str, *, at: datetime) -> OwnBookings:
    """The member's bookings of the last year and all to come; moved ones stand for nothing."""
    since = Month.of(tokyo_day(at) - timedelta(days=PAST_DAYS_ON_LIST))
    ids = {each for month in store.member_months(member_id, since=since) for each in month.booking_ids}
    shown = [each for each in store.bookings(ids) if each.state is not State.MOVED]
    shown.sort(key=lambda each: each.slot.starts_at)
    upcoming = [each for each in shown if each.holds_time and each.slot.ends_at > at]
    past = [each for each in reversed(shown) if each not in upcoming]
    return OwnBookings(upcoming, past)


def day_availability(day: date, *, at: datetime) -> list[AreaAvailability]:
    """How many units of each area are free on that day, hour by hour, from one Query."""
    return availability(office_on(day), store.day_units(day), at)


def bookable_days(booker: Booker, *, at: datetime) -> list[date]:
    """The open days that the member's class may book now."""
    days_ahead = programme().members.member_class(booker.member_class).days_ahead
    return open_days(tokyo_day(at), last_bookable_day(days_ahead, at))


def last_day_of_any_window(at: datetime) -> date:
    """The last day that any class of member may book now."""
    return last_bookable_day(max(each.days_ahead for each in programme().members.classes), at)


def close_to_member(member_id: str, *, at: datetime) -> None:
    """Withdrawal: the member books nothing more, and what is still to come is cancelled."""
    first = Month.of(tokyo_day(at))
    months = [first]
    while months[-1] < Month.of(last_day_of_any_window(at)):
        months.append(months[-1].next())
    store.block_member(member_id, months)
    for each in own_bookings(member_id, at=at).upcoming:
        if each.can_still_change(at):
            cancel_booking(each.booking_id, member_id=member_id, at=at)


def booking_id_of(wish: Wish, *, member_id: str, nonce: str) -> str:
    """The id that this wish of this member from this form always gets."""
    written = f"{member_id}|{nonce}|{wish.area}|{wish.slot.start}|{wish.slot.end}|{wish.party}"
    digest = hashlib.sha256(written.encode()).digest()[:ID_BYTES]
    return f"{wish.slot.day:%Y%m%d}-{urlsafe_b64encode(digest).decode()}"


def _check(wish: Wish, *, booker: Booker, at: datetime) -> Area:
    days_ahead = programme().members.member_class(booker.member_class).days_ahead
    return check_request(wish, office=office_on(wish.slot.day), days_ahead=days_ahead, at=at)


def _new_booking(booking_id: str, wish: Wish, booker: Booker, at: datetime) -> Booking:
    return Booking(
        booking_id=booking_id,
        booker=booker,
        area=wish.area,
        unit=0,
        slot=wish.slot,
        party=wish.party,
        programme_version=programme(on=wish.slot.day).version,
        created_at=at,
        first_id=booking_id,
    )


def _try_each_unit(area: Area, wanted: Booking, save: Callable[[Booking], None]) -> Booking:
    """Place the booking on a free unit; AreaFullError when a fresh reading shows none."""
    while True:
        free = free_units(area, store.day_units(wanted.slot.day, consistent=True), wanted.slot)
        placed = replace(wanted, unit=_choose(free, wanted.booking_id))
        try:
            save(placed)
        except UnitTakenError:
            continue  # somebody was faster: there is one unit less, so this ends
        return placed


def _choose(free: list[int], booking_id: str) -> int:
    """A free unit; people who book at the same moment are led to different ones."""
    if not free:
        raise AreaFullError
    return free[int.from_bytes(hashlib.sha256(booking_id.encode()).digest()[:4]) % len(free)]


def _save_new(new: Booking) -> None:
    with transaction() as t:
        store.add_booking(t, new, mail="booking-confirmed")
        _take_member_time(t, new)
        store.take_unit(t, new.area, new.unit, new.slot)


def _take_member_time(t: Transaction, new: Booking) -> None:
    limit = office_on(new.slot.day).daily_limit_minutes
    store.take_member_time(t, new.booker.member_id, new.slot, booking_id=new.booking_id, daily_limit_minutes=limit)


@dataclass(frozen=True, slots=True)
class _Change:
    old: Booking
    wish: Wish
    area: Area
    booker: Booker
    nonce: str
    at: datetime


def _already_changed(old: Booking, wish: Wish) -> Booking | None:
    """What the same form made when it was sent before, if so."""
    if old.state is State.MOVED and old.replaced_by:
        successor = store.booking(old.replaced_by)
        return successor if successor.wish == wish else None
    return old if old.state is State.BOOKED and old.wish == wish else None


def _save_change(change: _Change) -> Booking:
    old, wish = change.old, change.wish
    seen = store.member_month(change.booker.member_id, old.slot.month)
    if not month_quarters(old.slot) <= seen.taken:
        raise BookingChangedError  # cancelled since it was read
    units = store.day_units(wish.slot.day, consistent=True)
    if (wish.area, wish.slot.day) == (old.area, old.slot.day):
        on_unit = units.of(old.area, old.unit)
        if old.slot.quarters <= on_unit and not (on_unit - old.slot.quarters) & wish.slot.quarters:
            return _save_within_unit(change, seen, on_unit)
    new_id = booking_id_of(wish, member_id=change.booker.member_id, nonce=f"{change.nonce}|{old.booking_id}")
    new = replace(
        _new_booking(new_id, wish, change.booker, change.at),
        unit=_choose(free_units(change.area, units, wish.slot), new_id),
        first_id=old.first_id,
        sequence=old.sequence + 1,
    )
    return _save_elsewhere(old, new, seen)


def _save_within_unit(change: _Change, seen: MemberMonth, on_unit: frozenset[int]) -> Booking:
    old, wish = change.old, change.wish
    seen.without(old.slot).check_can_take(wish.slot, office_on(wish.slot.day))
    after = replace(old, slot=wish.slot, party=wish.party, sequence=old.sequence + 1)
    with transaction() as t:
        store.rewrite_booking(t, old, after, mail="booking-changed", at=change.at)
        store.swap_member_time(t, seen, old.slot, wish.slot, booking_id=old.booking_id)
        store.swap_unit_time(t, old, wish.slot, seen=on_unit)
    return after


def _save_elsewhere(old: Booking, new: Booking, seen: MemberMonth) -> Booking:
    office = office_on(new.slot.day)
    moved = replace(old, state=State.MOVED, replaced_by=new.booking_id, sequence=old.sequence + 1)
    with transaction() as t:
        store.add_booking(t, new, mail="booking-changed")
        store.rewrite_booking(t, old, moved, mail=None, at=new.created_at)
        if new.slot.month == old.slot.month:
            seen.without(old.slot).check_can_take(new.slot, office)
            store.swap_member_time(t, seen, old.slot, new.slot, booking_id=new.booking_id)
        else:
            _check_other_month(new, office)
            _take_member_time(t, new)
            store.release_member_time(t, old.booker.member_id, old.slot)
        store.take_unit(t, new.area, new.unit, new.slot)
        store.release_unit(t, old.area, old.unit, old.slot)
    return new


def _check_other_month(new: Booking, office: Office) -> None:
    store.member_month(new.booker.member_id, new.slot.month).check_can_take(new.slot, office)


def _tell(booking: Booking) -> None:
    owed.post(store.owed_mail(booking.booking_id))
