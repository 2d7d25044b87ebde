"""The mails that a booking owes its member, and its calendar entry."""

from datetime import datetime

from madoguchi.japan.time import from_iso
from madoguchi.mail.calendar import Appointment, attached
from madoguchi.mail.message import Message, compose
from madoguchi.mail.owed import OwingItem
from madoguchi.members import store as members
from madoguchi.members.rules import ACTIVE
from madoguchi.office import store
from madoguchi.office.items import to_booking
from madoguchi.office.plan import office_on
from madoguchi.office.rules import Booking
from madoguchi.programme.definition import programme
from madoguchi.refusals import NotFoundError
from madoguchi.settings import settings

FILE_NAME = "booking.ics"


def message_for(pk: str, sk: str) -> tuple[OwingItem, Message | None] | None:
    """The record and its mail; None when it owes nothing any more, a None message when the member is gone."""
    item = store.item_at(pk, sk)
    if item is None or not item.owed:
        return None
    booking = to_booking(item)
    try:
        member = members.get(booking.booker.member_id)
    except NotFoundError:
        return item, None
    if member.status != ACTIVE:  # somebody who is leaving gets one mail that says everything
        return item, None
    message = compose(
        item.mail,
        to=member.email,
        attachments=(attached(appointment_of(booking, made_at=from_iso(item.owed_at)), FILE_NAME),),
        site=programme().site,
        name=member.name,
        number=member.number,
        place=_place_of(booking),
        booking=booking,
        url=_url_of(booking),
        availability_url=f"{settings().public_url}/availability?day={booking.slot.day}",
    )
    return item, message


def appointment_of(booking: Booking, *, made_at: datetime) -> Appointment:
    """The booking as a calendar shows it; after a move it is still the same entry."""
    site = programme().site
    return Appointment(
        uid=f"{booking.first_id}@{settings().stack}",
        title=f"{site.name}　{_place_of(booking)}",
        place=site.address,
        description=f"予約の確認・変更・取消し：{_url_of(booking)}",
        starts=booking.slot.starts_at,
        ends=booking.slot.ends_at,
        made_at=made_at,
        sequence=booking.sequence,
        is_cancelled=not booking.holds_time,
    )


def _place_of(booking: Booking) -> str:
    area = office_on(booking.slot.day).area(booking.area)
    return f"{area.label if area else booking.area} {booking.unit}番"


def _url_of(booking: Booking) -> str:
    return f"{settings().public_url}/bookings/{booking.booking_id}"
