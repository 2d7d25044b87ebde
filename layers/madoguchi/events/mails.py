"""The mails that sign-ups owe."""

from madoguchi.events import store
from madoguchi.events.items import SIGN_UP, SignUpItem
from madoguchi.events.refusals import NoSuchSignUpError
from madoguchi.events.rules import Event, State
from madoguchi.japan.time import from_iso
from madoguchi.mail.calendar import Appointment, attached
from madoguchi.mail.message import Attachment, Message, compose
from madoguchi.mail.owed import OwingItem
from madoguchi.members import store as members
from madoguchi.members.rules import ACTIVE
from madoguchi.programme.definition import programme
from madoguchi.refusals import NotFoundError
from madoguchi.settings import settings

WITH_CALENDAR = frozenset({"sign-up-confirmed"})


def message_for(pk: str, sk: str) -> tuple[OwingItem, Message | None] | None:
    """The sign-up and its mail; None when it owes nothing any more, a None message when nobody is to get one."""
    try:
        item = store.load(pk, sk)
    except NoSuchSignUpError:
        return None
    if not item.owed or not item.mail:
        return None
    person = _person(item)
    if person is None:
        return item, None
    address, name = person
    event = store.get_event(item.pk.partition("#")[2])
    facts = {
        # Until the button is pressed the mails do not repeat it: anybody could send words to any address.
        "name": name,
        "event": event,
        "is_held": item.state == State.HELD,
        "held_until": from_iso(item.held_until) if item.held_until else None,
        "url": f"{settings().public_url}/sign-ups/{item.mail_secret}",
        "event_url": f"{settings().public_url}/events/{event.event_id}",
        "site": programme().site,
    }
    files = (_calendar(item, event),) if item.mail in WITH_CALENDAR else ()
    return item, compose(item.mail, to=address, attachments=files, **facts)


def _person(item: SignUpItem) -> tuple[str, str] | None:
    """The stored address and the name; None when the person is gone."""
    if not item.member_id:
        return (item.email, item.name) if item.email else None
    try:
        member = members.get(item.member_id)
    except NotFoundError:
        return None
    # Somebody who is leaving gets one mail that says everything.
    return (member.email, member.name) if member.status == ACTIVE else None


def _calendar(item: SignUpItem, event: Event) -> Attachment:
    appointment = Appointment(
        uid=f"{item.sk.removeprefix(SIGN_UP)}@{settings().stack}",
        title=event.title,
        place=event.place,
        description=f"{settings().public_url}/events/{event.event_id}",
        starts=event.starts,
        ends=event.ends,
        made_at=from_iso(item.at),
    )
    return attached(appointment, "event.ics")
