"""Profiles as others see them: found by what they show, each as far as its viewer may see it.

An answer that a viewer may not see finds nobody for them either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from pynamodb.exceptions import DoesNotExist

from madoguchi.japan.time import tokyo_day
from madoguchi.members import endings, profiles, store
from madoguchi.members.profiles import PROFILES, ProfileItem
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import choices, shown
from madoguchi.programme.questions import EVERYBODY, MEMBERS, Field
from madoguchi.refusals import NotFoundError
from madoguchi.web import limits

PAGE_SIZE = 20
READ_AT_ONCE = 500
# Somebody who looks around does not come near this; a script that copies the list does.
MOST_LOOKS, TEN_MINUTES = 120, 10 * 60
NAMES = ("family_name", "given_name", "organisation_name")
LONG = "textarea"
IN_SHORT = 3


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks at profiles: one of which audience, and the key by which their looks are counted."""

    audience: str
    key: str

    @classmethod
    def of(cls, member: Member | None, source: str, now: datetime) -> "Looker":
        """A member, or a visitor from a source; TermEndedError when the member's registration is over."""
        if member is None:
            return cls(EVERYBODY, source)
        endings.check_lasts(member, tokyo_day(now))
        return cls(MEMBERS, member.member_id)


@dataclass(frozen=True, slots=True)
class Profile:
    """What an audience sees of a member: the name ('' when it is not shown), and (term, answer) rows.

    `brief` are the rows of a list.
    """

    profile_id: str
    name: str
    kind: str
    rows: list[tuple[str, str]]
    brief: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a member's profile shows, or would show, to members and to everybody; and whether it is shown at all."""

    is_shown: bool
    to_members: Profile
    to_everybody: Profile


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for: a form ('' for any), and answers by their fields.

    `after` is the last profile of the page before.
    """

    form_id: str = ""
    answers: Mapping[str, str] | None = None
    after: str = ""


def check_open(audience: str) -> bool:
    """Whether the audience may see profiles; NotFoundError when the programme has none."""
    definition = programme()
    if not definition.members.profile_consent:
        raise NotFoundError
    return bool(definition.profiles_open_to(audience))


def offers(audience: str) -> list[Field]:
    """The fields by which an audience may search: the counted ones that some form shows them."""
    fields: dict[str, Field] = {}
    for form in programme().profiles_open_to(audience):
        for field in form.open_to(audience):
            if field.counted and choices(field):
                fields.setdefault(field.id, field)
    return list(fields.values())


def find(search: Search, by: Looker, now: datetime) -> tuple[list[Profile], str]:
    """A page of the profiles that fit, and the `after` of the next page ('' at the end); TooManyError for scripts."""
    limits.take("people", by.key, most=MOST_LOOKS, seconds=TEN_MINUTES, now=now)
    found = list(islice(_matching(search, by.audience, now), PAGE_SIZE + 1))
    page = found[:PAGE_SIZE]
    members = store.those(each.member_id for each in page)
    known = [(each, members[each.member_id]) for each in page if each.member_id in members]
    profiles_found = [_profile(member, by.audience) for item, member in known if _is_theirs(item, member, now)]
    return profiles_found, page[-1].sk if len(found) > PAGE_SIZE else ""


def see(profile_id: str, by: Looker, now: datetime) -> Profile:
    """A profile; NotFoundError when there is none that shows anything to the viewer."""
    limits.take("people", by.key, most=MOST_LOOKS, seconds=TEN_MINUTES, now=now)
    try:
        item = ProfileItem.get(PROFILES, profile_id, consistent_read=True)
    except DoesNotExist as missing:
        raise NotFoundError from missing
    member = store.get(item.member_id)
    opened = [form.id for form in programme().profiles_open_to(by.audience)]
    if not _is_theirs(item, member, now) or member.form.id not in opened:
        raise NotFoundError
    return _profile(member, by.audience)


def preview(member: Member) -> Preview | None:
    """What others see of a member, or would see; None where their form asks for no consent to it."""
    consent = programme().members.profile_consent
    if member.form.consent(consent) is None:
        return None
    return Preview(profiles.is_wanted(member), _profile(member, MEMBERS), _profile(member, EVERYBODY))


def _matching(search: Search, audience: str, now: datetime) -> Iterator[ProfileItem]:
    opened = {
        form.id: {field.id for field in form.open_to(audience)} for form in programme().profiles_open_to(audience)
    }
    today, asked = tokyo_day(now).isoformat(), search.answers or {}
    after = ProfileItem.sk > search.after if search.after else None
    for item in ProfileItem.query(PROFILES, after, consistent_read=True, page_size=READ_AT_ONCE):
        fits = all(
            field in opened.get(item.form_id, ()) and answer in item.facts.get(field, "").split(",")
            for field, answer in asked.items()
        )
        lasts = not item.ends_on or item.ends_on >= today
        if fits and lasts and item.form_id in opened and search.form_id in {"", item.form_id}:
            yield item


def _is_theirs(item: ProfileItem, member: Member, now: datetime) -> bool:
    """Whether the member still lets this profile be seen: they may have changed since it was found."""
    lasts = not endings.has_ended(member, tokyo_day(now))
    return lasts and profiles.is_wanted(member) and member.profile_id == item.sk


def _profile(member: Member, audience: str) -> Profile:
    answers = member.all_answers
    said = [(field, text) for field in member.form.open_to(audience) if (text := shown(field, answers))]
    names = " ".join(text for field, text in said if field.id in NAMES)
    rest = [(field, text) for field, text in said if field.id not in NAMES]
    rows = [(field.label, text) for field, text in rest]
    brief = [(field.label, text) for field, text in rest if field.kind != LONG][:IN_SHORT]
    return Profile(member.profile_id, names, member.form.label, rows, brief)
