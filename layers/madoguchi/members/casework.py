"""What staff do about one member: see, mark evidence as seen, move to another stage, assign, link.

Each step names the revision that its page showed; who was slower is told so (ChangedMeanwhileError). Every look at
a member is in the audit log, by ids alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from madoguchi.audit.store import Entry, record
from madoguchi.japan.time import tokyo_day
from madoguchi.members import history, search, store
from madoguchi.members.history import Kind, Move, Step
from madoguchi.members.rules import (
    ACTIVE,
    ChangedMeanwhileError,
    Member,
)
from madoguchi.members.search import Filters, Found
from madoguchi.programme.definition import programme
from madoguchi.programme.membership import Stage
from madoguchi.refusals import InvalidError
from madoguchi.storage import transaction

SEARCHED, SEEN, OVERSEEN = "search members", "see member", "see members' figures"
CHANGED = "change member"


class NoReasonError(InvalidError):
    """A move wants a reason."""

    code = "no_reason"
    message = "理由を入力してください。あとから経緯をたどるために残します。"


class NoSuchStageError(InvalidError):
    """The stage is not one that the member can come into now."""

    code = "no_such_stage"
    message = "移れる段階の中から選んでください。"


class NobodyFoundError(InvalidError):
    """No member has that number."""

    code = "nobody_found"
    message = "その登録番号の利用者が見つかりません。番号を確かめてください。例）1234-5678"


class NoOrganisationError(InvalidError):
    """The number is nobody's, or that of a person."""

    code = "no_organisation"
    message = "その登録番号の団体・企業が見つかりません。番号を確かめてください。例）1234-5678"


class NotAClassError(InvalidError):
    """The class wants no evidence, or does not exist."""

    code = "not_a_class"
    message = "確認の記録が要る区分を選んでください。"


