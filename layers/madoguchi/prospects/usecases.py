"""What staff do about prospects: note, correct, move on, erase, list. Every look is audited, by ids alone."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from madoguchi import spreadsheets
from madoguchi.audit.store import Entry, record
from madoguchi.japan.time import TOKYO, months_after, tokyo_day, tokyo_instant
from madoguchi.members import search
from madoguchi.members.casework import Clerk, NobodyFoundError
from madoguchi.members.rules import reference_of
from madoguchi.programme.definition import programme
from madoguchi.prospects import store
from madoguchi.prospects.rules import (
    BASIS_LABELS,
    HEARING_LABELS,
    STATE_LABELS,
    TEXTS,
    YES_NO,
    NoPermissionError,
    Note,
    Prospect,
    ProspectChangedError,
    State,
)
from madoguchi.refusals import InvalidError
from madoguchi.spreadsheets import Particulars
from madoguchi.storage import transaction

SEEN, NOTED, MOVED, ERASED, TAKEN = (
    "see prospects", "note prospect", "move prospect", "erase prospect", "download prospects",
)  # fmt: skip
OTHER = "other"
HEADERS = ("候補の種類", "状態", "だれから聞いたか", "聞いた日", "控えてよい根拠", "連絡の可否", "控えた日")


class NoPurposeError(InvalidError):
    """A list of people leaves only for a purpose."""

    code = "no_purpose"
    message = "取り出す目的を入力してください。"


def kinds() -> dict[str, str]:
    """What somebody may be a candidate for: the stages of the programme, or anything else."""
    return {each.id: f"{each.label}の候補" for each in programme().members.stages} | {OTHER: "そのほかの候補"}


def see_all(*, by: Clerk, now: datetime) -> list[Prospect]:
    """Everybody on the list."""
    record(Entry(now, by.staff_id, SEEN, "prospects", by.source))
    return store.prospects(now)


def see(prospect_id: str, *, by: Clerk, now: datetime) -> Prospect:
    """One prospect, or NotFoundError."""
    found = store.get(prospect_id, now)
    record(Entry(now, by.staff_id, SEEN, f"prospects/{prospect_id}", by.source))
    return found


def note(noted: Note, *, nonce: str, by: Clerk, now: datetime) -> str:
    """Put somebody on the list; the id. The same form sent again changes nothing."""
    prospect_id = reference_of(nonce, {"by": by.staff_id})
    try:
        with transaction() as t:
            store.add(t, Prospect(prospect_id, noted, State.CANDIDATE, now, by.staff_id))
    except ProspectChangedError:
        return prospect_id
    record(Entry(now, by.staff_id, NOTED, f"prospects/{prospect_id}", by.source))
    return prospect_id


def correct(seen: Prospect, noted: Note, *, by: Clerk, now: datetime) -> None:
    """Replace what is noted, if it is as it was seen."""
    with transaction() as t:
        store.replace(t, replace(seen, note=noted), before=seen.state, now=now)
    record(Entry(now, by.staff_id, NOTED, f"prospects/{seen.prospect_id}", by.source))


def move(seen: Prospect, state: State, number: str, *, by: Clerk, now: datetime) -> bool:
    """Move somebody on; whether they are still on the list.

    Contacted only with permission; registered with the number of the member. Who is dropped is erased after the
    time that the definition gives to prospects: at once when it gives none.
    """
    if state not in seen.next_states:
        raise ProspectChangedError
    if state is State.CONTACTED and not seen.note.may_contact:
        raise NoPermissionError
    moved = replace(seen, state=state, member_id=_member_of(number) if state is State.REGISTERED else "")
    months = programme().retention_of("prospects").months
    is_kept = state is not State.DROPPED or months > 0
    with transaction() as t:
        if not is_kept:
            store.erase(t, seen)
            store.note_move(t, moved, seen.state, now)
        else:
            end = tokyo_instant(months_after(tokyo_day(now), months), 0) if state is State.DROPPED else None
            store.replace(t, moved, before=seen.state, now=now, erase_at=end)
    record(Entry(now, by.staff_id, MOVED, f"prospects/{seen.prospect_id}", by.source, state.value))
    return is_kept


def erase(seen: Prospect, *, by: Clerk, now: datetime) -> None:
    """Take somebody off the list, as they asked for it."""
    with transaction() as t:
        store.erase(t, seen)
    record(Entry(now, by.staff_id, ERASED, f"prospects/{seen.prospect_id}", by.source))


def take_list(purpose: str, *, by: Clerk, author: str, now: datetime) -> bytes:
    """The list as a workbook, for a purpose that is kept in the audit log."""
    if not purpose.strip():
        raise NoPurposeError
    record(Entry(now, by.staff_id, TAKEN, "prospects", by.source, purpose.strip()[:200]))
    made_at = now.astimezone(TOKYO)
    facts = (("作成した人", author), ("目的", purpose.strip()))
    content = io.BytesIO()
    title = f"{programme().site.name}　候補者の一覧"
    spreadsheets.write_xlsx(content, _rows(store.prospects(now)), Particulars(title, author, made_at, facts))
    return content.getvalue()


def _rows(found: list[Prospect]) -> Iterator[tuple[str, ...]]:
    yield (*(label for label, _, _ in TEXTS.values()), *HEADERS)
    names: Mapping[str, str] = kinds()
    for each in found:
        note = each.note
        yield (
            *(getattr(note, field) for field in TEXTS),
            names.get(note.kind, note.kind),
            STATE_LABELS[each.state],
            HEARING_LABELS[note.hearing],
            note.heard_on.isoformat(),
            BASIS_LABELS[note.basis],
            YES_NO["yes" if note.may_contact else "no"],
            tokyo_day(each.noted_at).isoformat(),
        )


def _member_of(number: str) -> str:
    found = search.by_number(number)
    if found is None:
        raise NobodyFoundError
    return found
