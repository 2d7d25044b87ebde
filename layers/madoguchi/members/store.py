"""Where members are kept.

MEMBER#<id>            PROFILE       the person, and every word on consents
EMAIL#<folded>         EMAIL         one member per address
NUMBER#<number>        NUMBER        one member per number
REGISTERED#<month>     <at>#<id>     what the monthly report counts
CONSENT#<consent>      <id>          who gets newsletters, with the token of the unsubscribe link
UNSUBSCRIBE#<hash>     UNSUBSCRIBE   the member behind an unsubscribe link, for as long as links live in mailboxes
"""

import secrets
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import DoesNotExist

from madoguchi.japan.time import Month, from_iso, to_iso, tokyo_day
from madoguchi.mail.owed import OwedMail, OwingItem
from madoguchi.members.rules import (
    ACTIVE,
    AlreadyRegisteredError,
    ConsentRecord,
    Member,
    NumberTakenError,
    Origin,
    Registration,
    Subscriber,
    SubscriptionUnchangedError,
    digest_of,
    folded,
)
from madoguchi.programme.definition import programme
from madoguchi.refusals import ConflictError, NotFoundError
from madoguchi.storage import Item, TableMeta, Transaction

CAPABILITY = "members"
PROFILE = "PROFILE"


class ConsentMap(MapAttribute[str, Any]):
    """A consent record as it is stored."""

    consent_id = UnicodeAttribute()
    version = UnicodeAttribute()
    given = BooleanAttribute()
    at = UnicodeAttribute()
    page = UnicodeAttribute()
    source = UnicodeAttribute()


class MemberItem(OwingItem):
    """A member's profile; owes the mail that greets a new member."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    number = UnicodeAttribute()
    family_name = UnicodeAttribute()
    given_name = UnicodeAttribute()
    family_kana = UnicodeAttribute()
    given_kana = UnicodeAttribute()
    email = UnicodeAttribute()
    class_id = UnicodeAttribute()
    answers = JSONAttribute()
    consents = ListAttribute(of=ConsentMap)
    status = UnicodeAttribute(default=ACTIVE)
    registered_at = UnicodeAttribute()
    version = NumberAttribute()
    form_id = UnicodeAttribute(default="")
    stage = UnicodeAttribute(default="")
    source = UnicodeAttribute(default="")
    origin = UnicodeAttribute(default=Origin.SELF.value)
    registered_by = UnicodeAttribute(default="")
    language = UnicodeAttribute(default="ja")
    shown = UnicodeSetAttribute(null=True)
    ends_on = UnicodeAttribute(null=True)
    first_used_on = UnicodeAttribute(null=True)
    organisation_id = UnicodeAttribute(default="")
    coordinator_id = UnicodeAttribute(default="")
    revision = NumberAttribute(default=1)


class _UniqueItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    member_id = UnicodeAttribute()


class _RegistrationItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    class_id = UnicodeAttribute()
    home = UnicodeAttribute(default="")
    facts = JSONAttribute(default=dict)


class _SubscriberItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    since = UnicodeAttribute()
    token = UnicodeAttribute()


def get(member_id: str) -> Member:
    """The member, or NotFoundError."""
    return to_member(get_item(member_id))


def get_item(member_id: str) -> MemberItem:
    """The member's stored item (with its mail mark), or NotFoundError."""
    try:
        return MemberItem.get(_pk(member_id), PROFILE, consistent_read=True)
    except DoesNotExist as missing:
        raise NotFoundError from missing


def id_of_address(email: str) -> str | None:
    """The id of the member with that address, whatever its case and width."""
    try:
        return _UniqueItem.get(f"EMAIL#{folded(email)}", "EMAIL", consistent_read=True).member_id
    except DoesNotExist:
        return None


def names_of(member_ids: Iterable[str]) -> dict[str, str]:
    """The names of those members; ids that no longer exist are left out."""
    keys = [(_pk(member_id), PROFILE) for member_id in dict.fromkeys(member_ids)]
    wanted = ["pk", "sk", "family_name", "given_name"]
    return {
        item.pk.removeprefix("MEMBER#"): f"{item.family_name} {item.given_name}".strip()
        for item in MemberItem.batch_get(keys, attributes_to_get=wanted)
    }


def registrations(month: Month) -> Iterator[Registration]:
    """Every registration of a month, in order."""
    for item in _RegistrationItem.query(f"REGISTERED#{month}"):
        at, _, member_id = item.sk.partition("#")
        yield Registration(
            member_id,
            from_iso(at),
            item.class_id,
            item.home,
            item.facts,
        )


def subscribers() -> Iterator[Subscriber]:
    """Everybody who consents to newsletters now."""
    for item in _SubscriberItem.query(_subscribers_pk()):
        yield Subscriber(item.sk, from_iso(item.since))


def unsubscribe_token(member_id: str) -> str | None:
    """The token of the member's unsubscribe link; None when the member takes no newsletters (any more)."""
    try:
        return _SubscriberItem.get(_subscribers_pk(), member_id, consistent_read=True).token
    except DoesNotExist:
        return None


def id_of_unsubscribe_token(token: str) -> str | None:
    """The id of the member to whom that link was mailed, subscribed or not."""
    try:
        return _UniqueItem.get(f"UNSUBSCRIBE#{digest_of(token)}", "UNSUBSCRIBE").member_id
    except DoesNotExist:
        return None