class NoEvidenceError(InvalidError):
    """What was shown is not said."""

    code = "no_evidence"
    message = "何を見て確認したかを選ぶか、入力してください。"


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who works at the console, and from where."""

    staff_id: str
    source: str


def find(typed: str, *, by: Clerk, now: datetime) -> list[Member]:
    """Members by number, whole address, or the beginning of a name; the search is audited, without what was typed."""
    members = list(store.those(search.by_text(typed)).values())
    members.sort(key=lambda each: (each.kana or each.name, each.member_id))
    note_search("by text", [each.member_id for each in members], by, now)
    return members


def filter_members(filters: Filters, page: int, size: int, *, by: Clerk, now: datetime) -> tuple[int, list[Member]]:
    """How many members fit, and those of one page (from 1); audited with the ids that are shown."""
    found = search.matching(filters)
    ids = [each.member_id for each in found[(page - 1) * size : page * size]]
    known = store.those(ids)
    note_search(" ".join(["by", *(filters.used or ["time"])]), ids, by, now)
    return len(found), [known[each] for each in ids if each in known]


def oversee(filters: Filters, *, by: Clerk, now: datetime) -> list[Found]:
    """Everybody who fits, for figures; audited."""
    record(Entry(now, by.staff_id, OVERSEEN, "members", by.source))
    return search.matching(filters)


def see(member_id: str, *, by: Clerk, now: datetime) -> Member:
    """The member, or NotFoundError; audited."""
    member = store.get(member_id)
    record(Entry(now, by.staff_id, SEEN, f"members/{member_id}", by.source))
    return member


def note_shown(member_id: str, class_id: str, what: str, *, revision: int, by: Clerk, now: datetime) -> Member:
    """Keep that evidence of a class was seen, and give the class that the answers lead to now."""
    if not what.strip():
        raise NoEvidenceError
    return _mark(member_id, class_id, Step(Kind.SHOWN, now, by.staff_id, {"what": what.strip()}), revision, by)


def undo_shown(member_id: str, class_id: str, *, revision: int, by: Clerk, now: datetime) -> Member:
    """Take the mark back."""
    return _mark(member_id, class_id, Step(Kind.NOT_SHOWN, now, by.staff_id), revision, by)


def next_stages(member: Member) -> Sequence[Stage]:
    """The stages into which the member can come now; from everywhere one may be put where one starts."""
    stages = programme().members.stages
    return [each for each in stages if each.id != member.stage and (not each.after or member.stage in each.after)]


def move(member_id: str, stage_id: str, reason: str, *, revision: int, by: Clerk, now: datetime) -> Member:
    """Put a member into another stage, with the reason."""
    old = _as_seen(member_id, revision)
    if stage_id not in {each.id for each in next_stages(old)}:
        raise NoSuchStageError
    if not reason.strip():
        raise NoReasonError
    with transaction() as t:
        new = store.replace(t, old, replace(old, stage=stage_id))
        step = Move(member_id, now, old.stage, stage_id)
        history.note_move(t, step, by=by.staff_id, reason=reason.strip())
    note_change(member_id, by, now, "stage")
    return new


def assign(member_id: str, coordinator_id: str, *, revision: int, by: Clerk, now: datetime) -> Member:
    """Let a coordinator ("staff/<id>" or "member/<id>"; "" for nobody) look after a member."""
    old = _as_seen(member_id, revision)
    with transaction() as t:
        new = store.replace(t, old, replace(old, coordinator_id=coordinator_id))
        details = {"before": old.coordinator_id, "after": coordinator_id}
        history.note(t, member_id, Step(Kind.COORDINATOR, now, by.staff_id, details))
    note_change(member_id, by, now, "coordinator")
    return new


def link(member_id: str, number: str, *, revision: int, by: Clerk, now: datetime) -> Member:
    """Say to which organisation, by its registration number, a member belongs; "" for none."""
    old = _as_seen(member_id, revision)
    organisation_id = _organisation(number) if number.strip() else ""
    if organisation_id == member_id:
        raise NoOrganisationError
    with transaction() as t:
        new = store.replace(t, old, replace(old, organisation_id=organisation_id))
        details = {"before": old.organisation_id, "after": organisation_id}
        history.note(t, member_id, Step(Kind.ORGANISATION, now, by.staff_id, details))
    note_change(member_id, by, now, "organisation")
    return new


def _organisation(number: str) -> str:
    found = search.by_number(number)
    if found is None or store.get(found).form.subject != "organisation":
        raise NoOrganisationError
    return found


def _mark(member_id: str, class_id: str, step: Step, revision: int, by: Clerk) -> Member:
    classes = programme().members.classes
    if not any(each.id == class_id and each.evidence for each in classes):
        raise NotAClassError
    old = _as_seen(member_id, revision)
    shown = old.shown | {class_id} if step.kind is Kind.SHOWN else old.shown - {class_id}
    # A class that ended for want of evidence is open again to whoever shows it.
    ended = old.ended - {class_id}
    found = programme().members.class_of(old.all_answers, tokyo_day(step.at), shown=shown, ended=ended)
    with transaction() as t:
        new = store.replace(t, old, replace(old, shown=shown, class_id=found.id, ended=ended))
        history.note(t, member_id, replace(step, details={**step.details, "class_id": class_id}))
    note_change(member_id, by, step.at, step.kind.value)
    return new


def _as_seen(member_id: str, revision: int) -> Member:
    member = store.get(member_id)
    if member.revision != revision or member.status != ACTIVE:
        raise ChangedMeanwhileError
    return member


def note_change(member_id: str, by: Clerk, now: datetime, what: str) -> None:
    """Put a change by staff into the audit log."""
    record(Entry(now, by.staff_id, CHANGED, f"members/{member_id}", by.source, what))


def note_search(how: str, member_ids: list[str], by: Clerk, now: datetime) -> None:
    """Put a search into the audit log: how it was made and who was shown."""
    seen = f"members/{','.join(member_ids)}" if member_ids else "members"
    record(Entry(now, by.staff_id, SEARCHED, seen, by.source, how))
