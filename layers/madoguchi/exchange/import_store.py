"""The records of imports.

IMPORT#<id>    IMPORT            what was uploaded by whom, how it was arranged, what the check found, where it stands
IMPORT#<id>    CHUNK#<number>    a portion: which line is next, what became of those before
IMPORT#<id>    FAILED#<line>     a line that could not be imported although the check let it pass
IMPORTS        <at>#<id>         the list

A person and the tally of their portion are written in one transaction, so that every line counts once, however often
a portion is taken up.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from madoguchi.exchange.import_lines import Finding
from madoguchi.japan.time import from_iso, to_iso
from madoguchi.refusals import ConflictError, NotFoundError
from madoguchi.storage import Item, TableMeta, Transaction

CAPABILITY = "members"
IMPORT, IMPORTS, CHUNK, FAILED = "IMPORT", "IMPORTS", "CHUNK#", "FAILED#"
MOST_LISTED = 50


class State(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    DISCARDED = "discarded"


STATE_LABELS = {
    State.UPLOADED: "列の対応を決める",
    State.CHECKING: "確認中",
    State.CHECKED: "取込みの前",
    State.RUNNING: "取込み中",
    State.DONE: "完了",
    State.DISCARDED: "中止",
}
WITH_FILE = frozenset({State.UPLOADED, State.CHECKING, State.CHECKED, State.RUNNING})


class ImportChangedError(ConflictError):
    """The import went on in the meantime."""

    code = "import_changed"
    message = "この取込みは、すでに次へ進んでいます。最新の状況を確認してください。"


class ChunkTakenError(ConflictError):
    """Another worker is at this portion."""

    code = "chunk_taken"


@dataclass(frozen=True, slots=True)
class Import:
    """An import as pages and workers see it. `found` holds the counts of the check."""

    import_id: str
    state: State
    file_name: str
    form_id: str
    by: str
    at: datetime
    lines: int
    headers: tuple[str, ...]
    arrangement: dict[str, Any]
    read_lines: int = 0
    found: dict[str, Any] | None = None
    chunks: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def state_label(self) -> str:
        """The state as pages show it."""
        return STATE_LABELS[self.state]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A portion: the index of the person who is next, and what became of those before."""

    number: int
    next: int
    tally: Counter[str]


class _ImportItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    state = UnicodeAttribute()
    file_name = UnicodeAttribute()
    form_id = UnicodeAttribute()
    by = UnicodeAttribute()
    at = UnicodeAttribute()
    lines = NumberAttribute()
    headers = JSONAttribute()
    arrangement = JSONAttribute(default=dict)
    read_lines = NumberAttribute(default=0)
    found = JSONAttribute(null=True)
    chunks = NumberAttribute(default=0)
    started_at = UnicodeAttribute(null=True)
    ended_at = UnicodeAttribute(null=True)


class _ChunkItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    next = NumberAttribute(default=0)
    created = NumberAttribute(default=0)
    updated = NumberAttribute(default=0)
    left = NumberAttribute(default=0)
    failed = NumberAttribute(default=0)


class _FailureItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    message = UnicodeAttribute()


class _ListItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY


def add(uploaded: Import) -> None:
    """Note an upload and put it on the list."""
    item = _ImportItem(
        _pk(uploaded.import_id),
        IMPORT,
        state=uploaded.state.value,
        file_name=uploaded.file_name,
        form_id=uploaded.form_id,
        by=uploaded.by,
        at=to_iso(uploaded.at),
        lines=uploaded.lines,
        headers=list(uploaded.headers),
    )
    with_key = _ListItem(IMPORTS, f"{to_iso(uploaded.at)}#{uploaded.import_id}")
    collected = Transaction()
    collected.save(item)
    collected.save(with_key)
    collected.commit()


def get(import_id: str) -> Import:
    """The import, or NotFoundError."""
    try:
        return _to_import(_ImportItem.get(_pk(import_id), IMPORT, consistent_read=True))
    except DoesNotExist as missing:
        raise NotFoundError from missing


