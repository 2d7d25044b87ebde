"""Reading and writing the events table (its shapes are in items.py).

A seat is taken if fewer than the capacity are, by a person who has none yet, in one transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action

from madoguchi.events.items import (
    ATTENDEE,
    CAPABILITY,
    EVENT,
    HOLDS,
    MONTHS,
    SIGN_UP,
    TOKEN,
    AttendeeItem,
    EventItem,
    KeyItem,
    SignUpItem,
    TokenItem,
    event_key,
    to_event,
    to_sign_up,
)
from madoguchi.events.refusals import (
    AlreadySignedUpError,
    EventFullError,
    NoSuchEventError,
    NoSuchSignUpError,
    SameSignUpError,
    SignUpChangedError,
)
from madoguchi.events.rules import Attendee, Event, EventDraft, SignUp, State, digest_of
from madoguchi.japan.time import Month, to_iso
from madoguchi.mail.owed import OWED, OwedMail
from madoguchi.members.rules import folded
from madoguchi.storage import Transaction


@dataclass(frozen=True, slots=True)
class Found:
    """A sign-up with its keys as they are stored, for the operations that change it."""

    sign_up: SignUp
    attendee_keys: tuple[str, ...]

    @property
    def event_id(self) -> str:
        """The event that it belongs to."""
        return self.sign_up.event_id


def owed_by(sign_up: SignUp) -> OwedMail:
    """Where the mail worker finds the sign-up."""
    return OwedMail(CAPABILITY, event_key(sign_up.event_id), f"{SIGN_UP}{sign_up.sign_up_id}")


# Events


def add_event(t: Transaction, event_id: str, draft: EventDraft, html: str, *, by: str, now: datetime) -> None:
    """Publish an event and list it in its month; SameSignUpError when it was published already."""
    starts = to_iso(draft.starts)
    item = EventItem(
        event_key(event_id),
        EVENT,
        title=draft.title,
        description=draft.description,
        description_html=html,
        place=draft.place,
        starts=starts,
        ends=to_iso(draft.ends),
        capacity=draft.capacity,
        seats_taken=0,
        published_by=by,
        published_at=to_iso(now),
    )
    month = to_event(item).month
    t.save(item, EventItem.pk.does_not_exist(), SameSignUpError)
    t.save(KeyItem(str(month), f"{starts}#{event_id}"))
    t.save(KeyItem(MONTHS, str(month)))


def get_event(event_id: str) -> Event:
    """The event, or NoSuchEventError."""
    try:
        return to_event(EventItem.get(event_key(event_id), EVENT))
    except DoesNotExist as missing:
        raise NoSuchEventError from missing


def month_events(month: Month) -> Iterator[Event]:
    """The events that start in a month, in order of time. Queries only: the roll-up may do no more."""
    for listed in KeyItem.query(str(month)):
        event_id = listed.sk.partition("#")[2]
        for item in EventItem.query(event_key(event_id), EventItem.sk == EVENT):
            yield to_event(item)


def months(since: Month) -> list[Month]:
    """The months from that one on that have events."""
    return [Month.parse(item.sk) for item in KeyItem.query(MONTHS, KeyItem.sk >= str(since))]


def upcoming(now: datetime, most: int = 100) -> list[Event]:
    """The next events that have not begun, in order of time."""
    keys: list[tuple[str, str]] = []
    for month in months(Month.of(now.date())):  # a UTC day is never later than Tokyo's
        for listed in KeyItem.query(str(month)):
            starts, _, event_id = listed.sk.partition("#")
            if starts > to_iso(now) and len(keys) < most:
                keys.append((event_key(event_id), EVENT))
    return sorted((to_event(item) for item in EventItem.batch_get(keys)), key=lambda event: event.starts)


# Sign-ups


def get_sign_up(event_id: str, sign_up_id: str) -> Found:
    """A sign-up, or NoSuchSignUpError."""
    return _found(load(event_key(event_id), f"{SIGN_UP}{sign_up_id}"))


def load(pk: str, sk: str) -> SignUpItem:
    """The stored sign-up, or NoSuchSignUpError; for the mail that it owes."""
    try:
        return SignUpItem.get(pk, sk, consistent_read=True)
    except DoesNotExist as missing:
        raise NoSuchSignUpError from missing


def sign_up_behind(token: str) -> Found:
    """The sign-up that a mailed link leads to, or NoSuchSignUpError."""
    try:
        item = TokenItem.get(f"TOKEN#{digest_of(token)}", TOKEN)
    except DoesNotExist as missing:
        raise NoSuchSignUpError from missing
    return get_sign_up(item.event_id, item.sign_up_id)


def sign_up_of(event_id: str, *, address: str = "", member_id: str = "") -> Found | None:
    """The sign-up that has a seat for that address or member, if there is one."""
    key = member_id or address_key(address)
    try:
        item = AttendeeItem.get(event_key(event_id), f"{ATTENDEE}{key}", consistent_read=True)
    except DoesNotExist:
        return None
    return get_sign_up(event_id, item.sign_up_id)


def sign_ups_of(event_id: str) -> Iterator[SignUp]:
    """Every sign-up of an event, the cancelled and expired ones too, in no particular order."""
    for item in SignUpItem.query(event_key(event_id), SignUpItem.sk.startswith(SIGN_UP)):
        yield to_sign_up(item)


def expired_holds(now: datetime) -> Iterator[Found]:
    """The guests' seats whose time is over."""
    for item in KeyItem.query(HOLDS, KeyItem.sk < f"{to_iso(now)}#~"):
        _, event_id, sign_up_id = item.sk.split("#")
        yield get_sign_up(event_id, sign_up_id)


def address_key(address: str) -> str:
    """The hash under which an address has its one seat."""
    return digest_of(folded(address))


