"""What representatives do for their organisation: invite others, see them, take them out."""

from dataclasses import replace
from datetime import datetime

from madoguchi.mail.owed import post
from madoguchi.members import links
from madoguchi.members import store as members
from madoguchi.members.rules import ACTIVE, Link, LinkGoneError, Member, UnreadableAddressError, folded
from madoguchi.organisations import store
from madoguchi.organisations.rules import (
    INVITATION_LIVES,
    Invitation,
    LastRepresentativeError,
    NotRepresentedError,
    Representative,
    RepresentsAnotherError,
)
from madoguchi.programme.forms import address, shown
from madoguchi.refusals import NotFoundError
from madoguchi.storage import transaction
from madoguchi.web import limits

DAY = 24 * 60 * 60
# A large association invites its whole board at once; nobody's mailbox can be flooded.
MOST_PER_ORGANISATION = 30
MOST_PER_ADDRESS = 3


def organisation_of(member: Member) -> Member | None:
    """The organisation that a member represents: itself, or the one that they were linked to."""
    if is_organisation(member):
        return member
    if not member.organisation_id:
        return None
    try:
        return members.get(member.organisation_id)
    except NotFoundError:
        return None


def is_organisation(member: Member) -> bool:
    """Whether an organisation registered, and not a person."""
    return member.form.subject == "organisation"


def title_of(organisation: Member) -> str:
    """The organisation's own name, not that of the person who registered it."""
    return str(organisation.answers.get("organisation_name", "")) or organisation.name


def answers_of(organisation: Member) -> list[tuple[str, str]]:
    """What the organisation registered, as (label, answer)."""
    form, answers = organisation.form, organisation.all_answers
    rows = [(field.label, shown(field, answers)) for field in form.fields]
    return [("登録の種類", form.label), ("登録番号", organisation.number), *rows]


def representatives(organisation: Member) -> list[Representative]:
    """Who represents the organisation, the one who registered it first."""
    linked = members.those(members.belonging_to(organisation.member_id)).values()
    first = Representative(organisation.member_id, organisation.name, is_first=True)
    others = [Representative(each.member_id, each.name, is_first=False) for each in linked if each.status == ACTIVE]
    return [first, *sorted(others, key=lambda each: (each.name, each.member_id))]


def every_organisation() -> list[Member]:
    """All organisations that registered, by name."""
    found = members.those(members.organisations()).values()
    return sorted(found, key=lambda each: (title_of(each), each.member_id))


def invite(by: Member, typed: str, *, now: datetime) -> None:
    """Mail somebody an invitation; NotRepresentedError, UnreadableAddressError, TooManyError."""
    organisation = _represented(by)
    try:
        email = address(typed)
    except ValueError as error:
        raise UnreadableAddressError from error
    limits.take("invitation-from", organisation.member_id, most=MOST_PER_ORGANISATION, seconds=DAY, now=now)
    limits.take("invitation-to", folded(email), most=MOST_PER_ADDRESS, seconds=DAY, now=now)
    expires_at = now + INVITATION_LIVES
    with transaction() as t:
        owed = store.add_invitation(t, Invitation(organisation.member_id, email, expires_at), now)
        # Whoever leaves, the invited one or the organisation, takes the invitation along.
        t.save(links.waiting(email, owed.pk, int(expires_at.timestamp())))
        members.point(t, organisation.member_id, owed.pk, until=expires_at)
    post(owed)


def invited(token: str, now: datetime) -> tuple[Invitation, Member]:
    """The invitation behind a link and the organisation that invites, or LinkGoneError."""
    found = store.invitation(Link.read(token), now)
    try:
        return found, members.get(found.organisation_id)
    except NotFoundError as missing:
        raise LinkGoneError from missing


def accept(token: str, member: Member, now: datetime) -> None:
    """Let the member represent the organisation that invited them; LinkGoneError, RepresentsAnotherError."""
    invitation, organisation = invited(token, now)
    if is_organisation(member) or member.organisation_id not in {"", organisation.member_id}:
        raise RepresentsAnotherError
    with transaction() as t:
        store.use_invitation(t, Link.read(token))
        members.replace(t, member, replace(member, organisation_id=invitation.organisation_id))


def remove(by: Member, member_id: str) -> None:
    """Take a representative out, oneself included; LastRepresentativeError for the one who registered it."""
    organisation = _represented(by)
    if member_id == organisation.member_id:
        raise LastRepresentativeError
    old = members.get(member_id)
    if old.organisation_id != organisation.member_id:
        raise NotFoundError
    with transaction() as t:
        members.replace(t, old, replace(old, organisation_id=""))


def _represented(member: Member) -> Member:
    organisation = organisation_of(member)
    if organisation is None:
        raise NotRepresentedError
    return organisation
