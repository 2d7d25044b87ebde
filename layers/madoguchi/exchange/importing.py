"""Taking over a list of members from a file: upload, arrange, check, import.

The check draws the plan: who is made, who is changed, what is wrong with which line. Importing carries it out in
portions that several workers take up. A member's id follows from the import and the line, and the member and the
tally of the portion are written together: whatever is killed or delivered twice, every line counts once.
The file and the plan are deleted at the end; what stays are counts, line numbers and advice.
"""

import contextlib
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from madoguchi.audit.store import Entry, record
from madoguchi.exchange import columns, files, import_store, import_work
from madoguchi.exchange.import_lines import Arrangement, Draughtsman, Finding, Known, Person, chunks_of
from madoguchi.exchange.import_store import ChunkTakenError, Import, ImportChangedError, State
from madoguchi.japan.time import Month, from_iso, to_iso, tokyo_day
from madoguchi.members import store
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.refusals import InvalidError
from madoguchi.spreadsheets import UnreadableFileError, read_csv

UPLOADED, CHECKED, STARTED, DISCARDED = "upload list", "check list", "import list", "discard list"
MOST_LINES = 50_000
# More than any form asks; each is a list to choose from on one page.
MOST_COLUMNS = 200
CHUNK_PEOPLE = 120
NOTED_EVERY = 500
KEPT = timedelta(days=7)
STUCK = timedelta(minutes=15)


class NoPeopleError(UnreadableFileError):
    """There is a heading and nothing below it."""

    message = "見出しの下に行がありません。利用者の行があるファイルを選んでください。"


class TooManyLinesError(UnreadableFileError):
    """More than one import should hold."""

    message = f"一度に取り込めるのは{MOST_LINES:,}行までです。ファイルを分けてください。"


class TooManyColumnsError(UnreadableFileError):
    """More columns than a page can ask about."""

    message = f"取り込めるのは{MOST_COLUMNS}列までです。要らない列を消して、もう一度選んでください。"


class HasErrorsError(InvalidError):
    """Nothing is imported while lines are wrong, unless staff say so."""

    code = "has_errors"
    message = "誤りのある行があります。ファイルを直すか、「誤りのある行を除いて取り込む」にチェックを入れてください。"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is."""

    done: int
    total: int
    tally: Counter[str]


# Staff


def upload(content: bytes, *, file_name: str, form_id: str, by: str, source: str, now: datetime) -> str:
    """Keep a file and give the import's id; UnreadableFileError when it is no list."""
    table = read_csv(content)
    if not table.lines:
        raise NoPeopleError
    if len(table.lines) > MOST_LINES:
        raise TooManyLinesError
    if len(table.headers) > MOST_COLUMNS:
        raise TooManyColumnsError
    import_id = secrets.token_urlsafe(12)
    files.keep(_key(import_id, "upload"), content)
    uploaded = Import(import_id, State.UPLOADED, file_name[:100], form_id, by, now, len(table.lines), table.headers, {})
    import_store.add(uploaded)
    record(Entry(now, by, UPLOADED, f"imports/{import_id}", source))
    return import_id


def guess(known: Import) -> list[str]:
    """The key of our column for each column of the file, '' where none is recognised."""
    found = columns.recognised(programme().registration.form(known.form_id), known.headers)
    seen: set[str] = set()
    keys = []
    for header in known.headers:
        keys.append("" if header in seen else found.get(header, ""))
        seen.add(header)
    return keys


def arrange(known: Import, arrangement: Arrangement, *, by: str, source: str, now: datetime) -> None:
    """Let the worker check the file in that arrangement. It may be arranged again until it is imported."""
    import_store.go_on(known, State.CHECKING, arrangement=msgspec.to_builtins(arrangement), read_lines=0)
    files.post([{"import_id": known.import_id}])
    record(Entry(now, by, CHECKED, f"imports/{known.import_id}", source, arrangement.basis))


def start(known: Import, *, without_errors: bool, by: str, source: str, now: datetime) -> None:
    """Carry out the plan; HasErrorsError when lines are wrong and nobody said to leave them out."""
    found = known.found or {}
    if found.get("wrong") and not without_errors:
        raise HasErrorsError
    import_store.go_on(known, State.RUNNING, started_at=to_iso(now))
    basis = known.arrangement.get("basis", "")
    record(Entry(now, by, STARTED, f"imports/{known.import_id}", source, basis))
    resume(import_store.get(known.import_id), now)


def resume(known: Import, now: datetime) -> None:
    """Queue what is not done yet: the check, or the portions. Doing it once too often does no harm."""
    if known.state is State.CHECKING:
        files.post([{"import_id": known.import_id}])
    if known.state is State.RUNNING:
        files.post({"import_id": known.import_id, "chunk": number} for number in range(known.chunks))
        if not known.chunks:
            _end(known, now)


def discard(known: Import, *, by: str, source: str, now: datetime) -> None:
    """Give an import up before it begins, and delete its file."""
    if known.state not in {State.UPLOADED, State.CHECKING, State.CHECKED}:
        raise ImportChangedError
    import_store.go_on(known, State.DISCARDED, ended_at=to_iso(now))
    _forget(known)
    record(Entry(now, by, DISCARDED, f"imports/{known.import_id}", source))


