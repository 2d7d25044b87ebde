"""Where invitations to represent an organisation are kept. The organisations themselves are members.

INVITATION#<reference>    INVITATION    the address that is invited, by which organisation; gone when it is used
"""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from madoguchi.japan.time import from_iso, to_iso
from madoguchi.mail.owed import OwedMail, OwingItem
from madoguchi.members.items import CAPABILITY
from madoguchi.members.rules import Link, LinkGoneError
from madoguchi.organisations.rules import Invitation
from madoguchi.storage import TableMeta, Transaction

INVITATION = "INVITATION"


class InvitationItem(OwingItem):
    """An invitation; owes the mail with its link."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    organisation_id = UnicodeAttribute()
    email = UnicodeAttribute()
    digest = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()


def add_invitation(t: Transaction, new: Invitation, now: datetime) -> OwedMail:
    """Keep an invitation, which owes the mail with its link."""
    link, ttl = Link.new(), int(new.expires_at.timestamp())
    item = InvitationItem(_pk(link), INVITATION, organisation_id=new.organisation_id, email=new.email, ttl=ttl)
    item.digest, item.mail_secret, item.expires_at = link.digest, link.secret, to_iso(new.expires_at)
    item.owe("organisation-invitation", now)
    t.save(item)
    return OwedMail(CAPABILITY, item.pk, item.sk)


def invitation(link: Link, now: datetime) -> Invitation:
    """The invitation behind a link, or LinkGoneError."""
    try:
        item = InvitationItem.get(_pk(link), INVITATION, consistent_read=True)
    except DoesNotExist as missing:
        raise LinkGoneError from missing
    expires_at = from_iso(item.expires_at)
    if not link.opens(item.digest) or expires_at <= now:
        raise LinkGoneError
    return Invitation(item.organisation_id, item.email, expires_at)


def use_invitation(t: Transaction, link: Link) -> None:
    """Delete the invitation, unless it was used before (LinkGoneError)."""
    t.delete(InvitationItem(_pk(link), INVITATION), InvitationItem.digest == link.digest, LinkGoneError)


def _pk(link: Link) -> str:
    return f"{INVITATION}#{link.reference}"
