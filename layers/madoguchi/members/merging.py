"""Two registrations that turn out to be one person: one survives, the other points to it.

MEMBER#<survivor>    MERGED#<other>    that the other one was merged into it
MEMBER#<survivor>    UNDO#<other>      both as they were, for as long as the merge can be undone
MEMBER#<other>       PROFILE           nothing personal any more; names the survivor

What bookings, sign-ups and deliveries say of the other one stays as it is: whoever reads them follows the pointer.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from madoguchi.audit.store import Entry, record
from madoguchi.japan.time import from_iso, to_iso, tokyo_day
from madoguchi.members import history, store
from madoguchi.members.casework import Clerk
from madoguchi.members.history import Kind, Step
from madoguchi.members.items import (
    CAPABILITY,
    MemberItem,
    SignpostItem,
    UniqueItem,
    member_item,
    member_key,
    to_member,
)
from madoguchi.members.rules import ACTIVE, NAME_FIELDS, ChangedMeanwhileError, Member, folded
from madoguchi.members.store import ELSEWHERE, MERGED
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import shown
from madoguchi.programme.questions import Field
from madoguchi.refusals import ConflictError, InvalidError
from madoguchi.storage import Item, TableMeta, Transaction, transaction

MERGE_SEEN, MERGE_DONE, MERGE_UNDONE = "compare members", "merge members", "undo merge of members"
MERGED_STATUS = "merged"
UNDO = "UNDO#"
CAN_BE_UNDONE = timedelta(days=30)


class NotTwoError(InvalidError):
    """A member cannot be merged with itself, nor with one that is no longer active."""

    code = "not_two"
    message = "統合できるのは、登録中の、別々の二つの登録です。"


class SurvivorOfOthersError(ConflictError):
    """Others point to the one that would go."""

    code = "survivor_of_others"
    message = "消えるほうの登録は、以前の統合で残した登録です。残す登録を入れ替えてください。"


class TooLateError(ConflictError):
    """The merge is too long ago, or the survivor changed since."""

    code = "too_late"
    message = "統合から30日を過ぎたか、そのあとで登録内容が変わったため、元に戻せません。"


class UndoItem(Item):
    """Both members as they were before a merge."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    at = UnicodeAttribute()
    kept = UnicodeAttribute()
    gone = UnicodeAttribute()
    revision = NumberAttribute()
    ttl = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Difference:
    """A question to which the two gave different answers."""

    field: Field
    kept: str
    gone: str


@dataclass(frozen=True, slots=True)
class Undoable:
    """A merge that can still be undone: with whom, until when."""

    member_id: str
    number: str
    until: datetime


def compare(kept_id: str, gone_id: str, *, by: Clerk, now: datetime) -> tuple[Member, Member, list[Difference]]:
    """Both members, and the questions that they answered differently; audited."""
    kept, gone = _two(kept_id, gone_id)
    record(Entry(now, by.staff_id, MERGE_SEEN, f"members/{kept_id},{gone_id}", by.source))
    return kept, gone, list(_differences(kept, gone))


def merge(kept: Member, gone: Member, taken: Collection[str], *, by: Clerk, now: datetime) -> None:
    """Let `kept` stand for both, with the answers to `taken` from the other one.

    Both as their page showed them: ChangedMeanwhileError when one was changed since.
    """
    new = _merged(kept, gone, taken, now)
    with transaction() as t:
        written = store.rewrite(t, kept, new)
        store.rewrite(t, gone, _stub(gone, kept.member_id))
        _give(t, kept.member_id, gone, was=gone.member_id)
        _keep_undo(t, kept, gone, written.revision, now)
        _heed_newsletters(t, {kept.member_id: new, gone.member_id: None}, now)
        _note(t, Kind.MERGED, kept, gone, by, now)
        if kept.email and folded(new.email) != folded(kept.email):
            store.point(t, kept.member_id, f"EMAIL#{folded(kept.email)}")
    record(Entry(now, by.staff_id, MERGE_DONE, f"members/{kept.member_id},{gone.member_id}", by.source))


def undo(kept_id: str, gone_id: str, *, by: Clerk, now: datetime) -> None:
    """Make two of one again, each as it was; TooLateError after 30 days or when the survivor changed since."""
    item = _undo_item(kept_id, gone_id, now)
    kept_now, stub = store.get(kept_id), store.get(gone_id)
    if kept_now.revision != int(item.revision):
        raise TooLateError
    kept, gone = _thawed(item.kept), _thawed(item.gone)
    with transaction() as t:
        store.rewrite(t, kept_now, kept)
        store.rewrite(t, stub, gone)
        _give(t, gone_id, gone, was=kept_id)
        own = member_key(kept_id)
        t.delete(UndoItem(own, item.sk))
        t.delete(SignpostItem(own, f"{MERGED}{gone_id}"))
        # Only what this merge pointed to: an earlier one may still stand.
        addresses = {f"EMAIL#{folded(each.email)}" for each in (kept, gone) if each.email}
        for pk in sorted(addresses | {f"NUMBER#{gone.number}"}):
            t.delete(SignpostItem(own, f"{ELSEWHERE}{pk}"))
        _heed_newsletters(t, {kept_id: kept, gone_id: gone}, now)
        _note(t, Kind.UNMERGED, kept, gone, by, now)
    record(Entry(now, by.staff_id, MERGE_UNDONE, f"members/{kept_id},{gone_id}", by.source))


