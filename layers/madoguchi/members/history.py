"""What staff did with a member, kept under the member; and the moves between stages, kept by month for reports.

MEMBER#<id>      HISTORY#<at>#<random>    a step: what kind, by whom, and its details
MOVES#<month>    <at>#<id>                from which stage to which somebody moved
"""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from madoguchi.japan.time import Month, from_iso, to_iso, tokyo_day
from madoguchi.members.items import CAPABILITY, member_key
from madoguchi.storage import Item, TableMeta, Transaction

HISTORY = "HISTORY#"


class Kind(StrEnum):
    """What was done."""

    ENTERED = "entered"
    SHOWN = "shown"
    NOT_SHOWN = "not_shown"
    STAGE = "stage"
    COORDINATOR = "coordinator"
    ORGANISATION = "organisation"
    MERGED = "merged"
    UNMERGED = "unmerged"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done with a member, by the member of staff with that id."""

    kind: Kind
    at: datetime
    by: str
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """That a member came from one stage ('' for none) into another."""

    member_id: str
    at: datetime
    before: str
    after: str


class _StepItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    kind = UnicodeAttribute()
    by = UnicodeAttribute()
    details = JSONAttribute(default=dict)


class _MoveItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    before = UnicodeAttribute()
    after = UnicodeAttribute()


def note(t: Transaction, member_id: str, step: Step) -> None:
    """Keep a step, in the transaction that takes it."""
    sk = f"{HISTORY}{to_iso(step.at)}#{secrets.token_hex(4)}"
    t.save(_StepItem(member_key(member_id), sk, kind=step.kind.value, by=step.by, details=dict(step.details)))


def note_move(t: Transaction, move: Move, *, by: str, reason: str) -> None:
    """Keep a move between stages, under the member and in its month."""
    details = {"before": move.before, "after": move.after, "reason": reason}
    note(t, move.member_id, Step(Kind.STAGE, move.at, by, details))
    key = f"MOVES#{Month.of(tokyo_day(move.at))}", f"{to_iso(move.at)}#{move.member_id}"
    t.save(_MoveItem(*key, before=move.before, after=move.after))


def steps(member_id: str) -> list[Step]:
    """Every step with a member, the newest first."""
    items = _StepItem.query(member_key(member_id), _StepItem.sk.startswith(HISTORY), scan_index_forward=False)
    return [Step(Kind(each.kind), from_iso(each.sk.split("#")[1]), each.by, each.details) for each in items]


def moves(month: Month) -> Iterator[Move]:
    """Every move of a month, in order."""
    for item in _MoveItem.query(f"MOVES#{month}"):
        at, _, member_id = item.sk.partition("#")
        yield Move(member_id, from_iso(at), item.before, item.after)


def stage_moves(month: Month) -> Counter[tuple[str, str]]:
    """How often members moved from one stage to another in a month."""
    return Counter((each.before, each.after) for each in moves(month))
