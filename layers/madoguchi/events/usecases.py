"""What people do at events: staff publish, members and guests sign up, confirm and cancel."""

import secrets
from datetime import datetime, timedelta

from madoguchi.audit.store import Entry, record
from madoguchi.events import people, store
from madoguchi.events.refusals import (
    AlreadySignedUpError,
    EventFullError,
    EventStartedError,
    HoldExpiredError,
    SameSignUpError,
    SignUpChangedError,
)
from madoguchi.events.rules import Attendee, Event, EventDraft, Roll, SignUp, State, id_of
from madoguchi.japan.time import tokyo_day
from madoguchi.mail.owed import post
from madoguchi.members import endings, leaving
from madoguchi.members import store as members
from madoguchi.members.rules import Member, folded
from madoguchi.programme.definition import programme
from madoguchi.storage import transaction
from madoguchi.web import limits

PUBLISHED, ROLL_SEEN = "publish event", "see sign-ups"
COMMAND_LINE = "-"

HOUR = 60 * 60
TEN_MINUTES = 10 * 60
# Signing up for a few events in a row is usual; nobody's mailbox can be flooded.
MOST_PER_ADDRESS = 5
# A whole company or a lecture hall may stand behind one source; a script sends more than this.
MOST_PER_SOURCE = 100


def publish(draft: EventDraft, *, nonce: str, by: str, now: datetime, source: str = COMMAND_LINE) -> Event:
    """Publish an event; the same form sent again gives the event that it published."""
    from madoguchi.content import markdown  # noqa: PLC0415 the public site publishes nothing

    event_id = id_of("event", nonce)
    try:
        with transaction() as t:
            store.add_event(t, event_id, draft, markdown.to_html(draft.description), by=by, now=now)
    except SameSignUpError:
        return store.get_event(event_id)
    record(Entry(now, by, PUBLISHED, f"events/{event_id}", source))
    return store.get_event(event_id)


def see_roll(event_id: str, *, by: str, source: str, now: datetime) -> Roll:
    """An event and the people who signed up, in order of time. Who looked is noted first."""
    event = store.get_event(event_id)
    record(Entry(now, by, ROLL_SEEN, f"events/{event_id}", source))
    sign_ups = sorted(store.sign_ups_of(event_id), key=lambda each: each.at)
    names = members.names_of(each.member_id for each in sign_ups if each.member_id)
    return Roll(event, [(each, names.get(each.member_id, each.name)) for each in sign_ups])


def sign_up(event_id: str, member: Member, *, nonce: str, now: datetime) -> SignUp:
    """Give the member a seat, or say why not. The mail that confirms it is owed.

    TooManyError when the member signs up for it (and cancels) too often: each time sends a mail.
    """
    endings.check_lasts(member, tokyo_day(now))
    limits.take("sign-up-member", f"{member.member_id}#{event_id}", most=MOST_PER_ADDRESS, seconds=HOUR, now=now)
    made = SignUp(
        sign_up_id=id_of(event_id, member.member_id, nonce),
        event_id=event_id,
        state=State.CONFIRMED,
        member_id=member.member_id,
        name="",
        email="",
        at=now,
        held_until=None,
        class_id=member.class_id,
        facts=member.facts,
        version=programme().version,
    )
    attendee = Attendee(member.email, member.name, member.member_id)
    try:
        _take_seat(made, attendee, mail="sign-up-confirmed", now=now)
    except AlreadySignedUpError:
        if not _release_expired_seat_of(event_id, member.email, now):
            raise
        _take_seat(made, attendee, mail="sign-up-confirmed", now=now)
    return made


def hold_for_guest(event_id: str, guest: Attendee, *, nonce: str, source: str, now: datetime) -> None:
    """Hold a seat until the guest presses the mailed button; EventFullError when there is none.

    The caller does not learn whether the address has a seat already: its owner gets a mail that says so.
    """
    limits.take("sign-up-source", source, most=MOST_PER_SOURCE, seconds=TEN_MINUTES, now=now)
    limits.take("sign-up-address", folded(guest.address), most=MOST_PER_ADDRESS, seconds=HOUR, now=now)
    held = SignUp(
        sign_up_id=id_of(event_id, folded(guest.address), nonce),
        event_id=event_id,
        state=State.HELD,
        member_id="",
        name=guest.name,
        email=guest.address,
        at=now,
        held_until=now + timedelta(minutes=programme().events.guest_hold_minutes),
        version=programme().version,
    )
    try:
        _take_seat(held, guest, mail="sign-up-held", now=now)
    except AlreadySignedUpError:
        if _release_expired_seat_of(event_id, guest.address, now):
            _take_seat(held, guest, mail="sign-up-held", now=now)
        else:
            _remind(event_id, guest.address, now)


