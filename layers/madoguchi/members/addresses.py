"""A member's new mail address: it takes effect when both addresses have said yes.

MEMBER#<id>    ADDRESS#new    what the new address was asked, and whether it agreed
MEMBER#<id>    ADDRESS#old    the same for the address so far, which can also stop the change

Whoever can read only one of the two mailboxes can change nothing. A later wish replaces an earlier one. The
links carry the member's id and a secret; when they are too old is judged here with the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from madoguchi.japan.time import from_iso, to_iso
from madoguchi.mail.owed import OwedMail, OwingItem, post
from madoguchi.members import changes, store
from madoguchi.members.items import CAPABILITY
from madoguchi.members.rules import (
    REGISTRATION_LIVES,
    SECRET_LENGTH,
    ChangedMeanwhileError,
    Link,
    LinkGoneError,
    Member,
    UnreadableAddressError,
    folded,
)
from madoguchi.programme.forms import address
from madoguchi.refusals import InvalidError, NotFoundError
from madoguchi.storage import TableMeta, Transaction, transaction
from madoguchi.web import limits

HOUR = 60 * 60
# Enough to mend a mistyped address twice; no mailbox can be flooded.
MOST_PER_MEMBER = 5
MOST_PER_ADDRESS = 3
MOST_TRIES = 3


class Side(StrEnum):
    """Which of the two mailboxes."""

    NEW = "new"
    OLD = "old"

    @property
    def other(self) -> "Side":
        """The one across."""
        return Side.OLD if self is Side.NEW else Side.NEW


class SameAddressError(InvalidError):
    """The new address is the one so far."""

    code = "same_address"
    message = "いま登録されているメールアドレスと同じです。新しいメールアドレスを入力してください。"


class AddressItem(OwingItem):
    """What one of the two mailboxes was asked."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = CAPABILITY

    digest = UnicodeAttribute()
    email = UnicodeAttribute()
    former = UnicodeAttribute()
    agreed = BooleanAttribute(default=False)
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()

    @property
    def member_id(self) -> str:
        """Whose."""
        return self.pk.removeprefix("MEMBER#")

    @property
    def side(self) -> Side:
        """Which mailbox was asked."""
        return Side(self.sk.partition("#")[2])

    @property
    def asked(self) -> str:
        """The address of that mailbox."""
        return self.email if self.side is Side.NEW else self.former


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A change of address that waits: to which address, until when, who agreed; and the mailbox that looks at it."""

    member_id: str
    email: str
    expires_at: datetime
    agreed: Mapping[Side, bool]
    side: Side = Side.NEW


def ask(member: Member, typed: str, *, now: datetime) -> None:
    """Ask both addresses; UnreadableAddressError, SameAddressError, TooManyError.

    Whether the new address is somebody else's is told to that mailbox only.
    """
    try:
        email = address(typed)
    except ValueError as error:
        raise UnreadableAddressError from error
    if email == member.email:
        raise SameAddressError
    limits.take("address-member", member.member_id, most=MOST_PER_MEMBER, seconds=HOUR, now=now)
    limits.take("address-new", folded(email), most=MOST_PER_ADDRESS, seconds=HOUR, now=now)
    owed = []
    with transaction() as t:
        for side in Side:
            item = _item(member, side, email, now)
            t.save(item)
            owed.append(OwedMail(CAPABILITY, item.pk, item.sk))
    for each in owed:
        post(each)


def waiting(member_id: str, now: datetime) -> AddressChange | None:
    """The change that waits for an answer, if there is one."""
    found = _both(member_id)
    if len(found) < len(Side) or from_iso(found[Side.NEW].expires_at) <= now:
        return None
    agreed = {side: item.agreed for side, item in found.items()}
    return AddressChange(member_id, found[Side.NEW].email, from_iso(found[Side.NEW].expires_at), agreed)


def behind(token: str, now: datetime) -> AddressChange:
    """The change behind a mailed link, as that mailbox sees it, or LinkGoneError."""
    link = read(token)
    item = _opened(link, now)
    found = waiting(link.reference, now)
    if found is None:
        raise LinkGoneError
    return replace(found, side=item.side)


def agree(token: str, now: datetime) -> bool:
    """Say yes from one mailbox; True when that was the second yes and the address is changed.

    LinkGoneError when there is nothing to say; AlreadyRegisteredError when the address became somebody else's.
    """
    link = read(token)
    for _ in range(MOST_TRIES):
        try:
            done, owed = _agree(link, now)
        except ChangedMeanwhileError:
            # Both buttons at the same moment: the later one finds that the other has agreed.
            continue
        if owed:
            post(owed)
        return done
    raise ChangedMeanwhileError


def stop(member_id: str) -> None:
    """Forget the change; both links stop working."""
    with transaction() as t:
        for side in Side:
            t.delete(AddressItem(f"MEMBER#{member_id}", _sk(side)))


def read(token: str) -> Link:
    """The link of a token: the member's id, then the secret. LinkGoneError when it cannot be one of ours."""
    if len(token) <= SECRET_LENGTH:
        raise LinkGoneError
    return Link(token[:-SECRET_LENGTH], token[-SECRET_LENGTH:])


def _agree(link: Link, now: datetime) -> tuple[bool, OwedMail | None]:
    item = _opened(link, now)
    across = _both(link.reference).get(item.side.other)
    member = _member(link)
    if across is None or member.email != item.former:
        raise LinkGoneError
    owed = None
    with transaction() as t:
        if across.agreed:
            _forget(t, item)
            _forget(t, across)
            changed = replace(member, email=item.email)
            _, owed = changes.record(t, member, changed, by=member.member_id, now=now)
        else:
            same = (AddressItem.digest == across.digest) & (AddressItem.agreed == False)  # noqa: E712 a condition
            t.update(item, [AddressItem.agreed.set(True)], AddressItem.digest == item.digest, LinkGoneError)
            t.check(AddressItem, across.pk, across.sk, same, ChangedMeanwhileError)
    return across.agreed, owed


def _item(member: Member, side: Side, email: str, now: datetime) -> AddressItem:
    link, expires = Link.new(member.member_id), now + REGISTRATION_LIVES
    item = AddressItem(f"MEMBER#{member.member_id}", _sk(side), digest=link.digest, mail_secret=link.secret)
    item.email, item.former = email, member.email
    item.expires_at, item.ttl = to_iso(expires), int(expires.timestamp())
    item.owe(f"address-{side}", now)
    return item


def _both(member_id: str) -> dict[Side, AddressItem]:
    items = AddressItem.query(f"MEMBER#{member_id}", AddressItem.sk.startswith("ADDRESS#"), consistent_read=True)
    return {item.side: item for item in items}


def _opened(link: Link, now: datetime) -> AddressItem:
    for item in _both(link.reference).values():
        if link.opens(item.digest) and from_iso(item.expires_at) > now:
            return item
    raise LinkGoneError


def _member(link: Link) -> Member:
    try:
        return store.get(link.reference)
    except NotFoundError as missing:
        raise LinkGoneError from missing


def _forget(t: Transaction, item: AddressItem) -> None:
    t.delete(AddressItem(item.pk, item.sk), AddressItem.digest == item.digest, LinkGoneError)


def _sk(side: Side) -> str:
    return f"ADDRESS#{side}"
