"""Classes and registrations end by themselves; members are reminded before, and renew by one button.

REMINDER#<member>#<day it ends>#<day due>    REMINDER#<mail>    a mail about an end; erased when it has left
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar

from pynamodb.attributes import UnicodeAttribute

from madoguchi.japan.time import tokyo_day
from madoguchi.mail.owed import OwedMail, OwingItem, post
from madoguchi.members import endings, ends, store
from madoguchi.members.endings import Due, Kind
from madoguchi.members.items import CAPABILITY, member_key
from madoguchi.members.rules import ACTIVE, ChangedMeanwhileError, Member
from madoguchi.programme.definition import programme
from madoguchi.refusals import NotFoundError
from madoguchi.storage import TableMeta, Transaction, transaction

REMINDER = "REMINDER"
RENEWED = "term-renewed"
MOST_TRIES = 3


class ReminderItem(OwingItem):
    """A mail about the end of a class or registration."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    lives_for_its_mail: ClassVar[bool] = True
    ends_on = UnicodeAttribute()

    @property
    def member_id(self) -> str:
        """Whose."""
        return self.pk.split("#")[1]


@dataclass(frozen=True, slots=True)
class Term:
    """A member's registration: under which scheme, until when, and whether it is over or may be renewed."""

    scheme: str
    version: int
    ends_on: date
    has_ended: bool
    may_renew: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Of all registrations: how many are active, how many of these end until the day `soon`, how many have ended."""

    active: int
    ending: int
    ended: int
    soon: date


def term_of(member: Member, today: date) -> Term | None:
    """The member's term; None where registrations do not end."""
    if member.ends_on is None:
        return None
    over, open_now = endings.has_ended(member, today), endings.may_renew(member, today)
    return Term(programme().members.scheme, member.version, member.ends_on, over, open_now)


def renew(member_id: str, now: datetime) -> None:
    """Give the member another term and a mail that says so; before it is time, nothing happens."""
    today = tokyo_day(now)
    for _ in range(MOST_TRIES):
        member = store.get(member_id)
        if not endings.may_renew(member, today):
            return
        try:
            owed = _renew(member, now)
        except ChangedMeanwhileError:
            continue
        post(owed)
        return
    raise ChangedMeanwhileError


def note_first_use(t: Transaction, member_id: str, day: date) -> None:
    """Note the day on which the member first came, if it is the first; the class may last from it."""
    try:
        member = store.get(store.current_id(member_id))
    except NotFoundError:
        return
    if member.first_used_on is None:
        store.replace(t, member, replace(member, first_used_on=day))


def see_to(member_id: str, day: date, now: datetime) -> Counter[str]:
    """Do what is due for a member on that day, each exactly once; returns what was done."""
    what = member_key(member_id)
    try:
        member = store.get(member_id)
    except NotFoundError:
        member = None
    due = [each for each in endings.calendar(member) if each.day == day] if member and member.status == ACTIVE else []
    with transaction() as t:
        ends.settle(t, day, what)
        owed = [_remind(t, member_id, each, now) for each in due if each.kind is not Kind.CLASS_END]
        if member and any(each.kind is Kind.CLASS_END for each in due):
            store.replace(t, member, endings.class_ended(member, tokyo_day(now)))
        elif member and (following := endings.next_due(member, day)):
            ends.plan(t, following, what)
    for each in owed:
        post(each)
    return Counter(each.kind.value for each in due)


def standing(now: datetime) -> Standing:
    """How many registrations are active, end soon, or have ended without being renewed."""
    today, counts = tokyo_day(now), Counter[str]()
    soon = today + timedelta(days=max(_reminders(), default=0))
    for month in store.months(now):
        for _, member in store.present(month):
            if member["status"] == ACTIVE:
                ends_on = date.fromisoformat(member.get("ends_on", date.max.isoformat()))
                counts["ended" if ends_on < today else "active"] += 1
                counts["ending"] += today <= ends_on <= soon
    return Standing(counts["active"], counts["ending"], counts["ended"], soon)


def _reminders() -> list[int]:
    term = programme().members.term
    return term.reminders if term else []


def _renew(member: Member, now: datetime) -> OwedMail:
    new = endings.renewed(member, tokyo_day(now))
    with transaction() as t:
        store.replace(t, member, new)
        return _owe(t, member.member_id, RENEWED, new.ends_on or tokyo_day(now), tokyo_day(now), now)


def _remind(t: Transaction, member_id: str, due: Due, now: datetime) -> OwedMail:
    return _owe(t, member_id, due.kind.value, due.ends_on, due.day, now)


def _owe(t: Transaction, member_id: str, mail: str, ends_on: date, day: date, now: datetime) -> OwedMail:
    pk = f"{REMINDER}#{member_id}#{ends_on}#{day}"
    item = ReminderItem(pk, f"{REMINDER}#{mail}", ends_on=ends_on.isoformat())
    item.owe(mail, now)
    t.save(item)
    return OwedMail(CAPABILITY, item.pk, item.sk)
