"""Where members are kept.

MEMBER#<id>            PROFILE                the person, and every word on consents
MEMBER#<id>            MERGED#<id>            who turned out to be this member: their profile names this one
PROFILES               <random id>            what others may find of a member: see profiles.py
MEMBER#<id>            ELSEWHERE#<key>        where else something of theirs is that goes with them: a session, a link
EMAIL#<folded>         EMAIL                  one member per address
NUMBER#<number>        NUMBER                 one member per number
KANA#<character>       <folded name>#<id>     finding by the beginning of a name or its reading
STAGE#<stage>          <id>                   the members in a stage
COORDINATOR#<id>       <id>                   the members whom a coordinator looks after
ORGANISATION#<id>      <id>                   the members who belong to an organisation
ORGANISATIONS          <id>                   the organisations that registered
REGISTERED#<month>     <at>#<id>              what the monthly report counts, and what filters ask for
REGISTERED             <month>                months before the contract that have registrations, by imports
CONSENT#<consent>      <id>                   who gets newsletters, with the token of the unsubscribe link
UNSUBSCRIBE#<hash>     UNSUBSCRIBE            the member behind an unsubscribe link, while links live in mailboxes
"""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace as with_values
from datetime import date, datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist

from madoguchi import wiring
from madoguchi.japan.time import Month, from_iso, to_iso, tokyo_day
from madoguchi.mail.owed import OwedMail
from madoguchi.members import endings, ends, profiles
from madoguchi.members.items import (
    CAPABILITY,
    ORGANISATIONS,
    PROFILE,
    MemberItem,
    RegistrationItem,
    SignpostItem,
    SubscriberItem,
    UniqueItem,
    changes_of,
    member_item,
    member_key,
    present_of,
    registration_item,
    registration_key,
    signposts,
    to_member,
)
from madoguchi.members.rules import (
    AlreadyRegisteredError,
    ChangedMeanwhileError,
    ConsentRecord,
    Member,
    NumberTakenError,
    Registration,
    Subscriber,
    SubscriptionUnchangedError,
    digest_of,
    folded,
)
from madoguchi.programme.definition import programme
from madoguchi.refusals import ConflictError, NotFoundError
from madoguchi.storage import Transaction

UNSUBSCRIBE = "UNSUBSCRIBE"
ELSEWHERE, MERGED = "ELSEWHERE#", "MERGED#"


def get(member_id: str) -> Member:
    """The member, or NotFoundError."""
    return to_member(get_item(member_id))


def get_item(member_id: str) -> MemberItem:
    """The member's stored item (with its mail mark), or NotFoundError."""
    try:
        return MemberItem.get(member_key(member_id), PROFILE, consistent_read=True)
    except DoesNotExist as missing:
        raise NotFoundError from missing


def those(member_ids: Iterable[str]) -> dict[str, Member]:
    """The members of those ids; ids that no longer exist are left out."""
    keys = [(member_key(member_id), PROFILE) for member_id in dict.fromkeys(member_ids)]
    members = map(to_member, MemberItem.batch_get(keys)) if keys else []
    return {member.member_id: member for member in members}


def id_of_address(email: str) -> str | None:
    """The id of the member with that address, whatever its case and width."""
    return _owner(f"EMAIL#{folded(email)}", "EMAIL")


def ids_of_addresses(addresses: Iterable[str]) -> dict[str, str]:
    """The ids of the members with those addresses, by the folded address."""
    keys = [(f"EMAIL#{folded(each)}", "EMAIL") for each in addresses]
    return {item.pk.removeprefix("EMAIL#"): item.member_id for item in UniqueItem.batch_get(keys)}


def numbers_taken(numbers: Iterable[str]) -> set[str]:
    """Those numbers that are somebody's."""
    keys = [(f"NUMBER#{each}", "NUMBER") for each in numbers]
    return {item.pk.removeprefix("NUMBER#") for item in UniqueItem.batch_get(keys)}


def of_number(number: str) -> str | None:
    """The id of the member with that number."""
    return _owner(f"NUMBER#{number}", "NUMBER")


def names_of(member_ids: Iterable[str]) -> dict[str, str]:
    """The names of those members, or of whom they were merged into; ids that no longer exist are left out."""
    members = those(member_ids)
    heirs = those(each.merged_into for each in members.values() if each.merged_into)
    return {member_id: heirs.get(each.merged_into, each).name for member_id, each in members.items()}


def current_id(member_id: str) -> str:
    """The id of whom the member was merged into, or the same id."""
    found = those([member_id]).get(member_id)
    return (found.merged_into if found else "") or member_id


def registrations(month: Month) -> Iterator[Registration]:
    """Every registration of a month, in order."""
    for item in RegistrationItem.query(f"REGISTERED#{month}"):
        at, _, member_id = item.sk.partition("#")
        yield Registration(
            member_id, from_iso(at), item.class_id, item.home, item.facts, item.form_id, item.source, item.origin
        )


