"""How events are stored: the shapes of their items, their keys, and the way to values.

EVENT#<event>    EVENT                        an event with its counter of taken seats
EVENT#<event>    SIGNUP#<sign-up>             a sign-up
EVENT#<event>    ATTENDEE#<address or id>     who has a seat: one per address, for members one more per id
<YYYY-MM>        <starts>#<event>             the events of a month
MONTHS           <YYYY-MM>                    the months that have events
HOLDS            <held until>#<event>#<id>    guests' seats that wait for the mailed button
TOKEN#<hash>     TOKEN                        what a mailed link leads to
"""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from madoguchi.events.rules import Event, SignUp, State
from madoguchi.japan.time import from_iso
from madoguchi.mail.owed import OwingItem
from madoguchi.storage import Item, TableMeta

CAPABILITY = "events"
EVENT, TOKEN, MONTHS, HOLDS = "EVENT", "TOKEN", "MONTHS", "HOLDS"
SIGN_UP, ATTENDEE = "SIGNUP#", "ATTENDEE#"


class EventItem(Item):
    """An event with its counter of taken seats."""

    class Meta(metaclass=TableMeta):
        """Table properties."""

        capability = CAPABILITY

    title = UnicodeAttribute()
    description = UnicodeAttribute()
    description_html = UnicodeAttribute()
    place = UnicodeAttribute()
    starts = UnicodeAttribute()
    ends = UnicodeAttribute()
    capacity = NumberAttribute()
    seats_taken = NumberAttribute(default=0)
    published_by = UnicodeAttribute()
    published_at = UnicodeAttribute()


class SignUpItem(OwingItem):
    """A stored sign-up; other modules see it only as what may owe a mail."""

    class Meta(metaclass=TableMeta):
        """Table properties."""

        capability = CAPABILITY

    state = UnicodeAttribute()
    member_id = UnicodeAttribute(default="")
    name = UnicodeAttribute(default="")
    email = UnicodeAttribute(default="")
    address_key = UnicodeAttribute(null=True)
    at = UnicodeAttribute()
    held_until = UnicodeAttribute(null=True)
    class_id = UnicodeAttribute(default="")
    facts = JSONAttribute(default=dict)
    version = NumberAttribute(default=0)


class AttendeeItem(Item):
    """Who has a seat: one item per address, for members one more per id."""

    class Meta(metaclass=TableMeta):
        """Table properties."""

        capability = CAPABILITY

    sign_up_id = UnicodeAttribute()


class KeyItem(Item):
    """An item whose key says everything: a month's event, a month, a hold."""

    class Meta(metaclass=TableMeta):
        """Table properties."""

        capability = CAPABILITY


class TokenItem(Item):
    """What a mailed link leads to."""

    class Meta(metaclass=TableMeta):
        """Table properties."""

        capability = CAPABILITY

    event_id = UnicodeAttribute()
    sign_up_id = UnicodeAttribute()


def event_key(event_id: str) -> str:
    """The partition of an event."""
    return f"{EVENT}#{event_id}"


def to_event(item: EventItem) -> Event:
    """The stored event as a value."""
    return Event(
        event_id=item.pk.partition("#")[2],
        title=item.title,
        description=item.description,
        description_html=item.description_html,
        place=item.place,
        starts=from_iso(item.starts),
        ends=from_iso(item.ends),
        capacity=int(item.capacity),
        seats_taken=int(item.seats_taken),
    )


def to_sign_up(item: SignUpItem) -> SignUp:
    """The stored sign-up as a value."""
    return SignUp(
        sign_up_id=item.sk.removeprefix(SIGN_UP),
        event_id=item.pk.partition("#")[2],
        state=State(item.state),
        member_id=item.member_id,
        name=item.name,
        email=item.email,
        at=from_iso(item.at),
        held_until=from_iso(item.held_until) if item.held_until else None,
        class_id=item.class_id,
        facts=item.facts,
        version=int(item.version),
    )
