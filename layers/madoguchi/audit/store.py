"""The audit log: append-only, one partition a month."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from madoguchi.japan.time import Month, from_iso, to_iso, tokyo_day
from madoguchi.refusals import ConflictError
from madoguchi.storage import Item, TableMeta, Transaction


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to which record, from where, and why. Ids only, no personal values."""

    at: datetime
    actor: str
    action: str
    record: str
    source: str
    reason: str = ""


class _EntryItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "audit"

    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    record = UnicodeAttribute()
    source = UnicodeAttribute()
    reason = UnicodeAttribute(default="")


def record(entry: Entry) -> None:
    """Append an entry. Nothing ever overwrites one: the key is put only if it is absent."""
    _item_of(entry).save(condition=_EntryItem.pk.does_not_exist())


def add(t: Transaction, entry: Entry) -> None:
    """Append an entry together with what it tells about, or neither."""
    t.save(_item_of(entry), _EntryItem.pk.does_not_exist(), ConflictError)


def _item_of(entry: Entry) -> _EntryItem:
    month = Month.of(tokyo_day(entry.at))
    return _EntryItem(
        str(month),
        f"{to_iso(entry.at)}#{secrets.token_hex(8)}",
        actor=entry.actor,
        action=entry.action,
        record=entry.record,
        source=entry.source,
        reason=entry.reason,
    )


def entries(month: Month, *, most: int = 200) -> Iterator[Entry]:
    """The newest entries of a month, newest first."""
    for item in _EntryItem.query(str(month), scan_index_forward=False, limit=most):
        at = from_iso(item.sk.partition("#")[0])
        yield Entry(at, item.actor, item.action, item.record, item.source, item.reason)
