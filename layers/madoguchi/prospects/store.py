"""The prospects table.

PROSPECTS        <id>                 a prospect
MOVES#<month>    <at>#<id>#<state>    from which state to which somebody came; nothing personal, for the counts
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from madoguchi.japan.time import Month, from_iso, to_iso, tokyo_day
from madoguchi.prospects.rules import Note, Prospect, ProspectChangedError, State
from madoguchi.refusals import NotFoundError
from madoguchi.storage import Item, TableMeta, Transaction

CAPABILITY = "prospects"
PROSPECTS = "PROSPECTS"


class _ProspectItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    note = JSONAttribute()
    state = UnicodeAttribute()
    noted_at = UnicodeAttribute()
    noted_by = UnicodeAttribute()
    member_id = UnicodeAttribute(default="")
    revision = NumberAttribute(default=1)
    erase_at = UnicodeAttribute(null=True)
    ttl = NumberAttribute(null=True)


class _MoveItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    before = UnicodeAttribute()
    after = UnicodeAttribute()


def get(prospect_id: str, now: datetime) -> Prospect:
    """The prospect, or NotFoundError when there is none or its time is over."""
    try:
        item = _ProspectItem.get(PROSPECTS, prospect_id, consistent_read=True)
    except DoesNotExist as missing:
        raise NotFoundError from missing
    if not _lives(item, now):
        raise NotFoundError
    return _to_prospect(item)


def prospects(now: datetime) -> list[Prospect]:
    """Everybody on the list, the last noted first."""
    items = filter(lambda item: _lives(item, now), _ProspectItem.query(PROSPECTS))
    return sorted(map(_to_prospect, items), key=lambda each: each.noted_at, reverse=True)


def of_member(member_id: str) -> Iterator[Prospect]:
    """What was noted of somebody before they registered."""
    for item in _ProspectItem.query(PROSPECTS, filter_condition=_ProspectItem.member_id == member_id):
        yield _to_prospect(item)


def add(t: Transaction, prospect: Prospect) -> None:
    """Put a prospect on the list; ProspectChangedError when the same form put it there before."""
    t.save(_to_item(prospect), _ProspectItem.pk.does_not_exist(), ProspectChangedError)
    _move(t, prospect, None, prospect.noted_at)


def replace(t: Transaction, new: Prospect, *, before: State, now: datetime, erase_at: datetime | None = None) -> None:
    """Put what `new` says, if its revision is still the stored one; erased for good from `erase_at` on."""
    item = _to_item(new)
    item.revision = new.revision + 1
    if erase_at:
        item.erase_at, item.ttl = to_iso(erase_at), int(erase_at.timestamp())
    t.save(item, _ProspectItem.revision == new.revision, ProspectChangedError)
    if new.state is not before:
        _move(t, new, before, now)


def erase(t: Transaction, prospect: Prospect) -> None:
    """Take a prospect off the list, if it is as it was seen. The counts stay."""
    item = _ProspectItem(PROSPECTS, prospect.prospect_id)
    t.delete(item, _ProspectItem.revision == prospect.revision, ProspectChangedError)


def note_move(t: Transaction, prospect: Prospect, before: State, now: datetime) -> None:
    """Count a move of somebody who is not kept."""
    _move(t, prospect, before, now)


def moves(month: Month) -> Counter[State]:
    """How many came into each state in a month."""
    return Counter(State(item.after) for item in _MoveItem.query(f"MOVES#{month}"))


def moves_between(since: date, until: date) -> Counter[State]:
    """How many came into each state in those months."""
    return sum(map(moves, Month.of(since).through(Month.of(until))), Counter())


def _move(t: Transaction, prospect: Prospect, before: State | None, now: datetime) -> None:
    key = f"MOVES#{Month.of(tokyo_day(now))}", f"{to_iso(now)}#{prospect.prospect_id}#{prospect.state}"
    t.save(_MoveItem(*key, before=before.value if before else "", after=prospect.state.value))


def _lives(item: _ProspectItem, now: datetime) -> bool:
    return not item.erase_at or now < from_iso(item.erase_at)


def _to_item(prospect: Prospect) -> _ProspectItem:
    return _ProspectItem(
        PROSPECTS,
        prospect.prospect_id,
        note=asdict(prospect.note) | {"heard_on": prospect.note.heard_on.isoformat()},
        state=prospect.state.value,
        noted_at=to_iso(prospect.noted_at),
        noted_by=prospect.noted_by,
        member_id=prospect.member_id,
        revision=prospect.revision,
    )


def _to_prospect(item: _ProspectItem) -> Prospect:
    note = item.note | {"heard_on": date.fromisoformat(item.note["heard_on"])}
    return Prospect(
        prospect_id=item.sk,
        note=Note(**note),
        state=State(item.state),
        noted_at=from_iso(item.noted_at),
        noted_by=item.noted_by,
        revision=int(item.revision),
        member_id=item.member_id,
    )
