"""The bookings that a change of the office would touch: those that could not be made any more."""

from collections.abc import Iterator
from datetime import date, datetime

from madoguchi.japan.time import Month
from madoguchi.office import store
from madoguchi.office.opening import why_closed
from madoguchi.office.rules import Booking, State, opening_quarters
from madoguchi.programme.places import Office

MONTHS_AHEAD = 13
CLOSED = "この日は休館日になります（{reason}）"
OUTSIDE = "開館時間の外になります"
NO_PLACE = "この場所がなくなります"
TOO_LONG = "利用時間の上限を超えます"
TOO_MANY = "利用人数の上限を超えます"


def touched_by(office: Office, *, since: date, at: datetime) -> Iterator[tuple[Booking, str]]:
    """Future bookings from a day on that do not fit the office as it would be, and why."""
    month = Month.of(since)
    for _ in range(MONTHS_AHEAD):
        for booking in store.bookings_of_month(month):
            is_ahead = booking.state is State.BOOKED and booking.slot.day >= since and booking.slot.starts_at > at
            if is_ahead and (why := why_not(office, booking)):
                yield booking, why
        month = month.next()


def why_not(office: Office, booking: Booking) -> str:
    """Why a booking does not fit an office; '' when it does."""
    opens, closes = opening_quarters(office)
    area = office.area(booking.area)
    if reason := why_closed(office, booking.slot.day):
        return CLOSED.format(reason=reason)
    if booking.slot.start < opens or booking.slot.end > closes:
        return OUTSIDE
    if area is None or booking.unit > area.units:
        return NO_PLACE
    if booking.slot.minutes > area.longest_minutes:
        return TOO_LONG
    return TOO_MANY if booking.party > area.seats_per_unit else ""
