"""How the office is stored: the shapes of its items, their keys, and the way to and from values.

<YYYY-MM>            <DD>#<area>-<NN>     a unit on one day: the set of taken quarter-hours
BOOKINGS#<YYYY-MM>   <DD>#<booking id>    a booking
MEMBER#<member id>   <YYYY-MM>            a member's month: taken quarter-hours, n01 … n31, bookings
"""

import re
from datetime import date

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.expressions.operand import Path

from madoguchi.bulk import Number, Row, Text
from madoguchi.japan.time import Month, from_iso, to_iso
from madoguchi.mail.owed import OwingItem
from madoguchi.office.rules import Booker, Booking, MemberMonth, Slot, State
from madoguchi.refusals import NotFoundError
from madoguchi.storage import Item, TableMeta

CAPABILITY = "office"
BOOKING_ID = re.compile(r"(\d{8})-[A-Za-z0-9_-]{16}\Z")


class UnitItem(Item):
    """A unit on one day."""

    class Meta(metaclass=TableMeta):
        """Table properties."""

        capability = CAPABILITY

    taken = NumberSetAttribute(null=True)


class MemberMonthItem(Item):
    """A member's month. Besides these attributes, n01 to n31 count the quarter-hours of each day."""

    class Meta(metaclass=TableMeta):
        """Table properties."""

        capability = CAPABILITY

    taken = NumberSetAttribute(null=True)
    bookings = UnicodeSetAttribute(null=True)
    blocked = BooleanAttribute(null=True)
    ttl = NumberAttribute(null=True)


class BookingItem(OwingItem):
    """A booking; the mail worker sees it as what may owe a mail."""

    class Meta(metaclass=TableMeta):
        """Table properties."""

        capability = CAPABILITY

    member_id = UnicodeAttribute()
    number = UnicodeAttribute()
    member_class = UnicodeAttribute()
    home = UnicodeAttribute()
    facts = JSONAttribute(default=dict)
    programme_version = NumberAttribute()
    area = UnicodeAttribute()
    unit = NumberAttribute()
    start = NumberAttribute()
    end = NumberAttribute()
    party = NumberAttribute()
    state = UnicodeAttribute()
    sequence = NumberAttribute()
    created_at = UnicodeAttribute()
    first_id = UnicodeAttribute()
    replaced_by = UnicodeAttribute(null=True)
    checked_in_at = UnicodeAttribute(null=True)


class BookingRow(Row, gc=False):
    """Of a booking, what the roll-up counts."""

    sk: Text
    member_id: Text
    member_class: Text
    home: Text
    area: Text
    start: Number
    end: Number
    party: Number
    state: Text

    @property
    def booking_id(self) -> str:
        """The id, which ends the sort key."""
        return self.sk.value.partition("#")[2]

    @property
    def day(self) -> int:
        """The day of the month, which begins the sort key."""
        return int(self.sk.value[:2])


def booking_key(booking_id: str) -> tuple[str, str]:
    """Where a booking is stored, which its id tells; NotFoundError for what is no id."""
    match = BOOKING_ID.match(booking_id)
    if match is None:
        raise NotFoundError
    day = match[1]
    return f"BOOKINGS#{day[:4]}-{day[4:6]}", f"{day[6:]}#{booking_id}"


def booking_item(booking_id: str) -> BookingItem:
    """A booking to update, known by its key only."""
    return BookingItem(*booking_key(booking_id))


def unit_item(area: str, unit: int, day: date) -> UnitItem:
    """A unit on that day to update, known by its key only."""
    return UnitItem(str(Month.of(day)), f"{day.day:02}#{area}-{unit:02}")


def unit_of(sk: str) -> tuple[str, int]:
    """The area and unit that a unit's sort key names."""
    area, _, number = sk.partition("#")[2].rpartition("-")
    return area, int(number)


def month_item(member_id: str, month: Month) -> MemberMonthItem:
    """A member's month to update, known by its key only."""
    return MemberMonthItem(member_key(member_id), str(month))


def member_key(member_id: str) -> str:
    """The partition of a member's months."""
    return f"MEMBER#{member_id}"


def count_of(day: date) -> Path:
    """The attribute of a member's month that counts the quarter-hours of that day."""
    return Path(f"n{day.day:02}")


def to_member_month(item: MemberMonthItem) -> MemberMonth:
    """The stored month as a value."""
    return MemberMonth(
        item.pk.partition("#")[2],
        Month.parse(item.sk),
        frozenset(int(each) for each in item.taken or ()),
        frozenset(item.bookings or ()),
        bool(item.blocked),
    )


def to_booking(item: BookingItem) -> Booking:
    """The stored booking as a value."""
    booking_id = item.sk.partition("#")[2]
    return Booking(
        booking_id=booking_id,
        booker=Booker(item.member_id, item.number, item.member_class, item.home, item.facts),
        area=item.area,
        unit=int(item.unit),
        slot=Slot(date.fromisoformat(booking_id[:8]), int(item.start), int(item.end)),
        party=int(item.party),
        programme_version=int(item.programme_version),
        created_at=from_iso(item.created_at),
        state=State(item.state),
        sequence=int(item.sequence),
        first_id=item.first_id,
        replaced_by=item.replaced_by,
        checked_in_at=from_iso(item.checked_in_at) if item.checked_in_at else None,
    )


def to_item(new: Booking) -> BookingItem:
    """The value as an item to put."""
    return BookingItem(
        *booking_key(new.booking_id),
        member_id=new.booker.member_id,
        number=new.booker.number,
        member_class=new.booker.member_class,
        home=new.booker.home,
        facts=dict(new.booker.facts),
        programme_version=new.programme_version,
        area=new.area,
        unit=new.unit,
        start=new.slot.start,
        end=new.slot.end,
        party=new.party,
        state=new.state.value,
        sequence=new.sequence,
        created_at=to_iso(new.created_at),
        first_id=new.first_id,
    )
