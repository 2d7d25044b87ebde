"""A member leaves: what they booked is given back, what they used stays for the figures only."""

from datetime import datetime, timedelta

from madoguchi.japan.time import Month, tokyo_day
from madoguchi.office import store, usecases
from madoguchi.office.items import BookingItem, MemberMonthItem, booking_item, member_key
from madoguchi.office.rules import Booking
from madoguchi.office.store import BookingChangedError
from madoguchi.storage import transaction

# Longer than any request lasts that began before the member left.
STAYS_CLOSED = timedelta(days=1)


def bookings_to_come(member_id: str, now: datetime) -> list[Booking]:
    """The bookings that leaving cancels, in order of time."""
    return [each for each in usecases.own_bookings(member_id, at=now).upcoming if each.can_still_change(now)]


def all_bookings(member_id: str) -> list[Booking]:
    """Everything that the member ever booked, in order of time."""
    ids = {booking_id for month in _months(member_id) for booking_id in month.bookings or ()}
    return sorted(store.bookings(ids), key=lambda each: each.slot.starts_at)


def give_places_back(member_id: str, now: datetime) -> None:
    """Let the member book nothing more and cancel what is to come."""
    usecases.close_to_member(member_id, at=now)


def forget(member_id: str, *, substitute: str, now: datetime) -> None:
    """Let the member's bookings stand for figures only; what is forgotten already stays so.

    A month in which a request may still be under way stays closed for a day, with nothing else in it.
    """
    for month in _months(member_id):
        for booking_id in sorted(month.bookings or ()):
            _forget_booking(booking_id, member_id, substitute)
        if Month.parse(month.sk) < Month.of(tokyo_day(now)):
            month.delete()
        else:
            MemberMonthItem(month.pk, month.sk, blocked=True, ttl=int((now + STAYS_CLOSED).timestamp())).save()


def _forget_booking(booking_id: str, member_id: str, substitute: str) -> None:
    marks = (BookingItem.owed, BookingItem.owed_at, BookingItem.mail, BookingItem.mail_refused)
    actions = [BookingItem.member_id.set(substitute), BookingItem.number.set(""), *(mark.remove() for mark in marks)]
    try:
        with transaction() as t:
            t.update(booking_item(booking_id), actions, BookingItem.member_id == member_id, BookingChangedError)
    except BookingChangedError:
        return  # an earlier run was here, or the booking was erased


def _months(member_id: str) -> list[MemberMonthItem]:
    return list(MemberMonthItem.query(member_key(member_id), consistent_read=True))
