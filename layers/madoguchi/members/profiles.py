"""Who has a profile that others may find, and what stands in the table for it.

PROFILES    <random id>    whose it is, and what searches ask for

It follows its member in the transaction that changes them: it comes with the consent and goes with it, and with the
member. What it shows is read from the member each time, by the definition of the day.
"""

import secrets
from dataclasses import replace

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from madoguchi.members.items import CAPABILITY
from madoguchi.members.rules import ACTIVE, Member
from madoguchi.programme.definition import programme
from madoguchi.storage import Item, TableMeta, Transaction

PROFILES = "PROFILES"


class ProfileItem(Item):
    """Whose profile it is; form and counted answers, as searches need them; the last day of the registration."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    member_id = UnicodeAttribute()
    form_id = UnicodeAttribute()
    facts = JSONAttribute()
    ends_on = UnicodeAttribute(null=True)


def is_wanted(member: Member) -> bool:
    """Whether the member lets others see a profile of them."""
    consent = programme().members.profile_consent
    return bool(consent) and member.status == ACTIVE and member.consents_to(consent)


def identified(member: Member) -> Member:
    """The member with an id for their profile, or without one; who consents again gets another."""
    if not is_wanted(member):
        return replace(member, profile_id="")
    return member if member.profile_id else replace(member, profile_id=secrets.token_urlsafe(12))


def follow(t: Transaction, old: Member | None, new: Member | None) -> None:
    """Let the profile be that of the `new` member, where it was that of the `old` one; None: nobody."""
    was, becomes = _item(old), _item(new)
    if was and (becomes is None or was.sk != becomes.sk):
        t.delete(ProfileItem(PROFILES, was.sk))
    if becomes and (was is None or was.attribute_values != becomes.attribute_values):
        t.save(becomes)


def _item(member: Member | None) -> ProfileItem | None:
    if member is None or not member.profile_id:
        return None
    return ProfileItem(
        PROFILES,
        member.profile_id,
        member_id=member.member_id,
        form_id=member.form.id,
        facts=member.facts,
        ends_on=member.ends_on.isoformat() if member.ends_on else None,
    )
