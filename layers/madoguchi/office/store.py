"""Reading and writing the office table (its shapes are in items.py).

A use case opens a transaction; the functions here add their operations to it. Each condition
is the check that counts (design §5): a unit's quarter-hours are taken only if none of them is.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import reduce
from operator import and_

from pynamodb.attributes import NumberSetAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition, size

from madoguchi import bulk
from madoguchi.japan.time import QUARTER_MINUTES, Month, to_iso
from madoguchi.mail.owed import OWED, OwedMail
from madoguchi.office import items
from madoguchi.office.availability import DayUnits
from madoguchi.office.items import (
    CAPABILITY,
    BookingItem,
    BookingRow,
    MemberMonthItem,
    UnitItem,
    booking_key,
    count_of,
    member_key,
    month_item,
    to_booking,
    to_item,
    to_member_month,
    unit_item,
    unit_of,
)
from madoguchi.office.rules import MOST_BOOKINGS_A_MONTH, Booking, MemberMonth, Slot, State, month_quarters
from madoguchi.refusals import ConflictError, NotFoundError
from madoguchi.storage import Transaction


class SameBookingError(ConflictError):
    """The booking was recorded already: the same form was sent again."""

    code = "same_booking"


class MemberMonthError(ConflictError):
    """The member's month forbids the slot; reading it again tells why."""

    code = "member_month"


class UnitTakenError(ConflictError):
    """Somebody was faster on this unit."""

    code = "unit_taken"


class BookingChangedError(ConflictError):
    """The booking is no longer what was read."""

    code = "booking_changed"


# Reading


def day_units(day: date, *, consistent: bool = False) -> DayUnits:
    """What is taken on that day, by one Query."""
    found = UnitItem.query(str(Month.of(day)), UnitItem.sk.startswith(f"{day.day:02}#"), consistent_read=consistent)
    return DayUnits(day, {unit_of(item.sk): frozenset(int(each) for each in item.taken or ()) for item in found})


def booking(booking_id: str) -> Booking:
    """The booking as it is now; NotFoundError when there is none of that id."""
    item = item_at(*booking_key(booking_id))
    if item is None:
        raise NotFoundError
    return to_booking(item)


def item_at(pk: str, sk: str) -> BookingItem | None:
    """The booking stored under that key, or None."""
    try:
        return BookingItem.get(pk, sk, consistent_read=True)
    except DoesNotExist:
        return None


def bookings_of_day(day: date) -> list[Booking]:
    """Every booking of that day, in whatever state."""
    found = BookingItem.query(f"BOOKINGS#{Month.of(day)}", BookingItem.sk.startswith(f"{day.day:02}#"))
    return [to_booking(item) for item in found]


def bookings_of_month(month: Month) -> Iterator[Booking]:
    """Every booking of a month, in order."""
    return (to_booking(item) for item in BookingItem.query(f"BOOKINGS#{month}"))


def month_bookings(month: Month) -> Iterator[BookingRow]:
    """Every booking of that month in the order of its days, as the roll-up counts it; reads that month only."""
    return bulk.query(CAPABILITY, f"BOOKINGS#{month}", BookingRow)


def bookings(booking_ids: Iterable[str]) -> list[Booking]:
    """The bookings of those ids, in no order."""
    keys = [booking_key(each) for each in booking_ids]
    return [to_booking(item) for item in BookingItem.batch_get(keys)] if keys else []


def member_month(member_id: str, month: Month) -> MemberMonth:
    """What the member has taken in that month, as it is now."""
    try:
        item = MemberMonthItem.get(member_key(member_id), str(month), consistent_read=True)
    except DoesNotExist:
        return MemberMonth(member_id, month)
    return to_member_month(item)


def member_months(member_id: str, *, since: Month) -> list[MemberMonth]:
    """The member's months from `since` on."""
    found = MemberMonthItem.query(member_key(member_id), MemberMonthItem.sk >= str(since))
    return [to_member_month(item) for item in found]


# Writing


def add_booking(transaction: Transaction, new: Booking, *, mail: str) -> None:
    """Record a new booking if it is absent; it owes that mail."""
    item = to_item(new)
    item.owe(mail, new.created_at)
    transaction.save(item, BookingItem.pk.does_not_exist(), SameBookingError)


def take_unit(transaction: Transaction, area: str, unit: int, slot: Slot) -> None:
    """Take a unit's quarter-hours if none of them is taken."""
    transaction.update(
        unit_item(area, unit, slot.day),
        [UnitItem.taken.add(set(slot.quarters)), UnitItem.schema.set(1)],
        _none_of(UnitItem.taken, slot.quarters),
        UnitTakenError,
    )


def release_unit(transaction: Transaction, area: str, unit: int, slot: Slot) -> None:
    """Give a unit's quarter-hours back."""
    transaction.update(unit_item(area, unit, slot.day), [UnitItem.taken.delete(set(slot.quarters))])