def newest(most: int = MOST_LISTED) -> list[Import]:
    """The latest imports, the newest first."""
    ids = [item.sk.partition("#")[2] for item in _ListItem.query(IMPORTS, scan_index_forward=False, limit=most)]
    found = {item.pk: _to_import(item) for item in _ImportItem.batch_get([(_pk(each), IMPORT) for each in ids])}
    return [found[_pk(each)] for each in ids if _pk(each) in found]


def go_on(known: Import, state: State, **values: Any) -> None:  # noqa: ANN401 attributes of the item
    """Bring an import into its next state, with what is known then; ImportChangedError when somebody else did."""
    actions = [_ImportItem.state.set(state.value)]
    actions += [_ImportItem.get_attributes()[name].set(value) for name, value in values.items()]
    collected = Transaction()
    is_unchanged = _ImportItem.state == known.state.value
    collected.update(_ImportItem(_pk(known.import_id), IMPORT), actions, is_unchanged, ImportChangedError)
    collected.commit()


def note_read(import_id: str, lines: int) -> None:
    """Say how far the check is."""
    _ImportItem(_pk(import_id), IMPORT).update(actions=[_ImportItem.read_lines.set(lines)])


def chunk(import_id: str, number: int) -> Chunk:
    """A portion as it stands."""
    try:
        return _to_chunk(_ChunkItem.get(_pk(import_id), _chunk_key(number), consistent_read=True))
    except DoesNotExist:
        return Chunk(number, 0, Counter())


def chunks(import_id: str) -> Iterator[Chunk]:
    """The portions that were begun."""
    begun = _ChunkItem.query(_pk(import_id), _ChunkItem.sk.startswith(CHUNK), consistent_read=True)
    return (_to_chunk(item) for item in begun)


def count(t: Transaction, import_id: str, known: Chunk, outcomes: Counter[str]) -> None:
    """Move a portion on by these outcomes; ChunkTakenError when another worker moved it."""
    item = _ChunkItem(_pk(import_id), _chunk_key(known.number))
    is_there = (_ChunkItem.next == known.next) if known.next else _ChunkItem.pk.does_not_exist()
    counters = _ChunkItem.get_attributes()
    counted = (counters[outcome].add(number) for outcome, number in outcomes.items())
    actions = [_ChunkItem.next.set(known.next + outcomes.total()), _ChunkItem.schema.set(1), *counted]
    t.update(item, actions, is_there, ChunkTakenError)


def note_failed(t: Transaction, import_id: str, line: int, message: str) -> None:
    """Remember why a line could not be imported."""
    t.save(_FailureItem(_pk(import_id), f"{FAILED}{line:07}", message=message))


def failures(import_id: str) -> Iterator[Finding]:
    """The lines that could not be imported although the check let them pass."""
    for item in _FailureItem.query(_pk(import_id), _FailureItem.sk.startswith(FAILED)):
        yield Finding(int(item.sk.removeprefix(FAILED)), "", item.message)


def _to_import(item: _ImportItem) -> Import:
    return Import(
        import_id=item.pk.partition("#")[2],
        state=State(item.state),
        file_name=item.file_name,
        form_id=item.form_id,
        by=item.by,
        at=from_iso(item.at),
        lines=int(item.lines),
        headers=tuple(item.headers),
        arrangement=item.arrangement,
        read_lines=int(item.read_lines),
        found=item.found,
        chunks=int(item.chunks),
        started_at=from_iso(item.started_at) if item.started_at else None,
        ended_at=from_iso(item.ended_at) if item.ended_at else None,
    )


def _to_chunk(item: _ChunkItem) -> Chunk:
    tally = Counter({name: int(getattr(item, name)) for name in ("created", "updated", "left", "failed")})
    return Chunk(int(item.sk.removeprefix(CHUNK)), int(item.next), tally)


def _pk(import_id: str) -> str:
    return f"IMPORT#{import_id}"


def _chunk_key(number: int) -> str:
    return f"{CHUNK}{number:05}"
