"""Changing a member: one way for members and for staff, with a history, and a mail that says what was changed.

MEMBER#<id>    CHANGE#<revision>    which answers were corrected, by whom, when; and what they were before

What an answer was before is as personal as the answer: it is kept as long as the profile and goes with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from madoguchi.japan.time import from_iso, to_iso, tokyo_day
from madoguchi.mail.owed import OwedMail, OwingItem, post
from madoguchi.members import endings, store
from madoguchi.members.items import CAPABILITY
from madoguchi.members.leaving import LeftError
from madoguchi.members.rules import (
    ACTIVE,
    LEAVING,
    NAME_FIELDS,
    ChangedMeanwhileError,
    ConsentRecord,
    Member,
    Place,
)
from madoguchi.programme.definition import programme
from madoguchi.programme.questions import Answers, Value, values_of
from madoguchi.refusals import NotFoundError
from madoguchi.storage import TableMeta, Transaction, transaction

CHANGE = "CHANGE"
OWN, REPRESENTATIVE, STAFF = "ご本人", "団体・企業の担当者", "運営事務局"


class ChangeItem(OwingItem):
    """A correction; owes the mail that tells the member about it."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    at = UnicodeAttribute()
    by = UnicodeAttribute()
    fields = JSONAttribute()
    before = JSONAttribute()

    @property
    def member_id(self) -> str:
        """Whose."""
        return self.pk.removeprefix("MEMBER#")


@dataclass(frozen=True, slots=True)
class Correction:
    """That some answers of a member were changed; `by` is the member's own id or that of a member of staff."""

    at: datetime
    by: str
    fields: tuple[str, ...]
    before: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be different: the answers to the whole form (`Reading.values`), and words on consents by their ids.

    Answers without an address leave the address as it is. None: the answers stay. `form_id` names the form that the
    answers belong to, when it is another than so far.
    """

    answers: Answers | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)
    form_id: str = ""


def change(member_id: str, wanted: Wanted, *, revision: int, by: str, place: Place, now: datetime) -> Member:
    """Give a member other answers, or another word on consents; the member as it stands then.

    `revision` is the one that was seen: ChangedMeanwhileError when it is an older one; AlreadyRegisteredError when
    the address is somebody else's. Nothing is written when nothing differs.
    """
    old = store.get(member_id)
    new = replace(old, form_id=wanted.form_id or old.form_id)
    new = new if wanted.answers is None else answered(new, wanted.answers, now)
    words = _words(old, wanted.consents, place=place, now=now)
    if not words and not corrected(old, new) and (old.class_id, old.form_id) == (new.class_id, new.form_id):
        # The same form sent twice, perhaps by a double press.
        return old
    if old.revision != revision:
        raise ChangedMeanwhileError
    new = replace(new, consent_history=(*old.consent_history, *words))
    with transaction() as t:
        new, owed = record(t, old, new, by=by, now=now)
        _heed(t, member_id, words, now)
    if owed:
        post(owed)
    return new


def record(
    t: Transaction, old: Member, new: Member, *, by: str, now: datetime, tells: bool = True
) -> tuple[Member, OwedMail | None]:
    """Replace a member, keep what was corrected, and owe the mail about it; the caller posts what is owed.

    Without `tells` nobody is written to: a whole list was taken over. LeftError when the member is leaving: what is
    noted then could be left behind.
    """
    if old.status != ACTIVE:
        raise LeftError if old.status == LEAVING else ChangedMeanwhileError
    new = store.replace(t, old, new)
    fields = corrected(old, new)
    if not fields:
        return new, None
    before = {key: value for key, value in old.all_answers.items() if _question(key) in fields}
    item = ChangeItem(f"MEMBER#{old.member_id}", f"{CHANGE}#{old.revision:06}", at=to_iso(now), by=by)
    item.fields, item.before = fields, before
    tells = tells and bool(new.email)
    if tells:
        item.owe("registration-changed", now)
    t.save(item, ChangeItem.pk.does_not_exist(), ChangedMeanwhileError)
    return new, OwedMail(CAPABILITY, item.pk, item.sk) if tells else None


def answered(member: Member, answers: Answers, now: datetime) -> Member:
    """The member with other answers to the form, and the class that these lead to."""
    asked = {each.id for each in member.form.fields}
    kept = {key: value for key, value in member.all_answers.items() if _question(key) not in asked or key == "email"}
    values = {**kept, **answers}
    family_name, given_name, family_kana, given_kana, email = (str(values.pop(each, "")) for each in NAME_FIELDS)
    new = replace(
        member,
        family_name=family_name,
        given_name=given_name,
        family_kana=family_kana,
        given_kana=given_kana,
        email=email,
        answers=values,
    )
    ended = endings.ended_for_good(new)
    found = programme().members.class_of(new.all_answers, tokyo_day(now), shown=new.shown, ended=ended)
    return replace(new, class_id=found.id, ended=ended)


def corrected(old: Member, new: Member) -> list[str]:
    """The fields whose answers differ, in the order of the forms."""
    was, becomes = old.all_answers, new.all_answers
    differing = {
        _question(key) for key in {*was, *becomes} if list(values_of(was, key)) != list(values_of(becomes, key))
    }
    order = list(programme().registration.fields)
    return sorted(differing, key=lambda each: (order.index(each) if each in order else len(order), each))


def history(member_id: str) -> list[Correction]:
    """Every correction of a member, the newest first."""
    found = ChangeItem.query(f"MEMBER#{member_id}", ChangeItem.sk.startswith(f"{CHANGE}#"), scan_index_forward=False)
    return [Correction(from_iso(each.at), each.by, tuple(each.fields), each.before) for each in found]


def author_of(correction_by: str, member: Member) -> str:
    """How a member reads who corrected their answers: as what, never by name."""
    if correction_by == member.member_id:
        return OWN
    try:
        store.get(correction_by)
    except NotFoundError:
        return STAFF
    return REPRESENTATIVE


def labels_of(fields: Sequence[str]) -> list[str]:
    """How people read these fields; a field that the forms lost keeps its id."""
    known = programme().registration.fields
    return [known[each].label if each in known else each for each in fields]


def _question(key: str) -> str:
    """The field to which a stored answer belongs: the text of an "other" choice belongs to the choice."""
    choice = key.removesuffix("_other")
    return choice if choice != key and choice in programme().registration.fields else key


def _words(old: Member, consents: Mapping[str, bool], *, place: Place, now: datetime) -> list[ConsentRecord]:
    """A new word for each consent that is given or taken back."""
    versions = {each.id: each.version for form in programme().registration.forms for each in form.consents}
    return [
        ConsentRecord(each, versions[each], given, now, place.page, place.source)
        for each, given in consents.items()
        if given != old.consents_to(each)
    ]


def _heed(t: Transaction, member_id: str, words: list[ConsentRecord], now: datetime) -> None:
    """Let the list of subscribers follow the word on newsletters."""
    newsletters = programme().newsletters_part
    for word in words:
        if newsletters and word.consent_id == newsletters.consent:
            store.subscribe(t, member_id, now) if word.given else store.unsubscribe(t, member_id)