def see(token: str) -> tuple[SignUp, Event]:
    """The sign-up behind a mailed link, and its event."""
    found = store.sign_up_behind(token)
    return found.sign_up, store.get_event(found.event_id)


def seat_of(event_id: str, member: Member) -> SignUp | None:
    """The sign-up with which the member has a seat at the event."""
    found = store.sign_up_of(event_id, member_id=member.member_id)
    return found.sign_up if found else None


def confirm(token: str, now: datetime) -> SignUp:
    """Make the held seat the guest's. HoldExpiredError when the time is over; twice is once."""
    found = store.sign_up_behind(token)
    if found.sign_up.is_expired(now):
        _release(found, now)
        raise HoldExpiredError
    if found.sign_up.state is State.HELD:
        try:
            with transaction() as t:
                store.confirm(t, found, token=token, now=now)
        except SignUpChangedError:
            return _changed_to(State.CONFIRMED, token)
        post(store.owed_by(found.sign_up))
    return found.sign_up


def cancel(token: str, now: datetime) -> SignUp:
    """Give the seat back. EventStartedError once the event has begun; twice is once."""
    found = store.sign_up_behind(token)
    if found.sign_up.is_expired(now):
        _release(found, now)
    elif found.sign_up.state.has_seat:
        if store.get_event(found.event_id).has_started(now):
            raise EventStartedError
        try:
            with transaction() as t:
                store.give_back(t, found, token=token, now=now)
        except SignUpChangedError:
            return _changed_to(State.CANCELLED, token)
        post(store.owed_by(found.sign_up))
    return found.sign_up


def release_expired(now: datetime) -> int:
    """Free the seats of guests who did not confirm in time; returns how many."""
    return sum(_release(found, now) for found in list(store.expired_holds(now)))


def _changed_to(wanted: State, token: str) -> SignUp:
    """The sign-up after another press of the same button was faster; SignUpChangedError after anything else."""
    changed = store.sign_up_behind(token).sign_up
    if changed.state is not wanted:
        raise SignUpChangedError
    return changed


def _take_seat(made: SignUp, attendee: Attendee, *, mail: str, now: datetime) -> None:
    """Record the sign-up. A full event first gives up the seats that nobody confirmed in time."""
    if store.get_event(made.event_id).has_started(now):
        raise EventStartedError
    try:
        _record(made, attendee, mail)
    except EventFullError:
        if not release_expired(now):
            raise
        _record(made, attendee, mail)


def _record(made: SignUp, attendee: Attendee, mail: str) -> None:
    try:
        with transaction() as t:
            if made.member_id:
                leaving.check_stays(t, made.member_id)
            store.add_sign_up(t, made, attendee, token=secrets.token_urlsafe(32), mail=mail)
            people.note(t, made, attendee)
    except SameSignUpError:
        return  # the same form was sent again
    post(store.owed_by(made))


def _release_expired_seat_of(event_id: str, address: str, now: datetime) -> bool:
    found = store.sign_up_of(event_id, address=address)
    return found is not None and found.sign_up.is_expired(now) and _release(found, now)


def _remind(event_id: str, address: str, now: datetime) -> None:
    """Owe the mail that tells the owner of the address about the seat they have."""
    found = store.sign_up_of(event_id, address=address)
    if found is None:
        return
    try:
        with transaction() as t:
            store.remind(t, found, token=secrets.token_urlsafe(32), now=now)
    except SignUpChangedError:
        return  # another mail about this seat is on its way
    post(store.owed_by(found.sign_up))


def _release(found: store.Found, now: datetime) -> bool:
    """Free one expired seat, unless somebody else did."""
    try:
        with transaction() as t:
            store.expire(t, found, now)
    except SignUpChangedError:
        return False
    return True