def absorbed(member_id: str) -> list[str]:
    """The ids of those who turned out to be this member and were merged into it."""
    posts = SignpostItem.query(member_key(member_id), SignpostItem.sk.startswith(MERGED))
    return [post.sk.removeprefix(MERGED) for post in posts]


def note_months(months: Iterable[Month]) -> None:
    """Remember that there are registrations of these months, which may lie before the contract."""
    for month in set(months):
        SignpostItem("REGISTERED", str(month)).save()


def months(now: datetime) -> list[Month]:
    """Every month that may have registrations, in order."""
    first = Month.of(programme(on=date.min).contract.starts)
    last = Month.of(tokyo_day(now))
    # Old lists go back further than the months that people may ask for.
    found = {Month(*map(int, item.sk.split("-"))) for item in SignpostItem.query("REGISTERED")}
    return sorted({*found, *first.through(last), last})


def present(month: Month) -> Iterator[tuple[str, dict[str, Any]]]:
    """The members who registered in a month and are still there: their ids, and what filters ask for."""
    for item in RegistrationItem.query(f"REGISTERED#{month}", filter_condition=RegistrationItem.present.exists()):
        yield item.sk.partition("#")[2], json.loads(item.present)


def in_stage(stage_id: str) -> list[str]:
    """The ids of the members in that stage."""
    return [item.sk for item in SignpostItem.query(f"STAGE#{stage_id}")]


def coordinated_by(coordinator_id: str) -> list[str]:
    """The ids of the members whom that coordinator looks after."""
    return [item.sk for item in SignpostItem.query(f"COORDINATOR#{coordinator_id}")]


def belonging_to(organisation_id: str) -> list[str]:
    """The ids of the members who belong to that organisation."""
    return [item.sk for item in SignpostItem.query(f"ORGANISATION#{organisation_id}")]


def organisations() -> list[str]:
    """The ids of the organisations that registered."""
    return [item.sk for item in SignpostItem.query(ORGANISATIONS)]


def subscribers() -> Iterator[Subscriber]:
    """Everybody who consents to newsletters now."""
    for item in SubscriberItem.query(_subscribers_pk()):
        yield Subscriber(item.sk, from_iso(item.since))


def unsubscribe_token(member_id: str) -> str | None:
    """The token of the member's unsubscribe link; None when the member takes no newsletters (any more)."""
    try:
        return SubscriberItem.get(_subscribers_pk(), member_id, consistent_read=True).token
    except DoesNotExist:
        return None


def id_of_unsubscribe_token(token: str) -> str | None:
    """The id of the member to whom that link was mailed, subscribed or not."""
    member_id = _owner(f"{UNSUBSCRIBE}#{digest_of(token)}", UNSUBSCRIBE)
    return current_id(member_id) if member_id else None


def add(t: Transaction, member: Member, *, mail: str = "") -> OwedMail:
    """Put a new member, among the subscribers if they consented; AlreadyRegisteredError, NumberTakenError.

    A member without an address, whom staff entered, owes no mail and takes no newsletters.
    """
    now = wiring.clock()
    today = tokyo_day(now)
    member = profiles.identified(endings.dated(None, member, today))
    absent = UniqueItem.pk.does_not_exist()
    if member.email:
        t.save(_address(member), absent, AlreadyRegisteredError)
    t.save(_number(member), absent, NumberTakenError)
    item = member_item(member)
    if mail and member.email:
        item.owe(mail, member.registered_at)
    t.save(item, MemberItem.pk.does_not_exist(), ConflictError)
    t.save(registration_item(member))
    profiles.follow(t, None, member)
    for key in sorted(signposts(member)):
        t.save(SignpostItem(*key))
    if due := endings.next_due(member, today):
        ends.plan(t, due, item.pk)
    newsletters = programme().newsletters_part
    if newsletters and member.email and member.consents_to(newsletters.consent):
        subscribe(t, member.member_id, now)
    return OwedMail(CAPABILITY, item.pk, item.sk)


def replace(t: Transaction, old: Member, new: Member) -> Member:
    """Make the stored `old` the `new` one; the member as it will stand, with its new revision.

    ChangedMeanwhileError when it is no longer as `old` was seen; AlreadyRegisteredError when the new address is
    somebody else's. Number and time of registration stay.
    """
    today = tokyo_day(wiring.clock())
    new = endings.dated(old, new, today)
    written = rewrite(t, old, new)
    if folded(old.email) != folded(new.email):
        if new.email:
            # One's own it is after a merge: the address of the other one.
            free = UniqueItem.pk.does_not_exist() | (UniqueItem.member_id == new.member_id)
            t.save(_address(new), free, AlreadyRegisteredError)
        if old.email:
            t.delete(_address(old))
    if (due := endings.next_due(new, today)) and due != endings.next_due(old, today):
        ends.plan(t, due, member_key(old.member_id))
    return written