def swap_unit_time(transaction: Transaction, old: Booking, new: Slot, *, seen: frozenset[int]) -> None:
    """Move a booking within its unit and day, if the unit is still as it was seen."""
    # AWS refuses ADD and DELETE of one attribute in one expression: the whole set is set.
    transaction.update(
        unit_item(old.area, old.unit, old.slot.day),
        [UnitItem.taken.set(set(seen - old.slot.quarters | new.quarters))],
        UnitItem.taken == set(seen),
        UnitTakenError,
    )


def take_member_time(
    transaction: Transaction, member_id: str, slot: Slot, *, booking_id: str, daily_limit_minutes: int
) -> None:
    """Take the member's time if none of it is taken, the day stays below its limit and the member is active."""
    count, taken = count_of(slot.day), month_quarters(slot)
    most_before = daily_limit_minutes // QUARTER_MINUTES - len(taken)
    transaction.update(
        month_item(member_id, slot.month),
        [
            MemberMonthItem.taken.add(set(taken)),
            MemberMonthItem.bookings.add({booking_id}),
            count.add(len(taken)),
            MemberMonthItem.schema.set(1),
        ],
        _none_of(MemberMonthItem.taken, taken)
        & MemberMonthItem.blocked.does_not_exist()
        & _fewer_bookings_than(MOST_BOOKINGS_A_MONTH)
        & (count.does_not_exist() | (count <= most_before)),
        MemberMonthError,
    )


def release_member_time(transaction: Transaction, member_id: str, slot: Slot) -> None:
    """Give the member's time back; the booking stays on the member's list."""
    taken = month_quarters(slot)
    transaction.update(
        month_item(member_id, slot.month),
        [MemberMonthItem.taken.delete(set(taken)), count_of(slot.day).add(-len(taken))],
    )


def swap_member_time(transaction: Transaction, seen: MemberMonth, old: Slot, new: Slot, *, booking_id: str) -> None:
    """Move time within a member's month, if the month is still as it was seen and checked."""
    after = seen.without(old).with_slot(new)
    counts = [count_of(day).set(after.quarters_on(day)) for day in sorted({old.day, new.day})]
    transaction.update(
        month_item(seen.member_id, seen.month),
        [MemberMonthItem.taken.set(set(after.taken)), *counts, MemberMonthItem.bookings.add({booking_id})],
        (MemberMonthItem.taken == set(seen.taken)) & MemberMonthItem.blocked.does_not_exist(),
        MemberMonthError,
    )


def rewrite_booking(transaction: Transaction, seen: Booking, after: Booking, *, mail: str | None, at: datetime) -> None:
    """Replace a booking that is still booked and unchanged since it was seen; it owes that mail."""
    actions = [
        BookingItem.start.set(after.slot.start),
        BookingItem.end.set(after.slot.end),
        BookingItem.party.set(after.party),
        BookingItem.state.set(after.state.value),
        BookingItem.sequence.set(after.sequence),
    ]
    if after.replaced_by:
        actions.append(BookingItem.replaced_by.set(after.replaced_by))
    if mail:
        actions += [BookingItem.owed.set(OWED), BookingItem.owed_at.set(to_iso(at)), BookingItem.mail.set(mail)]
    else:
        actions += [BookingItem.owed.remove(), BookingItem.owed_at.remove(), BookingItem.mail.remove()]
    transaction.update(
        items.booking_item(seen.booking_id),
        actions,
        (BookingItem.state == State.BOOKED.value) & (BookingItem.sequence == seen.sequence),
        BookingChangedError,
    )


def set_checked_in(transaction: Transaction, booking_id: str, at: datetime) -> None:
    """Note that the member came, if the booking is booked."""
    transaction.update(
        items.booking_item(booking_id),
        [BookingItem.state.set(State.CHECKED_IN.value), BookingItem.checked_in_at.set(to_iso(at))],
        BookingItem.state == State.BOOKED.value,
        BookingChangedError,
    )


def unset_checked_in(transaction: Transaction, booking_id: str) -> None:
    """Take a check-in back, if the booking is checked in."""
    transaction.update(
        items.booking_item(booking_id),
        [BookingItem.state.set(State.BOOKED.value), BookingItem.checked_in_at.remove()],
        BookingItem.state == State.CHECKED_IN.value,
        BookingChangedError,
    )


def block_member(member_id: str, months: Iterable[Month]) -> None:
    """Let the member take nothing more in those months."""
    for month in months:
        month_item(member_id, month).update(actions=[MemberMonthItem.blocked.set(True), MemberMonthItem.schema.set(1)])


def owed_mail(booking_id: str) -> OwedMail:
    """Where the worker finds what this booking owes."""
    return OwedMail(CAPABILITY, *booking_key(booking_id))


def _fewer_bookings_than(most: int) -> Condition:
    count: Condition = size(MemberMonthItem.bookings) < most  # type: ignore[no-untyped-call]
    none: Condition = MemberMonthItem.bookings.does_not_exist()
    either: Condition = none | count
    return either


def _none_of(taken: NumberSetAttribute, wanted: Iterable[int]) -> Condition:
    conditions: list[Condition] = [~taken.contains(each) for each in sorted(wanted)]
    return reduce(and_, conditions)
