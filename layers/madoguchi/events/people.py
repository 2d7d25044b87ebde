"""Whose sign-ups they are: the way from a person to everything that the events table holds about them.

PERSON#<member id, or hash of a guest's address>    <event>#<sign-up>    a sign-up of theirs
"""

from collections.abc import Iterator

from madoguchi.events import store
from madoguchi.events.items import CAPABILITY, SIGN_UP, AttendeeItem, SignUpItem, event_key
from madoguchi.events.refusals import SignUpChangedError
from madoguchi.events.rules import Attendee, SignUp
from madoguchi.events.store import Found, address_key
from madoguchi.storage import Item, TableMeta, Transaction


class _PersonItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY


def note(t: Transaction, sign_up: SignUp, attendee: Attendee) -> None:
    """Note under the person that the sign-up is theirs."""
    t.save(_PersonItem(_pk(attendee.member_id or address_key(attendee.address)), _sk(sign_up)))


def sign_ups_of(whose: str) -> Iterator[Found]:
    """Every sign-up of a member (by id) or of a guest (by the key of the address), in whatever state."""
    for row in list(_PersonItem.query(_pk(whose), consistent_read=True)):
        event_id, _, sign_up_id = row.sk.partition("#")
        yield store.get_sign_up(event_id, sign_up_id)


def forget(t: Transaction, whose: str, found: Found, *, substitute: str) -> None:
    """Let a sign-up stand for figures only: nothing leads from it to the person any more.

    `substitute` stands for the member wherever they signed up; a guest is nobody afterwards.
    """
    sign_up, pk = found.sign_up, event_key(found.event_id)
    marks = (SignUpItem.owed, SignUpItem.owed_at, SignUpItem.mail, SignUpItem.mail_secret, SignUpItem.mail_refused)
    t.update(
        SignUpItem(pk, f"{SIGN_UP}{sign_up.sign_up_id}"),
        [
            SignUpItem.member_id.set(substitute if sign_up.member_id else ""),
            SignUpItem.name.set(""),
            SignUpItem.email.set(""),
            SignUpItem.address_key.remove(),
            *(mark.remove() for mark in marks),
        ],
        SignUpItem.state == sign_up.state.value,
        SignUpChangedError,
    )
    if sign_up.state.has_seat:
        for key in found.attendee_keys:
            t.delete(AttendeeItem(pk, key))
    t.delete(_PersonItem(_pk(whose), _sk(sign_up)))


def _pk(whose: str) -> str:
    return f"PERSON#{whose}"


def _sk(sign_up: SignUp) -> str:
    return f"{sign_up.event_id}#{sign_up.sign_up_id}"
