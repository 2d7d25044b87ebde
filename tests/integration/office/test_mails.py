"""The mails that bookings owe, from the record to the message."""

from typing import Any

import pytest
from icalendar import Calendar

from madoguchi.mail.message import Message
from madoguchi.mail.owed import settle, still_owed
from madoguchi.members import store as members
from madoguchi.office import mails, store
from madoguchi.office.rules import Booking, Wish
from madoguchi.office.usecases import book, cancel_booking, change_booking
from madoguchi.storage import transaction
from tests.support.members import a_member
from tests.support.office import NOW, TUESDAY, WEDNESDAY, a_booker, a_wish, tokyo

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(autouse=True)
def hanako(tables: None) -> None:  # noqa: ARG001 the tables must be there first
    """Register the member who books."""
    with transaction() as t:
        members.add(t, a_member("member-1"), mail="registration-done")


def booked() -> Booking:
    """A booking of hers."""
    return book(a_wish(), booker=a_booker(), nonce="nonce", at=NOW)


def message_of(booking: Booking) -> Message:
    """The mail that the booking owes."""
    owed = store.owed_mail(booking.booking_id)
    assert owed in list(still_owed("office", tokyo(WEDNESDAY, 0)))
    found = mails.message_for(owed.pk, owed.sk)
    assert found
    assert found[1]
    return found[1]


def entry_of(message: Message) -> tuple[str, Any]:
    """The method and the event of the attached calendar file."""
    (attachment,) = message.attachments
    calendar = Calendar.from_ical(attachment.text)
    assert (attachment.content_type, attachment.parameters) == ("text/calendar", {"method": calendar["METHOD"]})
    return str(calendar["METHOD"]), calendar.events[0]


def test_a_booking_is_confirmed_to_the_stored_address_with_a_calendar_entry() -> None:
    made = booked()

    message = message_of(made)

    assert message.to == "hanako@example.jp"
    assert message.subject == "【山あいテレワークオフィス】ご予約を承りました：2026年11月24日（火）10:00～12:00"
    for text in (message.text, message.html or ""):
        assert "山田 花子 様" in text
        assert f"パーソナルデスク {made.unit}番" in text
        assert f"http://localhost:8100/bookings/{made.booking_id}" in text
    method, event = entry_of(message)
    assert method == "PUBLISH"
    assert (event.start, event.end) == (tokyo(TUESDAY, 10), tokyo(TUESDAY, 12))
    assert event["SEQUENCE"] == 0


@pytest.mark.parametrize("wish", [a_wish(start="13:00", end="15:00"), a_wish("open", day=WEDNESDAY)])
def test_a_change_replaces_the_calendar_entry_and_a_cancellation_strikes_it_out(wish: Wish) -> None:
    made = booked()
    _, first = entry_of(message_of(made))

    changed = change_booking(made.booking_id, wish, booker=made.booker, nonce="change", at=NOW)
    change_mail = message_of(changed)
    cancelled = cancel_booking(changed.booking_id, member_id="member-1", at=NOW)
    cancel_mail = message_of(cancelled)

    (change_method, second), (cancel_method, third) = entry_of(change_mail), entry_of(cancel_mail)
    assert "変更しました" in change_mail.subject
    assert "取り消しました" in cancel_mail.subject
    assert [change_method, cancel_method] == ["PUBLISH", "CANCEL"]
    assert first["UID"] == second["UID"] == third["UID"]
    assert [each["SEQUENCE"] for each in (first, second, third)] == [0, 1, 2]
    assert second.start == wish.slot.starts_at
    assert third["STATUS"] == "CANCELLED"


def test_a_booking_that_moved_owes_only_the_mail_of_its_successor() -> None:
    made = booked()

    change_booking(made.booking_id, a_wish("open"), booker=made.booker, nonce="change", at=NOW)

    owed = store.owed_mail(made.booking_id)
    assert mails.message_for(owed.pk, owed.sk) is None
    assert len(list(still_owed("office", tokyo(WEDNESDAY, 0)))) == 1


def test_a_mail_that_was_sent_is_owed_no_more() -> None:
    owed = store.owed_mail(booked().booking_id)
    found = mails.message_for(owed.pk, owed.sk)
    assert found

    settle(found[0])

    assert mails.message_for(owed.pk, owed.sk) is None
    assert list(still_owed("office", tokyo(WEDNESDAY, 0))) == []


def test_a_member_who_is_gone_gets_no_mail() -> None:
    theirs = book(a_wish(), booker=a_booker("nobody"), nonce="n", at=NOW)
    owed = store.owed_mail(theirs.booking_id)

    found = mails.message_for(owed.pk, owed.sk)

    assert found
    assert found[1] is None


def test_a_record_that_is_not_there_owes_nothing() -> None:
    assert mails.message_for("BOOKINGS#2026-11", "24#20261124-AAAAAAAAAAAAAAAA") is None