def rewrite(t: Transaction, old: Member, new: Member) -> Member:
    """What `replace` does, without the item that makes the address unique."""
    new = profiles.identified(new)
    item = MemberItem(member_key(old.member_id), PROFILE)
    t.update(item, changes_of(old, new), MemberItem.revision == old.revision, ChangedMeanwhileError)
    before, after = signposts(old), signposts(new)
    for key in sorted(after - before):
        t.save(SignpostItem(*key))
    for key in sorted(before - after):
        t.delete(SignpostItem(*key))
    profiles.follow(t, old, new)
    if present_of(old) != present_of(new):
        registration = RegistrationItem(*registration_key(old))
        t.update(registration, [RegistrationItem.present.set(present_of(new))])
    return with_values(new, revision=old.revision + 1)


def remove(t: Transaction, member: Member) -> None:
    """Take the member out, with every key and link; ChangedMeanwhileError when it is not as it was seen.

    Of the registration stay the figures that reports count. The history under MEMBER#<id> stays: how long is a matter
    of the definition.
    """
    own = member_key(member.member_id)
    item = MemberItem(own, PROFILE)
    t.delete(item, MemberItem.revision == member.revision, ChangedMeanwhileError)
    gone = {("NUMBER", f"NUMBER#{member.number}")} | {(pk.partition("#")[0], pk) for pk in elsewhere(member.member_id)}
    if member.email:
        gone.add(("EMAIL", f"EMAIL#{folded(member.email)}"))
    for sk, pk in sorted(gone):
        t.delete(SignpostItem(pk, sk))
    for each in SignpostItem.query(own, SignpostItem.sk.startswith(ELSEWHERE)):
        t.delete(SignpostItem(own, each.sk))
    for key in sorted(signposts(member)):
        t.delete(SignpostItem(*key))
    profiles.follow(t, member, None)
    for other_id in absorbed(member.member_id):
        t.delete(MemberItem(member_key(other_id), PROFILE))
        t.delete(SignpostItem(own, f"{MERGED}{other_id}"))
    t.update(RegistrationItem(*registration_key(member)), [RegistrationItem.present.remove()])
    if programme().newsletters_part:
        t.delete(SubscriberItem(_subscribers_pk(), member.member_id))


def point(t: Transaction, member_id: str, pk: str, *, until: datetime | None = None) -> None:
    """Remember under the member that the item `pk` goes with them. Its sort key is the first part of `pk`."""
    ttl = int(until.timestamp()) if until else None
    t.save(SignpostItem(member_key(member_id), f"{ELSEWHERE}{pk}", ttl=ttl))


def elsewhere(member_id: str, prefix: str = "") -> list[str]:
    """The partitions, beginning with `prefix`, of the items that go with the member; some may be gone already."""
    posts = SignpostItem.query(member_key(member_id), SignpostItem.sk.startswith(f"{ELSEWHERE}{prefix}"))
    return [post.sk.removeprefix(ELSEWHERE) for post in posts]


def subscribe(t: Transaction, member_id: str, at: datetime) -> None:
    """Put the member among the subscribers; SubscriptionUnchangedError when already there."""
    token = secrets.token_urlsafe(32)
    subscriber = SubscriberItem(_subscribers_pk(), member_id, since=to_iso(at), token=token)
    link = f"{UNSUBSCRIBE}#{digest_of(token)}"
    t.save(subscriber, SubscriberItem.pk.does_not_exist(), SubscriptionUnchangedError)
    t.save(UniqueItem(link, UNSUBSCRIBE, member_id=member_id))
    point(t, member_id, link)


def unsubscribe(t: Transaction, member_id: str) -> None:
    """Take the member from the subscribers; SubscriptionUnchangedError when not there. Old links stay good."""
    subscriber = SubscriberItem(_subscribers_pk(), member_id)
    t.delete(subscriber, SubscriberItem.pk.exists(), SubscriptionUnchangedError)


def remember_consent(t: Transaction, member_id: str, record: ConsentRecord) -> None:
    """Append to the member's consents; NotFoundError when there is no such member."""
    member = get(member_id)
    replace(t, member, with_values(member, consent_history=(*member.consent_history, record)))


def _owner(pk: str, sk: str) -> str | None:
    try:
        return UniqueItem.get(pk, sk, consistent_read=True).member_id
    except DoesNotExist:
        return None


def _address(member: Member) -> UniqueItem:
    return UniqueItem(f"EMAIL#{folded(member.email)}", "EMAIL", member_id=member.member_id)


def _number(member: Member) -> UniqueItem:
    return UniqueItem(f"NUMBER#{member.number}", "NUMBER", member_id=member.member_id)


def _subscribers_pk() -> str:
    return f"CONSENT#{programme().newsletters.consent}"