def undoable(member_id: str, now: datetime) -> list[Undoable]:
    """The merges into a member that can still be undone."""
    items = UndoItem.query(member_key(member_id), UndoItem.sk.startswith(UNDO))
    found = [(each, from_iso(each.at) + CAN_BE_UNDONE) for each in items]
    return [
        Undoable(each.sk.removeprefix(UNDO), _thawed(each.gone).number, until) for each, until in found if until > now
    ]


def _two(kept_id: str, gone_id: str) -> tuple[Member, Member]:
    kept, gone = store.get(kept_id), store.get(gone_id)
    if kept_id == gone_id or {kept.status, gone.status} != {ACTIVE}:
        raise NotTwoError
    if store.absorbed(gone_id):
        raise SurvivorOfOthersError
    return kept, gone


def _differences(kept: Member, gone: Member) -> Iterator[Difference]:
    for field in {each.id: each for form in (kept.form, gone.form) for each in form.fields}.values():
        one, other = shown(field, kept.all_answers), shown(field, gone.all_answers)
        if one != other:
            yield Difference(field, one, other)


def _merged(kept: Member, gone: Member, taken: Collection[str], now: datetime) -> Member:
    answers, others = dict(kept.all_answers), gone.all_answers
    for field in taken:
        for key in (field, f"{field}_other"):
            answers.pop(key, None)
            if key in others:
                answers[key] = others[key]
    names = {field: str(answers.pop(field, "")) for field in NAME_FIELDS}
    named = _named(kept, names)
    words = tuple(sorted({*kept.consent_history, *gone.consent_history}, key=lambda each: each.at))
    new = replace(
        named,
        answers=answers,
        consent_history=words,
        shown=kept.shown | gone.shown,
        first_used_on=min(filter(None, (kept.first_used_on, gone.first_used_on)), default=None),
        organisation_id=kept.organisation_id or gone.organisation_id,
        coordinator_id=kept.coordinator_id or gone.coordinator_id,
        stage=kept.stage or gone.stage,
    )
    found = programme().members.class_of(new.all_answers, tokyo_day(now), shown=new.shown)
    return replace(new, class_id=found.id)


def _stub(gone: Member, kept_id: str) -> Member:
    return replace(
        _named(gone, dict.fromkeys(NAME_FIELDS, "")),
        answers={},
        consent_history=(),
        status=MERGED_STATUS,
        merged_into=kept_id,
        stage="",
        shown=frozenset(),
        organisation_id="",
        coordinator_id="",
    )


def _named(member: Member, names: Mapping[str, str]) -> Member:
    return replace(
        member,
        family_name=names["family_name"],
        given_name=names["given_name"],
        family_kana=names["family_kana"],
        given_kana=names["given_kana"],
        email=names["email"],
    )


def _give(t: Transaction, member_id: str, gone: Member, *, was: str) -> None:
    """Let the number and the address of the one who goes lead to a member."""
    keys = [(f"NUMBER#{gone.number}", "NUMBER")]
    if gone.email:
        keys.append((f"EMAIL#{folded(gone.email)}", "EMAIL"))
    for pk, sk in keys:
        t.save(UniqueItem(pk, sk, member_id=member_id), UniqueItem.member_id == was, ChangedMeanwhileError)
        if member_id != gone.member_id:
            store.point(t, member_id, pk)


def _keep_undo(t: Transaction, kept: Member, gone: Member, revision: int, now: datetime) -> None:
    own = member_key(kept.member_id)
    t.save(SignpostItem(own, f"{MERGED}{gone.member_id}"))
    item = UndoItem(own, f"{UNDO}{gone.member_id}", at=to_iso(now), kept=_frozen(kept), gone=_frozen(gone))
    item.revision, item.ttl = revision, int((now + CAN_BE_UNDONE).timestamp())
    t.save(item)


def _heed_newsletters(t: Transaction, members: dict[str, Member | None], now: datetime) -> None:
    """Let the list of subscribers follow the words on newsletters; somebody who is no more (None) leaves it."""
    newsletters = programme().newsletters_part
    if newsletters is None:
        return
    for member_id, member in members.items():
        wants = bool(member and member.email and member.consents_to(newsletters.consent))
        if wants == bool(store.unsubscribe_token(member_id)):
            continue
        if wants:
            store.subscribe(t, member_id, now)
        else:
            store.unsubscribe(t, member_id)


def _note(t: Transaction, kind: Kind, kept: Member, gone: Member, by: Clerk, now: datetime) -> None:
    history.note(t, kept.member_id, Step(kind, now, by.staff_id, {"other": gone.member_id}))
    history.note(t, gone.member_id, Step(kind, now, by.staff_id, {"other": kept.member_id}))


def _undo_item(kept_id: str, gone_id: str, now: datetime) -> UndoItem:
    try:
        item = UndoItem.get(member_key(kept_id), f"{UNDO}{gone_id}", consistent_read=True)
    except DoesNotExist as missing:
        raise TooLateError from missing
    if from_iso(item.at) + CAN_BE_UNDONE <= now:
        raise TooLateError
    return item


def _frozen(member: Member) -> str:
    return json.dumps(member_item(member).to_dynamodb_dict(), ensure_ascii=False)


def _thawed(text: str) -> Member:
    item = MemberItem()
    item.from_dynamodb_dict(json.loads(text))
    return to_member(item)
