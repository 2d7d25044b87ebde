"""When a member's class and registration end, and when to remind them: pure values and decisions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from madoguchi.japan.time import fiscal_year_end, months_after
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.programme.membership import Expiry
from madoguchi.refusals import ConflictError

FIRST_USE = "first_use"
ONE_DAY = timedelta(days=1)


class TermEndedError(ConflictError):
    """The registration is over and was not renewed."""

    code = "term_ended"
    message = "登録の期限が過ぎています。マイページで登録を更新してから、もう一度操作してください。"


class Kind(StrEnum):
    """What is due on a day."""

    CLASS_REMINDER = "class-reminder"
    CLASS_END = "class-end"
    TERM_REMINDER = "term-reminder"


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """Something that is due on a day, about the end on another."""

    day: date
    kind: Kind
    ends_on: date


def end_of(expiry: Expiry | None, *, since: date, first_used_on: date | None = None) -> date | None:
    """The last day of what began on a day; None when it does not end, or not yet."""
    if expiry is None:
        return None
    if expiry.at_fiscal_year_end:
        return fiscal_year_end(since)
    start = first_used_on if expiry.counted_from == FIRST_USE else since
    return months_after(start, expiry.months) if start else None


def dated(old: Member | None, new: Member, today: date) -> Member:
    """The member with the days on which class and registration end, as they follow from what changed today."""
    expiry = programme().members.member_class(new.class_id).expires
    first_used = old is not None and old.first_used_on != new.first_used_on
    lasts_from_now = expiry is not None and expiry.counted_from == FIRST_USE and first_used
    if old is None or old.class_id != new.class_id or lasts_from_now:
        new = replace(new, class_ends_on=end_of(expiry, since=today, first_used_on=new.first_used_on))
    if old is None and new.ends_on is None:
        new = replace(new, ends_on=end_of(programme().members.term, since=today))
    return new


def next_due(member: Member, after: date) -> date | None:
    """The next day after that day on which something is due for the member."""
    return min((each.day for each in calendar(member) if each.day > after), default=None)


def calendar(member: Member) -> Iterator[Due]:
    """Everything that is due for the member, past days too."""
    members = programme().members
    expiry = members.member_class(member.class_id).expires
    if expiry and member.class_ends_on:
        for days in expiry.reminders:
            yield Due(member.class_ends_on - timedelta(days=days), Kind.CLASS_REMINDER, member.class_ends_on)
        yield Due(member.class_ends_on + ONE_DAY, Kind.CLASS_END, member.class_ends_on)
    if members.term and member.ends_on:
        for days in members.term.reminders:
            yield Due(member.ends_on - timedelta(days=days), Kind.TERM_REMINDER, member.ends_on)


def class_ended(member: Member, today: date) -> Member:
    """The member after their class ended: in the class that their answers lead to now."""
    over, members = member.class_id, programme().members
    shown, ended = member.shown - {over}, member.ended | {over}
    found = members.class_of(member.all_answers, today, shown=shown, ended=ended)
    return replace(member, class_id=found.id, shown=shown, ended=ended)


def ended_for_good(member: Member) -> frozenset[str]:
    """The classes that answering the form again does not bring back: those that last from the first use."""
    classes = {each.id: each for each in programme().members.classes}
    return frozenset(
        each
        for each in member.ended
        if each in classes and (expiry := classes[each].expires) and expiry.counted_from == FIRST_USE
    )


def may_renew(member: Member, today: date) -> bool:
    """Whether it is time to renew: the registration has ended, or the first reminder has been due."""
    term = programme().members.term
    if term is None or member.ends_on is None:
        return False
    return today >= member.ends_on - timedelta(days=max(term.reminders, default=0))


def renewed(member: Member, today: date) -> Member:
    """The member with another term that follows the old one, under the scheme as it is now."""
    term = programme().members.term
    old_end = member.ends_on or today
    next_begins = old_end + ONE_DAY if term and term.at_fiscal_year_end else old_end
    return replace(member, ends_on=end_of(term, since=max(today, next_begins)), version=programme().version)


def has_ended(member: Member, today: date) -> bool:
    """Whether the registration is over and waits to be renewed."""
    return member.ends_on is not None and member.ends_on < today


def check_lasts(member: Member, today: date) -> None:
    """TermEndedError when the registration is over."""
    if has_ended(member, today):
        raise TermEndedError