def progress(known: Import) -> Progress:
    """How far the check or the import is."""
    if known.state is State.CHECKING:
        return Progress(known.read_lines, known.lines, Counter())
    tally = sum((each.tally for each in import_store.chunks(known.import_id)), Counter())
    return Progress(tally.total(), (known.found or {}).get("people", 0), tally)


def findings(known: Import) -> list[Finding]:
    """What the check found, and what could not be imported, by line. Empty when it is too long ago."""
    if known.state in {State.UPLOADED, State.CHECKING}:
        return []
    try:
        found = msgspec.json.decode(files.read(_key(known.import_id, "findings")), type=list[Finding])
    except files.FileGoneError:
        found = []
    return sorted([*found, *import_store.failures(known.import_id)], key=_line)


# The worker


def check(import_id: str, now: datetime) -> Counter[str]:
    """Draw the plan of an import and write down what was found; returns counts."""
    known = import_store.get(import_id)
    if known.state is not State.CHECKING:
        return Counter(left_to_another_run=1)
    arrangement = msgspec.convert(known.arrangement, Arrangement)
    form = programme().registration.form(known.form_id)
    draughtsman = Draughtsman(form, arrangement, Known(_members, _numbers), now, tokyo_day(now))
    for read_lines in draughtsman.draw(read_csv(files.read(_key(import_id, "upload")))):
        if read_lines % NOTED_EVERY == 0:
            import_store.note_read(import_id, read_lines)
    drawn = draughtsman.drawn
    store.note_months(Month.of(tokyo_day(from_iso(each.registered_at))) for each in drawn.people if each.registered_at)
    people = chunks_of(drawn.people, CHUNK_PEOPLE)
    for number, chunk in enumerate(people):
        files.keep(_chunk_key(import_id, number), msgspec.json.encode(chunk))
    files.keep(_key(import_id, "findings"), msgspec.json.encode(drawn.findings))
    found = {
        "people": len(drawn.people),
        "known": sum(1 for each in drawn.people if each.member_id),
        "left": drawn.left,
        "wrong": drawn.wrong,
        "classes": dict(drawn.classes),
    }
    try:
        import_store.go_on(known, State.CHECKED, found=found, chunks=len(people))
    except ImportChangedError:
        _forget_if_discarded(import_id, len(people))
        return Counter(left_to_another_run=1)
    # What an earlier arrangement planned beyond this one.
    files.forget(_chunk_key(import_id, number) for number in range(len(people), known.chunks))
    return Counter(read=known.lines, wrong=drawn.wrong)


def carry_out(import_id: str, number: int, now: datetime) -> Counter[str]:
    """Import what is left of a portion; returns counts. It may be killed anywhere and taken up again."""
    known = import_store.get(import_id)
    if known.state is not State.RUNNING:
        return Counter(left_to_another_run=1)
    counts: Counter[str] = Counter()
    try:
        people = msgspec.json.decode(files.read(_chunk_key(import_id, number)), type=list[Person])
        counts = import_work.carry_out(import_work.Job.of(known, now), import_store.chunk(import_id, number), people)
    except ChunkTakenError:
        return Counter(left_to_another_run=1)
    except files.FileGoneError:  # all were done; whoever deleted the plan did not come to say so
        counts["plan_is_gone"] += 1
    if progress(known).done >= (known.found or {}).get("people", 0):
        _end(known, now)
    return counts


def tidy(now: datetime) -> Counter[str]:
    """Delete files that nobody used, and queue again what seems to stand still."""
    counts: Counter[str] = Counter()
    for each in import_store.newest():
        if each.state in import_store.WITH_FILE - {State.RUNNING} and now - each.at > KEPT:
            with contextlib.suppress(ImportChangedError):  # somebody went on with it at this moment
                import_store.go_on(each, State.DISCARDED, ended_at=to_iso(now))
                _forget(each)
                counts["discarded"] += 1
        elif each.state is State.RUNNING and each.started_at and now - each.started_at > STUCK:
            resume(each, now)
            counts["resumed"] += 1
    return counts


def _end(known: Import, now: datetime) -> None:
    _forget(known, findings_too=False)
    with contextlib.suppress(ImportChangedError):  # another worker said so
        import_store.go_on(known, State.DONE, ended_at=to_iso(now))


def _forget_if_discarded(import_id: str, chunks: int) -> None:
    """Delete a plan that was drawn while somebody gave the import up; that of another run of the check stays."""
    known = import_store.get(import_id)
    if known.state is State.DISCARDED:
        _forget(replace(known, chunks=chunks))


def _forget(known: Import, *, findings_too: bool = True) -> None:
    keys = [_key(known.import_id, "upload"), *(_chunk_key(known.import_id, each) for each in range(known.chunks))]
    files.forget([*keys, _key(known.import_id, "findings")] if findings_too else keys)


def _members(addresses: Iterable[str]) -> dict[str, Member]:
    owners = store.ids_of_addresses(addresses)
    members = store.those(owners.values())
    return {address: members[owner] for address, owner in owners.items() if owner in members}


def _numbers(numbers: Iterable[str]) -> set[str]:
    return store.numbers_taken(numbers)


def _line(finding: Finding) -> int:
    return finding.line


def _key(import_id: str, name: str) -> str:
    return f"imports/{import_id}/{name}"


def _chunk_key(import_id: str, number: int) -> str:
    return _key(import_id, f"people/{number:05}")