def add_sign_up(t: Transaction, sign_up: SignUp, attendee: Attendee, *, token: str, mail: str) -> None:
    """Take a seat. The order of the operations is the order in which refusals are told.

    A guest is told "full" before "already signed up": a full event must not tell who comes.
    """
    pk = event_key(sign_up.event_id)
    item = SignUpItem(
        pk,
        f"{SIGN_UP}{sign_up.sign_up_id}",
        state=sign_up.state.value,
        member_id=sign_up.member_id,
        name=sign_up.name,
        email=sign_up.email,
        address_key=address_key(attendee.address),
        at=to_iso(sign_up.at),
        held_until=to_iso(sign_up.held_until) if sign_up.held_until else None,
        class_id=sign_up.class_id,
        facts=dict(sign_up.facts),
        version=sign_up.version,
    )
    item.owe(mail, sign_up.at)
    item.mail_secret = token
    t.save(item, SignUpItem.pk.does_not_exist(), SameSignUpError)
    if not attendee.member_id:
        _take_seat(t, pk)
    for key in _found(item).attendee_keys:
        t.save(
            AttendeeItem(pk, key, sign_up_id=sign_up.sign_up_id),
            AttendeeItem.pk.does_not_exist(),
            AlreadySignedUpError,
        )
    if attendee.member_id:
        _take_seat(t, pk)
    add_token(t, sign_up, token)
    if sign_up.held_until:
        t.save(_hold(sign_up))


def add_token(t: Transaction, sign_up: SignUp, token: str) -> None:
    """Let a mailed link lead to the sign-up. Only the token's hash is stored."""
    t.save(TokenItem(f"TOKEN#{digest_of(token)}", TOKEN, event_id=sign_up.event_id, sign_up_id=sign_up.sign_up_id))


def confirm(t: Transaction, found: Found, *, token: str, now: datetime) -> None:
    """Make a held seat the guest's, if it is still held."""
    item = _key_of(found)
    t.update(
        item,
        [
            SignUpItem.state.set(State.CONFIRMED.value),
            SignUpItem.held_until.remove(),
            *_owe("sign-up-confirmed", token, now),
        ],
        (SignUpItem.state == State.HELD.value) & (SignUpItem.held_until > to_iso(now)),
        SignUpChangedError,
    )
    t.delete(_hold(found.sign_up))


def remind(t: Transaction, found: Found, *, token: str, now: datetime) -> None:
    """Owe the mail that tells a person about the seat they have, unless another mail is owed."""
    t.update(
        _key_of(found),
        _owe("sign-up-again", token, now),
        SignUpItem.owed.does_not_exist() & (SignUpItem.state == found.sign_up.state.value),
        SignUpChangedError,
    )
    add_token(t, found.sign_up, token)


def give_back(t: Transaction, found: Found, *, token: str, now: datetime) -> None:
    """Cancel: free the seat, if the sign-up still has one."""
    t.update(
        _key_of(found),
        [
            SignUpItem.state.set(State.CANCELLED.value),
            SignUpItem.held_until.remove(),
            *_owe("sign-up-cancelled", token, now),
        ],
        SignUpItem.state == found.sign_up.state.value,
        SignUpChangedError,
    )
    _free_seat(t, found)


def expire(t: Transaction, found: Found, now: datetime) -> None:
    """Free the seat of a guest who did not confirm in time, and forget who it was."""
    forgotten = [SignUpItem.name.set(""), SignUpItem.email.set(""), SignUpItem.address_key.remove()]
    t.update(
        _key_of(found),
        [SignUpItem.state.set(State.EXPIRED.value), *forgotten, *_owe_nothing()],
        (SignUpItem.state == State.HELD.value) & (SignUpItem.held_until <= to_iso(now)),
        SignUpChangedError,
    )
    _free_seat(t, found)


def _take_seat(t: Transaction, pk: str) -> None:
    t.update(
        EventItem(pk, EVENT),
        [EventItem.seats_taken.add(1)],
        EventItem.seats_taken < EventItem.capacity,
        EventFullError,
    )


def _free_seat(t: Transaction, found: Found) -> None:
    pk = event_key(found.event_id)
    t.update(EventItem(pk, EVENT), [EventItem.seats_taken.add(-1)], EventItem.seats_taken > 0, SignUpChangedError)
    for key in found.attendee_keys:
        t.delete(AttendeeItem(pk, key), AttendeeItem.sign_up_id == found.sign_up.sign_up_id, SignUpChangedError)
    if found.sign_up.held_until:
        t.delete(_hold(found.sign_up))


def _owe(mail: str, token: str, now: datetime) -> list[Action]:
    return [
        SignUpItem.owed.set(OWED),
        SignUpItem.owed_at.set(to_iso(now)),
        SignUpItem.mail.set(mail),
        SignUpItem.mail_secret.set(token),
    ]


def _owe_nothing() -> list[Action]:
    marks = (SignUpItem.owed, SignUpItem.owed_at, SignUpItem.mail, SignUpItem.mail_secret)
    return [mark.remove() for mark in marks]


def _key_of(found: Found) -> SignUpItem:
    return SignUpItem(event_key(found.event_id), f"{SIGN_UP}{found.sign_up.sign_up_id}")


def _hold(sign_up: SignUp) -> KeyItem:
    until = to_iso(sign_up.held_until) if sign_up.held_until else ""
    return KeyItem(HOLDS, f"{until}#{sign_up.event_id}#{sign_up.sign_up_id}")


def _found(item: SignUpItem) -> Found:
    keys = [key for key in (item.address_key, item.member_id) if key]
    return Found(to_sign_up(item), tuple(f"{ATTENDEE}{key}" for key in keys))
