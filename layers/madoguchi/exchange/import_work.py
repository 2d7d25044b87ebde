"""Carrying out the plan of an import: each person and the tally of their portion in one transaction."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

import msgspec
from aws_lambda_powertools import Logger

from madoguchi.exchange import import_store
from madoguchi.exchange.import_lines import UPDATE, Arrangement, Person
from madoguchi.exchange.import_store import Chunk, ChunkTakenError, Import
from madoguchi.japan.time import from_iso, tokyo_day
from madoguchi.mail.owed import OwedMail, post
from madoguchi.members import changes, store
from madoguchi.members.rules import (
    AlreadyRegisteredError,
    ConsentRecord,
    Member,
    NumberTakenError,
    Origin,
    Pending,
)
from madoguchi.members.usecases import member_of
from madoguchi.programme.definition import programme
from madoguchi.refusals import ConflictError, NotFoundError, Refusal
from madoguchi.storage import Transaction, transaction

# A member takes up to sixteen operations, and a transaction a hundred: an organisation is found by four names.
PEOPLE_AT_ONCE = 6
MOST_TRIES = 5
GREETING = "registration-done"
TRANSFERRED = "移行"

logger = Logger()


@dataclass(frozen=True, slots=True)
class Job:
    """An import that is carried out: what every line of it has in common."""

    known: Import
    arrangement: Arrangement
    now: datetime

    @classmethod
    def of(cls, known: Import, now: datetime) -> Self:
        """The import as it was arranged."""
        return cls(known, msgspec.convert(known.arrangement, Arrangement), now)

    def member_id(self, person: Person) -> str:
        """Follows from the import and the line: the same line can never become two members."""
        digest = hashlib.sha256(f"{self.known.import_id}#{person.line}".encode()).hexdigest()
        return digest[:16]

    def consents(self, person: Person) -> tuple[ConsentRecord, ...]:
        """What the list proves. The version says that it was taken over, and when."""
        form = programme().registration.form(self.known.form_id)
        version, page = f"{TRANSFERRED} {tokyo_day(self.now).isoformat()}", f"/imports/{self.known.import_id}"
        return tuple(
            ConsentRecord(each.id, version, given=True, at=self.now, page=page, source="")
            for each in form.consents
            if each.id in person.ticked
        )

    def member(self, person: Person) -> Member:
        """The new member whom a line brings."""
        consents, form_id = self.consents(person), self.known.form_id
        pending = Pending(person.values, consents, self.now, form_id, person.source)
        made = member_of(pending, self.member_id(person), self.now)
        return replace(
            made,
            number=person.number or made.number,
            registered_at=from_iso(person.registered_at) if person.registered_at else self.now,
            stage=person.stage or made.stage,
            origin=Origin.IMPORT,
            registered_by=self.known.by,
        )


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be written for one person, and what becomes of the line then."""

    outcome: str
    write: Callable[[Transaction], OwedMail | None]


def carry_out(job: Job, chunk: Chunk, people: Sequence[Person]) -> Counter[str]:
    """Import what is left of a portion; the outcomes. ChunkTakenError when another worker is at it."""
    counts: Counter[str] = Counter()
    while chunk.next < len(people):
        some = people[chunk.next : chunk.next + PEOPLE_AT_ONCE]
        try:
            outcomes = _write(job, chunk, [_work(job, person) for person in some])
        except ChunkTakenError:
            raise
        except Refusal:
            # One of them stands in the way of all: they are written one by one.
            outcomes = Counter()
            for person in some:
                outcome = _settle(job, replace(chunk, next=chunk.next + outcomes.total()), person)
                outcomes[outcome] += 1
        chunk = replace(chunk, next=chunk.next + outcomes.total())
        counts += outcomes
    return counts


def _write(job: Job, chunk: Chunk, works: Sequence[_Work]) -> Counter[str]:
    outcomes = Counter(work.outcome for work in works)
    with transaction() as t:
        import_store.count(t, job.known.import_id, chunk, outcomes)
        owed = [work.write(t) for work in works]
    for each in owed:
        if each:
            post(each)
    return outcomes


def _settle(job: Job, chunk: Chunk, person: Person) -> str:
    """Write one person, whatever has changed since the check; the outcome."""
    for _ in range(MOST_TRIES):
        work = _work(job, person)
        try:
            _write(job, chunk, [work])
        except ChunkTakenError:
            raise
        except NumberTakenError:
            person = msgspec.structs.replace(person, number="")
        except AlreadyRegisteredError:
            member_id = store.id_of_address(str(person.values.get("email", ""))) or ""
            person = msgspec.structs.replace(person, member_id=member_id)
        except ConflictError as refusal:
            logger.info("line is tried again", import_id=job.known.import_id, line=person.line, code=refusal.code)
        else:
            return work.outcome
    _write(
        job, chunk, [_failure(job, person, "ほかの操作と重なり、取り込めませんでした。もう一度取り込んでください。")]
    )
    return "failed"


def _work(job: Job, person: Person) -> _Work:
    if not person.member_id:
        return _creation(job, person)
    try:
        old = store.get(person.member_id)
    except NotFoundError:  # they left in the meantime
        return _failure(job, person, "確認のあとに退会した人です。取り込みませんでした。")
    new = changes.answered(old, {**old.all_answers, **person.values}, job.now)
    if job.arrangement.existing != UPDATE or new == old:
        return _Work("left", _write_nothing)
    by, now, tells = job.known.by, job.now, job.arrangement.greets
    return _Work("updated", lambda t: changes.record(t, old, new, by=by, now=now, tells=tells)[1])


def _creation(job: Job, person: Person) -> _Work:
    member = job.member(person)

    def write(t: Transaction) -> OwedMail | None:
        owed = store.add(t, member, mail=GREETING if job.arrangement.greets else "")
        return owed if job.arrangement.greets and member.email else None

    return _Work("created", write)


def _failure(job: Job, person: Person, message: str) -> _Work:
    return _Work("failed", lambda t: import_store.note_failed(t, job.known.import_id, person.line, message))


def _write_nothing(_: Transaction) -> None:
    return None
