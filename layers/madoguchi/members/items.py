"""How members are stored: the items of the table, and a member read from and written to its item."""

import json
from datetime import date
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
from pynamodb.expressions.update import Action

from madoguchi.japan.folding import fold
from madoguchi.japan.time import Month, from_iso, to_iso, tokyo_day
from madoguchi.mail.owed import OwingItem
from madoguchi.members.rules import ACTIVE, ConsentRecord, Member, Origin
from madoguchi.programme.questions import values_of
from madoguchi.storage import Item, TableMeta

CAPABILITY = "members"
PROFILE = "PROFILE"
ORGANISATIONS = "ORGANISATIONS"
# What a change of the profile leaves as it is: keys, and the mail that is owed.
UNTOUCHED = frozenset({"pk", "sk", "schema", *OwingItem.get_attributes()})


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
    class_ends_on = UnicodeAttribute(null=True)
    ended = UnicodeSetAttribute(null=True)
    first_used_on = UnicodeAttribute(null=True)
    organisation_id = UnicodeAttribute(default="")
    coordinator_id = UnicodeAttribute(default="")
    merged_into = UnicodeAttribute(default="")
    profile_id = UnicodeAttribute(default="")
    revision = NumberAttribute(default=1)


class UniqueItem(Item):
    """What only one member may have, or a secret behind which one member stands."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    member_id = UnicodeAttribute()


class RegistrationItem(Item):
    """A registration: frozen as it was for reports, and in `present` as the member is now, for filters."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    class_id = UnicodeAttribute()
    home = UnicodeAttribute(default="")
    facts = JSONAttribute(default=dict)
    form_id = UnicodeAttribute(default="")
    source = UnicodeAttribute(default="")
    origin = UnicodeAttribute(default=Origin.SELF.value)
    present = UnicodeAttribute(null=True)


class SubscriberItem(Item):
    """Somebody who gets newsletters."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    since = UnicodeAttribute()
    token = UnicodeAttribute()


class SignpostItem(Item):
    """A key under which a member is found, or under a member the key of something of theirs; nothing else."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    ttl = NumberAttribute(null=True)


def member_key(member_id: str) -> str:
    """The partition of a member."""
    return f"MEMBER#{member_id}"


def registration_key(member: Member) -> tuple[str, str]:
    """Where the registration of a member stands."""
    month = Month.of(tokyo_day(member.registered_at))
    return f"REGISTERED#{month}", f"{to_iso(member.registered_at)}#{member.member_id}"


def signposts(member: Member) -> set[tuple[str, str]]:
    """The keys under which the member is found: name, reading, stage, coordinator, organisation."""
    organisation = (values_of(member.answers, each) for each in ("organisation_name", "organisation_kana"))
    names = {fold(each) for each in (member.name, member.kana, *("".join(values) for values in organisation))}
    found = {(f"KANA#{name[0]}", f"{name}#{member.member_id}") for name in names if name}
    if member.stage:
        found.add((f"STAGE#{member.stage}", member.member_id))
    if member.coordinator_id:
        found.add((f"COORDINATOR#{member.coordinator_id}", member.member_id))
    if member.form.subject == "organisation":
        found.add((ORGANISATIONS, member.member_id))
    if member.organisation_id:
        found.add((f"ORGANISATION#{member.organisation_id}", member.member_id))
    return found


def present_of(member: Member) -> str:
    """What filters ask for, as the member is now."""
    prefecture = "".join(values_of(member.answers, "prefecture"))
    facts = member.facts | ({"prefecture": prefecture} if prefecture else {})
    present = {
        "class_id": member.class_id,
        "stage": member.stage,
        "status": member.status,
        "consents": sorted(each for each in member.consents if member.consents_to(each)),
        "facts": facts,
    }
    if member.ends_on:
        present["ends_on"] = member.ends_on.isoformat()
    return json.dumps(present, ensure_ascii=False, sort_keys=True)


def registration_item(member: Member) -> RegistrationItem:
    """The registration of somebody who registers now."""
    return RegistrationItem(
        *registration_key(member),
        class_id=member.class_id,
        home=member.home,
        facts=member.facts,
        form_id=member.form_id,
        source=member.source,
        origin=member.origin.value,
        present=present_of(member),
    )


def changes_of(old: Member, new: Member) -> list[Action]:
    """What to write so that the stored profile of `old` becomes that of `new`; the revision goes on by one."""
    was, becomes = member_item(old).attribute_values, member_item(new).attribute_values
    actions: list[Action] = []
    for name, attribute in MemberItem.get_attributes().items():
        if name in UNTOUCHED or name == "revision" or _plain(was.get(name)) == _plain(becomes.get(name)):
            continue
        value = becomes.get(name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return [*actions, MemberItem.revision.set(old.revision + 1)]


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [each.attribute_values if isinstance(each, MapAttribute) else each for each in value]
    return value


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
        class_ends_on=_day(item.class_ends_on),
        ended=frozenset(item.ended or ()),
        first_used_on=_day(item.first_used_on),
        organisation_id=item.organisation_id,
        coordinator_id=item.coordinator_id,
        merged_into=item.merged_into,
        profile_id=item.profile_id,
        revision=int(item.revision),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def member_item(member: Member) -> MemberItem:
    """The item that holds a member."""
    return MemberItem(
        member_key(member.member_id),
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
        class_ends_on=member.class_ends_on.isoformat() if member.class_ends_on else None,
        ended=set(member.ended) or None,
        first_used_on=member.first_used_on.isoformat() if member.first_used_on else None,
        organisation_id=member.organisation_id,
        coordinator_id=member.coordinator_id,
        merged_into=member.merged_into,
        profile_id=member.profile_id,
        revision=member.revision,
    )
