"""What staff changed of the definition without a deployment (design §1.1), and where it is kept.

OVERRIDES    CURRENT            every change that holds or will hold, as all functions read them
OVERRIDES    <instant>#<id>     one change: what, by whom, why, and its undoing; never deleted

Values are kept compressed: an item holds 400 KB, and the questions of one form in three languages have 60.
`CURRENT` is read at most every few seconds per process: a change is seen everywhere a moment after it is made.
"""

import json
import lzma
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import BINARY
from pynamodb.exceptions import DoesNotExist

from madoguchi import wiring
from madoguchi.japan.time import from_iso, to_iso
from madoguchi.refusals import ConflictError, NotFoundError
from madoguchi.storage import Item, TableMeta, transaction

SEEN_WITHIN = timedelta(seconds=10)
MOST_IN_HISTORY = 100
PARTITION = "OVERRIDES"


class ChangedMeanwhileError(ConflictError):
    """Somebody else changed a setting since the page was opened."""

    code = "changed_meanwhile"
    message = "ほかの担当者が設定を変更しました。いまの内容を確認して、もう一度お試しください。"


class Held(msgspec.Struct, frozen=True):
    """A change as the functions lay it over the definition: the compiled value, and its words by language."""

    override_id: str
    key: str
    value: Any
    typed: Any
    holds_from: date
    holds_until: date | None = None
    words: dict[str, dict[str, str]] = {}

    def holds_on(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.holds_from <= day and (self.holds_until is None or day < self.holds_until)


@dataclass(frozen=True, slots=True)
class Override:
    """A change as its history tells it. `typed` is the value as it would stand in the definition's file."""

    override_id: str
    key: str
    typed: Any
    before: Any
    holds_from: date
    reason: str
    made_by: str
    made_at: datetime
    undone_by: str = ""
    undone_at: datetime | None = None

    @property
    def is_undone(self) -> bool:
        """Whether somebody took it back."""
        return self.undone_at is not None


class PackedAttribute(Attribute[Any]):
    """A value of the definition, compressed: one change of a form much resembles the one before."""

    attr_type = BINARY

    def serialize(self, value: Any) -> bytes:  # noqa: ANN401 whatever the definition has there
        """Make it small."""
        return lzma.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def deserialize(self, value: bytes) -> Any:  # noqa: ANN401
        """Read it as it was."""
        return json.loads(lzma.decompress(value))


class _CurrentItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "programme"

    held = PackedAttribute()
    revision = NumberAttribute()


class _OverrideItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "programme"

    key = UnicodeAttribute()
    typed = PackedAttribute()
    before = PackedAttribute()
    holds_from = UnicodeAttribute()
    reason = UnicodeAttribute()
    made_by = UnicodeAttribute()
    undone_by = UnicodeAttribute(default="")
    undone_at = UnicodeAttribute(null=True)


_seen: tuple[datetime, tuple[Held, ...]] | None = None


def held(day: date) -> tuple[Held, ...]:
    """The changes that hold on a day, in the order in which they are laid over the definition."""
    global _seen  # noqa: PLW0603 what this process saw last
    now = wiring.clock()
    if _seen is None or not timedelta(0) <= now - _seen[0] < SEEN_WITHIN:
        _seen = now, current()[0]
    return tuple(each for each in _seen[1] if each.holds_on(day))


def forget() -> None:
    """Read anew when somebody asks next."""
    global _seen  # noqa: PLW0603
    _seen = None


def current() -> tuple[tuple[Held, ...], int]:
    """Every change that holds or will hold, by the day from which it does, and the revision of the list."""
    try:
        item = _CurrentItem.get(PARTITION, "CURRENT", consistent_read=True)
    except DoesNotExist:
        return (), 0
    found = msgspec.convert(item.held, list[Held])
    return tuple(sorted(found, key=lambda each: each.holds_from)), int(item.revision)


def history() -> Iterator[Override]:
    """The newest changes, newest first."""
    digits = _OverrideItem.sk.between("0", "9~")
    for item in _OverrideItem.query(PARTITION, digits, scan_index_forward=False, limit=MOST_IN_HISTORY):
        yield _to_override(item)


def get(override_id: str) -> Override:
    """A change of the history, or NotFoundError."""
    for each in history():
        if each.override_id == override_id:
            return each
    raise NotFoundError


def add(new: Override, compiled: Held, *, revision: int) -> None:
    """Keep a change; ChangedMeanwhileError when the list is not the one that was seen."""
    changes, _ = current()
    item = _OverrideItem(
        PARTITION,
        _sort_key(new),
        key=new.key,
        typed=new.typed,
        before=new.before,
        holds_from=new.holds_from.isoformat(),
        reason=new.reason,
        made_by=new.made_by,
    )
    with transaction() as t:
        t.save(*_with((*changes, compiled), revision))
        t.save(item, _OverrideItem.pk.does_not_exist(), ChangedMeanwhileError)
    forget()


def undo(undone: Override, *, by: str, today: date, now: datetime, revision: int) -> None:
    """End a change today, as if it had never been when it did not hold yet; the history keeps it."""
    kept = []
    for each in current()[0]:
        if each.override_id != undone.override_id:
            kept.append(each)
        elif each.holds_from < today:
            kept.append(msgspec.structs.replace(each, holds_until=today))
    item = _OverrideItem(PARTITION, _sort_key(undone))
    actions = [_OverrideItem.undone_by.set(by), _OverrideItem.undone_at.set(to_iso(now))]
    with transaction() as t:
        t.save(*_with(tuple(kept), revision))
        t.update(item, actions, _OverrideItem.undone_at.does_not_exist(), ChangedMeanwhileError)
    forget()


def new_id() -> str:
    """A random id of a change."""
    return secrets.token_urlsafe(9)


def _with(changes: tuple[Held, ...], revision: int) -> tuple[Any, Any, type[ConflictError]]:
    item = _CurrentItem(PARTITION, "CURRENT", held=msgspec.to_builtins(changes), revision=revision + 1)
    absent = _CurrentItem.pk.does_not_exist()
    return item, absent if revision == 0 else _CurrentItem.revision == revision, ChangedMeanwhileError


def _sort_key(change: Override) -> str:
    return f"{to_iso(change.made_at)}#{change.override_id}"


def _to_override(item: _OverrideItem) -> Override:
    at, _, override_id = item.sk.partition("#")
    return Override(
        override_id=override_id,
        key=item.key,
        typed=item.typed,
        before=item.before,
        holds_from=date.fromisoformat(item.holds_from),
        reason=item.reason,
        made_by=item.made_by,
        made_at=from_iso(at),
        undone_by=item.undone_by,
        undone_at=from_iso(item.undone_at) if item.undone_at else None,
    )
