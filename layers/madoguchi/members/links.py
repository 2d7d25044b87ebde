"""The records behind mailed links: registrations that wait for their button, and sign-in links.

    PENDING#<reference>    PENDING    what was typed; after the button only that it was pressed
    SIGN-IN#<reference>    SIGN-IN    the address that asked for a link
    WAITING#<hash>         <key>      what waits for an address: one of the above

Of a link's secret the hash is stored; the secret itself only until its mail has left. When a
record is too old is judged here with the clock, never by the moment at which DynamoDB deletes it.
"""

from datetime import datetime

from pynamodb.attributes import JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError

from madoguchi.japan.time import from_iso, to_iso
from madoguchi.mail.owed import OwedMail, OwingItem
from madoguchi.members.items import CAPABILITY, ConsentMap, SignpostItem, consent_map, consent_record
from madoguchi.members.rules import (
    SIGN_IN_LINK_LIVES,
    AlreadyConfirmedError,
    Link,
    LinkGoneError,
    Pending,
    digest_of,
    folded,
)
from madoguchi.storage import CONDITION_FAILED, TableMeta, Transaction


class PendingItem(OwingItem):
    """A registration before, and for a day after, its button was pressed."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    digest = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()
    values = JSONAttribute(null=True)
    form_id = UnicodeAttribute(default="")
    source = UnicodeAttribute(default="")
    language = UnicodeAttribute(default="ja")
    consents = ListAttribute(of=ConsentMap, null=True)


class SignInItem(OwingItem):
    """A sign-in link; deleted when it is used."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    digest = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()
    email = UnicodeAttribute()
    leads_to = UnicodeAttribute()


def keep_pending(link: Link, pending: Pending, now: datetime) -> OwedMail | None:
    """Keep a posted registration that owes its mail; None when the same form was kept before."""
    item = PendingItem(
        f"PENDING#{link.reference}",
        "PENDING",
        digest=link.digest,
        expires_at=to_iso(pending.expires_at),
        ttl=int(pending.expires_at.timestamp()),
        values=dict(pending.values),
        consents=[consent_map(record) for record in pending.consents],
        form_id=pending.form_id,
        source=pending.source,
        language=pending.language,
        mail_secret=link.secret,
    )
    item.owe("registration-confirm", now)
    waiting(str(pending.values["email"]), item.pk, int(item.ttl)).save()
    try:
        item.save(condition=PendingItem.pk.does_not_exist())
    except PutError as error:
        if error.cause_response_code == CONDITION_FAILED:
            return None
        raise
    return OwedMail(CAPABILITY, item.pk, item.sk)


def pending_of(link: Link, now: datetime) -> Pending:
    """The registration behind a link; LinkGoneError, or AlreadyConfirmedError after its button was pressed."""
    try:
        item = PendingItem.get(f"PENDING#{link.reference}", "PENDING", consistent_read=True)
    except DoesNotExist as missing:
        raise LinkGoneError from missing
    if not link.opens(item.digest):
        raise LinkGoneError
    if item.values is None:
        raise AlreadyConfirmedError
    expires_at = from_iso(item.expires_at)
    if expires_at <= now:
        raise LinkGoneError
    consents = tuple(consent_record(each) for each in item.consents or ())
    return Pending(item.values, consents, expires_at, item.form_id, item.source, item.language)


def use_pending(t: Transaction, link: Link) -> None:
    """Forget what was typed, unless another press was first (AlreadyConfirmedError)."""
    t.update(
        PendingItem(f"PENDING#{link.reference}", "PENDING"),
        [
            PendingItem.values.remove(),
            PendingItem.consents.remove(),
            PendingItem.owed.remove(),
            PendingItem.owed_at.remove(),
            PendingItem.mail.remove(),
            PendingItem.mail_secret.remove(),
        ],
        (PendingItem.digest == link.digest) & PendingItem.values.exists(),
        AlreadyConfirmedError,
    )


def keep_sign_in(link: Link, email: str, *, leads_to: str, now: datetime) -> OwedMail:
    """Keep a request for a sign-in link, whether or not the address is a member's."""
    expires = now + SIGN_IN_LINK_LIVES
    item = SignInItem(
        f"SIGN-IN#{link.reference}",
        "SIGN-IN",
        digest=link.digest,
        expires_at=to_iso(expires),
        ttl=int(expires.timestamp()),
        email=folded(email),
        leads_to=leads_to,
        mail_secret=link.secret,
    )
    item.owe("sign-in-link", now)
    waiting(email, item.pk, int(item.ttl)).save()
    item.save()
    return OwedMail(CAPABILITY, item.pk, item.sk)


def sign_in_of(link: Link, now: datetime) -> SignInItem:
    """The request behind a link, or LinkGoneError."""
    try:
        item = SignInItem.get(f"SIGN-IN#{link.reference}", "SIGN-IN", consistent_read=True)
    except DoesNotExist as missing:
        raise LinkGoneError from missing
    if not link.opens(item.digest) or from_iso(item.expires_at) <= now:
        raise LinkGoneError
    return item


def use_sign_in(t: Transaction, link: Link) -> None:
    """Delete the request, unless it was used before (LinkGoneError)."""
    t.delete(
        SignInItem(f"SIGN-IN#{link.reference}", "SIGN-IN"),
        SignInItem.digest == link.digest,
        LinkGoneError,
    )


def forget_waiting(email: str) -> None:
    """Delete what waits for an address: the person behind it is leaving."""
    for row in SignpostItem.query(_waiting_key(email)):
        # The row last: when this stops halfway, what is left still finds the record.
        SignpostItem(row.sk, row.sk.partition("#")[0]).delete()
        row.delete()


def waiting(email: str, pk: str, ttl: int) -> SignpostItem:
    """What notes that the record `pk`, whose sort key is the first part of `pk`, waits for an address."""
    return SignpostItem(_waiting_key(email), pk, ttl=ttl)


def _waiting_key(email: str) -> str:
    return f"WAITING#{digest_of(folded(email))}"