def add(t: Transaction, member: Member, *, mail: str) -> OwedMail:
    """Put a new member who owes a mail; AlreadyRegisteredError, NumberTakenError when somebody was first."""
    absent = _UniqueItem.pk.does_not_exist()
    address = _UniqueItem(f"EMAIL#{folded(member.email)}", "EMAIL", member_id=member.member_id)
    number = _UniqueItem(f"NUMBER#{member.number}", "NUMBER", member_id=member.member_id)
    item = _member_item(member)
    item.owe(mail, member.registered_at)
    t.save(address, absent, AlreadyRegisteredError)
    t.save(number, absent, NumberTakenError)
    t.save(item, MemberItem.pk.does_not_exist(), ConflictError)
    t.save(_registration_item(member))
    return OwedMail(CAPABILITY, item.pk, item.sk)


def subscribe(t: Transaction, member_id: str, at: datetime) -> None:
    """Put the member among the subscribers; SubscriptionUnchangedError when already there."""
    token = secrets.token_urlsafe(32)
    subscriber = _SubscriberItem(_subscribers_pk(), member_id, since=to_iso(at), token=token)
    t.save(subscriber, _SubscriberItem.pk.does_not_exist(), SubscriptionUnchangedError)
    t.save(_UniqueItem(f"UNSUBSCRIBE#{digest_of(token)}", "UNSUBSCRIBE", member_id=member_id))


def unsubscribe(t: Transaction, member_id: str) -> None:
    """Take the member from the subscribers; SubscriptionUnchangedError when not there. Old links stay good."""
    subscriber = _SubscriberItem(_subscribers_pk(), member_id)
    t.delete(subscriber, _SubscriberItem.pk.exists(), SubscriptionUnchangedError)


def remember_consent(t: Transaction, member_id: str, record: ConsentRecord) -> None:
    """Append to the member's consents."""
    t.update(
        MemberItem(_pk(member_id), PROFILE),
        [MemberItem.consents.set(MemberItem.consents.append([consent_map(record)]))],
        MemberItem.pk.exists(),
        NotFoundError,
    )


def consent_map(record: ConsentRecord) -> ConsentMap:
    """A consent record as it is stored."""
    return ConsentMap(  # type: ignore[no-untyped-call]  # pynamodb types raw maps only
        consent_id=record.consent_id,
        version=record.version,
        given=record.given,
        at=to_iso(record.at),
        page=record.page,
        source=record.source,
    )


def consent_record(stored: ConsentMap) -> ConsentRecord:
    """What consent_map wrote."""
    return ConsentRecord(
        stored.consent_id, stored.version, stored.given, from_iso(stored.at), stored.page, stored.source
    )


def to_member(item: MemberItem) -> Member:
    """The member that an item holds."""
    return Member(
        member_id=item.pk.removeprefix("MEMBER#"),
        number=item.number,
        family_name=item.family_name,
        given_name=item.given_name,
        family_kana=item.family_kana,
        given_kana=item.given_kana,
        email=item.email,
        class_id=item.class_id,
        answers=item.answers,
        consent_history=tuple(consent_record(each) for each in item.consents),
        status=item.status,
        registered_at=from_iso(item.registered_at),
        version=int(item.version),
        form_id=item.form_id,
        stage=item.stage,
        source=item.source,
        origin=Origin(item.origin),
        registered_by=item.registered_by,
        language=item.language,
        shown=frozenset(item.shown or ()),
        ends_on=_day(item.ends_on),
        first_used_on=_day(item.first_used_on),
        organisation_id=item.organisation_id,
        coordinator_id=item.coordinator_id,
        revision=int(item.revision),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _member_item(member: Member) -> MemberItem:
    return MemberItem(
        _pk(member.member_id),
        PROFILE,
        number=member.number,
        family_name=member.family_name,
        given_name=member.given_name,
        family_kana=member.family_kana,
        given_kana=member.given_kana,
        email=member.email,
        class_id=member.class_id,
        answers=dict(member.answers),
        consents=[consent_map(record) for record in member.consent_history],
        status=member.status,
        registered_at=to_iso(member.registered_at),
        version=member.version,
        form_id=member.form_id,
        stage=member.stage,
        source=member.source,
        origin=member.origin.value,
        registered_by=member.registered_by,
        language=member.language,
        shown=set(member.shown) or None,
        ends_on=member.ends_on.isoformat() if member.ends_on else None,
        first_used_on=member.first_used_on.isoformat() if member.first_used_on else None,
        organisation_id=member.organisation_id,
        coordinator_id=member.coordinator_id,
        revision=member.revision,
    )


def _registration_item(member: Member) -> _RegistrationItem:
    month = Month.of(tokyo_day(member.registered_at))
    return _RegistrationItem(
        f"REGISTERED#{month}",
        f"{to_iso(member.registered_at)}#{member.member_id}",
        class_id=member.class_id,
        home=member.home,
        facts=member.facts,
    )


def _pk(member_id: str) -> str:
    return f"MEMBER#{member_id}"


def _subscribers_pk() -> str:
    return f"CONSENT#{programme().newsletters.consent}"
