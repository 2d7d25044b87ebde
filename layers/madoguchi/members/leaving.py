"""Where it stands that somebody is leaving, until nothing of them is left.

LEAVING                 <member id>    a withdrawal that is under way
FAREWELL#<reference>    FAREWELL       the mail that confirms it; erased when the mail has left
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from madoguchi.japan.time import from_iso, to_iso
from madoguchi.mail.owed import OwedMail, OwingItem
from madoguchi.members import store
from madoguchi.members.items import (
    CAPABILITY,
    PROFILE,
    MemberItem,
    RegistrationItem,
    SignpostItem,
    member_key,
    registration_key,
)
from madoguchi.members.rules import ACTIVE, LEAVING, Member
from madoguchi.refusals import ConflictError
from madoguchi.storage import Item, TableMeta, Transaction

LEAVERS = "LEAVING"
FAREWELL = "FAREWELL"
UNSUBSCRIBE = "UNSUBSCRIBE#"


class LeftError(ConflictError):
    """The member has left, or is leaving."""

    code = "left"
    message = "退会の手続きを受け付けたため、この操作はできません。"


class _LeavingItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    asked_at = UnicodeAttribute()
    substitute = UnicodeAttribute()
    reference = UnicodeAttribute()
    registration = UnicodeAttribute(null=True)


class FarewellItem(OwingItem):
    """What the last mail to somebody says, and where it goes."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    lives_for_its_mail: ClassVar[bool] = True
    email = UnicodeAttribute()
    name = UnicodeAttribute()
    kept = JSONAttribute()


@dataclass(frozen=True, slots=True)
class Leaving:
    """A withdrawal under way. `substitute` stands for the member in figures, `reference` marks what is kept.

    `registration` says which registration is still to be passed on, once the profile is gone.
    """

    member_id: str
    asked_at: datetime
    substitute: str
    reference: str
    registration: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of data that stays for a while: until when, and why."""

    label: str
    until: date
    why: str


def begin(t: Transaction, member: Member, now: datetime) -> None:
    """Let the member be one who leaves: they can do nothing more; ChangedMeanwhileError when changed since seen."""
    item = _LeavingItem(LEAVERS, member.member_id, asked_at=to_iso(now), substitute=secrets.token_urlsafe(12))
    item.reference = secrets.token_urlsafe(12)
    t.save(item, _LeavingItem.pk.does_not_exist(), LeftError)
    store.replace(t, member, replace(member, status=LEAVING))


def under_way() -> Iterator[Leaving]:
    """Every withdrawal that is not finished."""
    return map(_to_leaving, list(_LeavingItem.query(LEAVERS, consistent_read=True)))


def of(member_id: str) -> Leaving | None:
    """The withdrawal of that member, while it is under way."""
    try:
        return _to_leaving(_LeavingItem.get(LEAVERS, member_id, consistent_read=True))
    except DoesNotExist:
        return None


def check_stays(t: Transaction, member_id: str) -> None:
    """Demand that the member is not leaving, or LeftError."""
    t.check(MemberItem, member_key(member_id), PROFILE, MemberItem.status == ACTIVE, LeftError)


def forget_all_but_the_profile(member_id: str) -> None:
    """Delete what stands under the member, and what is noted there as theirs elsewhere.

    Links in old newsletters stay good: nothing leads from them to a person.
    """
    for item in _own(member_id):
        target = item.sk.removeprefix(store.ELSEWHERE)
        if target != item.sk and not target.startswith(UNSUBSCRIBE):
            SignpostItem(target, target.partition("#")[0]).delete()
        item.delete()


def take_out(t: Transaction, leaving: Leaving, member: Member, kept: list[Kept], now: datetime) -> OwedMail | None:
    """Delete the profile with its keys, and owe the mail that says so."""
    store.remove(t, member)
    t.update(
        _LeavingItem(LEAVERS, member.member_id),
        [_LeavingItem.registration.set(" ".join(registration_key(member)))],
        _LeavingItem.registration.does_not_exist(),
        LeftError,
    )
    if not member.email:
        return None
    listed = [[each.label, each.until.isoformat(), each.why] for each in kept]
    item = FarewellItem(f"{FAREWELL}#{leaving.reference}", FAREWELL, email=member.email, name=member.name, kept=listed)
    item.owe("withdrawal-done", now)
    t.save(item)
    return OwedMail(CAPABILITY, item.pk, item.sk)


def take_out_twin(t: Transaction, leaving: Leaving, twin: Member) -> None:
    """Delete what is left of somebody who had turned out to be the one who leaves."""
    t.delete(MemberItem(member_key(twin.member_id), PROFILE), MemberItem.pk.exists(), LeftError)
    _pass_registration_on(t, registration_key(twin), leaving.substitute)


def finish(t: Transaction, leaving: Leaving) -> None:
    """Let the registration count for the substitute, and forget who that is."""
    t.delete(_LeavingItem(LEAVERS, leaving.member_id), _LeavingItem.pk.exists(), LeftError)
    if leaving.registration:
        _pass_registration_on(t, leaving.registration, leaving.substitute)


def _pass_registration_on(t: Transaction, key: tuple[str, str], substitute: str) -> None:
    try:
        old = RegistrationItem.get(*key, consistent_read=True)
    except DoesNotExist:
        return
    at = old.sk.partition("#")[0]
    values = {name: value for name, value in old.attribute_values.items() if name not in {"pk", "sk", "present"}}
    t.delete(RegistrationItem(old.pk, old.sk))
    t.save(RegistrationItem(old.pk, f"{at}#{substitute}", **values))


def _own(member_id: str) -> list[SignpostItem]:
    found = SignpostItem.query(member_key(member_id), consistent_read=True)
    return [item for item in found if item.sk != PROFILE]


def _to_leaving(item: _LeavingItem) -> Leaving:
    month, _, at = (item.registration or "").partition(" ")
    registration = (month, at) if at else None
    return Leaving(item.sk, from_iso(item.asked_at), item.substitute, item.reference, registration)
