"""Write units of what people do, from the sizes of the items that each use case really writes.

    python -m tests.load.write_units

The use cases run against tables in memory; `scale` weighs their writes. What an emulator says about
consumed capacity is not used.
"""

import argparse
from collections.abc import Iterator
from datetime import timedelta

from moto import mock_aws

from madoguchi.events import store as event_store
from madoguchi.events import usecases as events
from madoguchi.events.items import SignUpItem
from madoguchi.events.rules import Attendee, EventDraft
from madoguchi.mail import owed
from madoguchi.members import links, rules
from madoguchi.members import store as member_store
from madoguchi.members import usecases as members
from madoguchi.members.items import MemberItem
from madoguchi.members.rules import Link, Member, Place
from madoguchi.office import usecases as office
from madoguchi.office.items import BookingItem
from madoguchi.office.plan import open_days
from madoguchi.office.rules import Booker, Slot, Wish
from madoguchi.programme import forms
from madoguchi.programme.definition import programme
from madoguchi.web.visits import FormData
from tests.load.built import make_account, use_built_layers
from tests.load.measuring import show
from tests.load.scale import Bill, weighed
from tests.support.members import GOOD_FORM, NOW

PLACE = Place("/register", "0" * 32)
SOURCE = "192.0.2.1"
BUDGET_OF_A_BOOKING = 7
A_BUSY_MONTH = 12
MODELS: dict[str, type[owed.OwingItem]] = {
    "PENDING": links.PendingItem,
    "SIGN-IN": links.SignInItem,
    "MEMBER": MemberItem,
    "BOOKINGS": BookingItem,
    "EVENT": SignUpItem,
}
Line = tuple[str, Bill]


def registration() -> Iterator[Line]:
    """Ask to register, press the mailed button, ask for a sign-in link, press its button."""
    form = programme().registration.usual
    reading = forms.read(form, FormData({key: [value] for key, value in GOOD_FORM.items()}), today=NOW.date())
    with weighed() as bill:
        members.ask_to_register(rules.Wish(form, reading), nonce="nonce", place=PLACE, source=SOURCE, now=NOW)
    link = mailed_link("PENDING")
    yield "ask to register", bill
    with weighed() as bill:
        members.confirm_registration(link.token, NOW)
    yield "confirm the registration", bill
    with weighed() as bill:
        members.ask_to_sign_in(GOOD_FORM["email"], leads_to="/me", source=SOURCE, now=NOW)
    link = mailed_link("SIGN-IN")
    yield "ask for a sign-in link", bill
    with weighed() as bill:
        members.sign_in(link.token, NOW)
    yield "sign in", bill


def mailed_link(kind: str) -> Link:
    """The link in the mail that is owed."""
    item = next(item for item in owing() if item.pk.startswith(f"{kind}#"))
    return Link(item.pk.partition("#")[2], str(item.mail_secret))


def owing() -> Iterator[owed.OwingItem]:
    """Every item that owes a mail."""
    for capability in ("members", "office", "events"):
        for key in owed.still_owed(capability, NOW + timedelta(minutes=1)):
            yield MODELS[key.pk.partition("#")[0]].get(key.pk, key.sk)


def settle_all() -> Bill:
    """Note of every owed mail that it was sent."""
    with weighed() as bill:
        for item in list(owing()):
            owed.settle(item)
    return bill


def bookings(member: Member) -> Iterator[Line]:
    """Book two hours, change the time, change the day, cancel; and once more late in a busy month."""
    booker = Booker(member.member_id, member.number, member.class_id, member.home, member.facts)
    first, *days = open_days(NOW.date() + timedelta(days=10), NOW.date() + timedelta(days=40))
    same_month = [day for day in days if day.month == first.month]
    with weighed() as bill:
        booked = office.book(Wish("open", Slot.of(first, "10:00", "12:00")), booker=booker, nonce="1", at=NOW)
    assert bill.total <= BUDGET_OF_A_BOOKING, f"a booking costs {bill.total} write units"
    sent = settle_all()
    yield "book two hours", bill
    yield "note that its mail was sent", sent
    later = Wish("open", Slot.of(first, "13:00", "15:00"))
    with weighed() as bill:
        office.change_booking(booked.booking_id, later, booker=booker, nonce="2", at=NOW)
    yield "change the time of a booking", bill
    elsewhere = Wish("open", Slot.of(same_month[0], "13:00", "15:00"))
    with weighed() as bill:
        moved = office.change_booking(booked.booking_id, elsewhere, booker=booker, nonce="3", at=NOW)
    yield "change the day of a booking", bill
    with weighed() as bill:
        office.cancel_booking(moved.booking_id, member_id=member.member_id, at=NOW)
    yield "cancel a booking", bill
    for day in same_month[:A_BUSY_MONTH]:
        with weighed() as bill:
            office.book(Wish("open", Slot.of(day, "09:00", "17:00")), booker=booker, nonce="4", at=NOW)
    yield f"book the {len(same_month[:A_BUSY_MONTH])}th whole day of a month", bill


def sign_ups(member: Member) -> Iterator[Line]:
    """A member signs up and cancels; a guest's seat is held and confirmed."""
    starts = NOW + timedelta(days=20)
    draft = EventDraft("移住相談会", "移住の相談をお受けします。", "会議室", starts, starts + timedelta(hours=2), 20)
    with weighed() as bill:
        event = events.publish(draft, nonce="1", by="staff-1", source=SOURCE, now=NOW)
    yield "publish an event", bill
    with weighed() as bill:
        sign_up = events.sign_up(event.event_id, member, nonce="2", now=NOW)
    token = mailed_token(sign_up.sign_up_id)
    yield "sign up as a member", bill
    with weighed() as bill:
        events.cancel(token, NOW)
    yield "cancel a sign-up", bill
    guest = Attendee("taro@example.jp", "山本 太郎")
    with weighed() as bill:
        events.hold_for_guest(event.event_id, guest, nonce="3", source=SOURCE, now=NOW)
    held = next(one for one in event_store.sign_ups_of(event.event_id) if one.email == guest.address)
    token = mailed_token(held.sign_up_id)
    yield "sign up as a guest", bill
    with weighed() as bill:
        events.confirm(token, NOW)
    yield "confirm a guest's sign-up", bill


def mailed_token(sign_up_id: str) -> str:
    """The token in the mail that a sign-up owes."""
    return next(str(item.mail_secret) for item in owing() if item.sk.endswith(f"#{sign_up_id}"))


def collected(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines; after each one all mail is sent, as it would be in life."""
    for line in lines:
        yield line
        settle_all()


def main(arguments: list[str] | None = None) -> int:
    """Print the write units of each use case; fail when a booking is dearer than its budget."""
    argparse.ArgumentParser(prog="python -m tests.load.write_units", description=__doc__).parse_args(arguments)
    use_built_layers()
    with mock_aws():
        make_account()
        lines = list(collected(registration()))
        member_id = member_store.id_of_address(GOOD_FORM["email"])
        assert member_id, "nobody was registered"
        member = member_store.get(member_id)
        lines += [*collected(bookings(member)), *collected(sign_ups(member))]
    heads = ("What somebody does", "items", "table", "index", "write units", "largest item, bytes")
    rows = [(name, bill.items, bill.base, bill.index, bill.total, bill.largest) for name, bill in lines]
    show("Write units", heads, rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
