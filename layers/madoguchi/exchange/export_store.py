"""The records of exports: who asked for which columns of whom, what for, who approved it, what became of the file.

EXPORT#<id>    EXPORT      the request and its story
EXPORTS        <at>#<id>   the list
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from madoguchi.japan.time import from_iso, to_iso
from madoguchi.refusals import ConflictError, NotFoundError
from madoguchi.storage import Item, TableMeta, transaction

CAPABILITY = "members"
EXPORT, EXPORTS = "EXPORT", "EXPORTS"
MOST_LISTED = 50
KEPT = timedelta(hours=24)


class State(StrEnum):
    """Where an export stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    READY = "ready"
    GONE = "gone"


STATE_LABELS = {
    State.REQUESTED: "承認待ち",
    State.APPROVED: "作成中",
    State.REFUSED: "承認されませんでした",
    State.READY: "受け取れます",
    State.GONE: "消去しました",
}


class ExportChangedError(ConflictError):
    """Somebody else decided first, or the file is gone."""

    code = "export_changed"
    message = "この依頼は、すでに次へ進んでいます。最新の状況を確認してください。"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: whose data (a form, classes; none means all), which columns, in which file, what for."""

    form_id: str
    classes: tuple[str, ...]
    columns: tuple[str, ...]
    layout: str
    kind: str
    purpose: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Export:
    """A request and its story."""

    export_id: str
    state: State
    wish: Wish
    by: str
    at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    made_at: datetime | None = None
    rows: int = 0
    missing: tuple[tuple[str, int], ...] = ()

    @property
    def state_label(self) -> str:
        """The state as pages show it."""
        return STATE_LABELS[self.state]

    @property
    def gone_at(self) -> datetime | None:
        """When the file is deleted."""
        return self.made_at + KEPT if self.made_at else None

    def is_ready(self, now: datetime) -> bool:
        """Whether the file can still be fetched."""
        return self.state is State.READY and self.gone_at is not None and now < self.gone_at


class _ExportItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    state = UnicodeAttribute()
    wish = JSONAttribute()
    by = UnicodeAttribute()
    at = UnicodeAttribute()
    decided_by = UnicodeAttribute(default="")
    decided_at = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(default="")
    made_at = UnicodeAttribute(null=True)
    rows = NumberAttribute(default=0)
    missing = JSONAttribute(default=list)


class _ListItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY


def add(export_id: str, wish: Wish, *, by: str, now: datetime) -> bool:
    """Keep a request and put it on the list; False when the same form was sent before."""
    fields = {name: getattr(wish, name) for name in Wish.__slots__}
    at = to_iso(now)
    item = _ExportItem(_pk(export_id), EXPORT, state=State.REQUESTED.value, wish=fields, by=by, at=at)
    try:
        with transaction() as t:
            t.save(item, _ExportItem.pk.does_not_exist(), ExportChangedError)
            t.save(_ListItem(EXPORTS, f"{at}#{export_id}"))
    except ExportChangedError:
        return False
    return True


def get(export_id: str) -> Export:
    """The export, or NotFoundError."""
    try:
        return _to_export(_ExportItem.get(_pk(export_id), EXPORT, consistent_read=True))
    except DoesNotExist as missing:
        raise NotFoundError from missing


def newest(most: int = MOST_LISTED) -> list[Export]:
    """The latest requests, the newest first."""
    ids = [item.sk.partition("#")[2] for item in _ListItem.query(EXPORTS, scan_index_forward=False, limit=most)]
    found = {item.pk: _to_export(item) for item in _ExportItem.batch_get([(_pk(each), EXPORT) for each in ids])}
    return [found[_pk(each)] for each in ids if _pk(each) in found]


def go_on(known: Export, state: State, **values: Any) -> None:  # noqa: ANN401 attributes of the item
    """Bring a request into its next state; ExportChangedError when somebody else did."""
    attributes = _ExportItem.get_attributes()
    actions = [_ExportItem.state.set(state.value), *(attributes[name].set(value) for name, value in values.items())]
    with transaction() as t:
        is_unchanged = _ExportItem.state == known.state.value
        t.update(_ExportItem(_pk(known.export_id), EXPORT), actions, is_unchanged, ExportChangedError)


def _to_export(item: _ExportItem) -> Export:
    wish = dict(item.wish)
    return Export(
        export_id=item.pk.partition("#")[2],
        state=State(item.state),
        wish=Wish(**wish | {name: tuple(wish[name]) for name in ("classes", "columns")}),
        by=item.by,
        at=from_iso(item.at),
        decided_by=item.decided_by,
        decided_at=from_iso(item.decided_at) if item.decided_at else None,
        reason=item.reason,
        made_at=from_iso(item.made_at) if item.made_at else None,
        rows=int(item.rows),
        missing=tuple((character, times) for character, times in item.missing),
    )


def _pk(export_id: str) -> str:
    return f"EXPORT#{export_id}"
