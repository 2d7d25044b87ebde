"""The mails that members' records owe."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pynamodb.exceptions import DoesNotExist

from madoguchi import wiring
from madoguchi.japan.time import from_iso
from madoguchi.mail.message import Message, compose
from madoguchi.mail.owed import OwingItem
from madoguchi.members import addresses, changes, leaving, links, store, terms
from madoguchi.members.items import PROFILE, MemberItem, to_member
from madoguchi.members.rules import ACTIVE, Link
from madoguchi.organisations import store as organisations
from madoguchi.programme.definition import JAPANESE, programme
from madoguchi.refusals import NotFoundError
from madoguchi.settings import settings
from madoguchi.web.page_words import HTML_LANGUAGES, page_words


def message_for(pk: str, sk: str) -> tuple[OwingItem, Message | None] | None:
    """The record and its mail; None when it owes nothing any more, a None message when nobody is to get one."""
    kind, compose_for = MAILS[sk.partition("#")[0]]
    try:
        item = kind.get(pk, sk, consistent_read=True)
    except DoesNotExist:
        return None
    return (item, compose_for(item)) if item.owed else None


def _registration(item: links.PendingItem) -> Message | None:
    """The link to press or, when the address is a member's, a hint to that member."""
    if from_iso(item.expires_at) <= wiring.clock():
        return None
    member_id = store.id_of_address(item.values["email"])
    if member_id:
        return _again(member_id)
    # Without the typed name: it would let anybody send words of their own to any address.
    return _compose(
        "registration-confirm",
        to=item.values["email"],
        # The other words are Japanese, for whoever finds the mail and did not ask for it.
        invitation=page_words(item.language)["mail_register"] if item.language != JAPANESE else "",
        language=HTML_LANGUAGES.get(item.language, item.language),
        url=_link_to("register", item.pk, item.mail_secret),
        expires_at=from_iso(item.expires_at),
    )


def _again(member_id: str) -> Message:
    member = store.get(member_id)
    return _compose(
        "registration-again",
        to=member.email,
        name=member.name,
        url=f"{settings().public_url}/sign-in",
    )


def _sign_in_link(item: links.SignInItem) -> Message | None:
    """The link, to the stored address; nothing when nobody registered the typed one."""
    member_id = store.id_of_address(item.email)
    if member_id is None or from_iso(item.expires_at) <= wiring.clock():
        return None
    try:
        member = store.get(member_id)
    except NotFoundError:
        return None
    if member.status != ACTIVE:
        return None
    return _compose(
        "sign-in-link",
        to=member.email,
        name=member.name,
        url=_link_to("sign-in", item.pk, item.mail_secret),
        expires_at=from_iso(item.expires_at),
    )


def _welcome(item: MemberItem) -> Message:
    member = to_member(item)
    return _compose(
        "registration-done",
        to=member.email,
        name=member.name,
        number=member.number,
        class_label=programme().members.member_class(member.class_id).label,
        days_ahead=programme().members.member_class(member.class_id).days_ahead,
        url=f"{settings().public_url}/sign-in",
    )


def _changed(item: changes.ChangeItem) -> Message | None:
    """Which items were changed, not to what: a mailbox may be read by others."""
    try:
        member = store.get(item.member_id)
    except NotFoundError:
        return None
    return _compose(
        "registration-changed",
        to=member.email,
        name=member.name,
        labels=changes.labels_of(item.fields),
        at=from_iso(item.at),
        who=changes.author_of(item.by, member),
        url=f"{settings().public_url}/me",
    )


def _new_address(item: addresses.AddressItem) -> Message | None:
    """The link to press, to one of the two addresses; an address that is somebody else's gets no link."""
    if from_iso(item.expires_at) <= wiring.clock():
        return None
    is_taken = item.side is addresses.Side.NEW and store.id_of_address(item.email) not in {None, item.member_id}
    return _compose(
        "address-taken" if is_taken else f"address-{item.side}",
        to=item.asked,
        url=_link_to("address", item.pk, item.mail_secret),
        expires_at=from_iso(item.expires_at),
    )


def _farewell(item: leaving.FarewellItem) -> Message:
    """The last mail: what is kept until when."""
    kept = [(label, date.fromisoformat(until), why) for label, until, why in item.kept]
    return _compose("withdrawal-done", to=item.email, name=item.name, kept=kept)


def _reminder(item: terms.ReminderItem) -> Message | None:
    """What ends when, or until when it was renewed; nothing when the member has left or it is not so any more."""
    try:
        member = store.get(item.member_id)
    except NotFoundError:
        return None
    if member.status != ACTIVE or not member.email:
        return None
    members = programme().members
    return _compose(
        item.mail or "",
        to=member.email,
        name=member.name,
        scheme=members.scheme,
        class_label=members.member_class(member.class_id).label,
        ends_on=date.fromisoformat(item.ends_on),
        url=f"{settings().public_url}/me",
    )


def _invitation(item: organisations.InvitationItem) -> Message | None:
    """The link by which somebody comes to represent an organisation."""
    if from_iso(item.expires_at) <= wiring.clock():
        return None
    try:
        organisation = store.get(item.organisation_id)
    except NotFoundError:
        return None
    return _compose(
        "organisation-invitation",
        to=item.email,
        organisation=organisation.answers.get("organisation_name", ""),
        url=_link_to("invitations", item.pk, item.mail_secret),
        expires_at=from_iso(item.expires_at),
    )


MAILS: Mapping[str, tuple[type[OwingItem], Callable[[Any], Message | None]]] = {
    "PENDING": (links.PendingItem, _registration),
    "SIGN-IN": (links.SignInItem, _sign_in_link),
    PROFILE: (MemberItem, _welcome),
    changes.CHANGE: (changes.ChangeItem, _changed),
    "ADDRESS": (addresses.AddressItem, _new_address),
    organisations.INVITATION: (organisations.InvitationItem, _invitation),
    terms.REMINDER: (terms.ReminderItem, _reminder),
    leaving.FAREWELL: (leaving.FarewellItem, _farewell),
}


def _link_to(page: str, pk: str, secret: str | None) -> str:
    reference = pk.partition("#")[2]
    return f"{settings().public_url}/{page}/{Link(reference, secret or '').token}"


def _compose(template: str, *, to: str, **facts: Any) -> Message:  # noqa: ANN401 whatever the template reads
    return compose(template, to=to, site=programme().site, **facts)
