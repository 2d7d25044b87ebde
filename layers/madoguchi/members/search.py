"""Finding members: by number, address or the beginning of a name, by filters; and counting them.

Every way reads items by their keys or queries a partition; nothing reads the whole table.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from madoguchi import bulk, wiring
from madoguchi.bulk import Row, Text
from madoguchi.japan.folding import fold
from madoguchi.japan.time import Month, from_iso, tokyo_day
from madoguchi.members import store
from madoguchi.members.items import CAPABILITY, SignpostItem
from madoguchi.members.rules import ACTIVE, Member
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import choices
from madoguchi.programme.kinds import code_of
from madoguchi.programme.questions import Field, values_of

MOST_FOUND = 200
NUMBER = re.compile(r"(\d{4})-?(\d{4})")
PREFECTURE = "prefecture"
SAME = ("birth_date", "phone")


class _Registered(Row, gc=False):
    sk: Text
    form_id: Text
    source: Text
    origin: Text
    present: Text | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A member as filters see them; `facts` are the counted answers as they are now."""

    member_id: str
    at: datetime
    form_id: str
    source: str
    origin: str
    class_id: str
    stage: str
    status: str
    consents: frozenset[str]
    facts: Mapping[str, str]

    def answers(self, field_id: str) -> list[str]:
        """The answers to a counted field."""
        return [each for each in self.facts.get(field_id, "").split(",") if each]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; an empty value asks for nothing. `facts` maps a counted field to an answer."""

    since: date
    until: date
    form_id: str = ""
    class_id: str = ""
    stage: str = ""
    status: str = ACTIVE
    consent: str = ""
    source: str = ""
    origin: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def fit(self, each: Found) -> bool:
        """Whether a member is asked for."""
        same = ("form_id", "class_id", "stage", "status", "source", "origin")
        return (
            self.since <= tokyo_day(each.at) <= self.until
            and all(getattr(self, name) in {"", getattr(each, name)} for name in same)
            and (not self.consent or self.consent in each.consents)
            and all(answer in each.answers(name) for name, answer in self.facts.items())
        )

    @property
    def used(self) -> list[str]:
        """The names of the filters in use: what may be told of a search."""
        names = ("form_id", "class_id", "stage", "consent", "source", "origin")
        return [*(name for name in names if getattr(self, name)), *sorted(self.facts)]


def filterable() -> list[Field]:
    """The fields by which members can be filtered: the counted ones and the prefecture."""
    fields = programme().registration.fields
    return [each for each in fields.values() if (each.counted or each.id == PREFECTURE) and choices(each)]


def first_day() -> date:
    """The first day on which anybody may have registered: of the first contract, or of an older list taken over."""
    return store.months(wiring.clock())[0].first_day


def by_text(typed: str) -> list[str]:
    """The ids of the members with that number, that whole address, or whose name or reading begins so."""
    typed = unicodedata.normalize("NFKC", typed).strip()
    if "@" in typed:
        member_id = store.id_of_address(typed)
        return [member_id] if member_id else []
    if member_id := by_number(typed):
        return [member_id]
    key = fold(typed)
    return _signposts(key, key) if key else []


def by_number(typed: str) -> str | None:
    """The id of the member with that number, however it is typed."""
    code = code_of(typed)
    ours = NUMBER.fullmatch(code)
    if ours:
        return store.of_number("-".join(ours.groups()))
    # A list that was taken over brings numbers of another shape.
    return store.of_number(code) if code and code.isascii() else None


def same_person(member: Member) -> list[Member]:
    """Active members who may be the same person: the same folded name or reading, and birth date or telephone."""
    names = {key for name in (member.name, member.kana) if (key := fold(name))}
    ids = {found for key in names for found in _signposts(key, f"{key}#")} - {member.member_id}
    others = store.those(ids).values()
    return [other for other in others if other.status == ACTIVE and _shares(member, other)]


def matching(filters: Filters) -> list[Found]:
    """Who fits, the last registered first."""
    return sorted(filter(filters.fit, registered(filters.since, filters.until)), key=_when, reverse=True)


def registered(since: date, until: date) -> Iterator[Found]:
    """Everybody who registered in those months and is a member still, in order."""
    for month in Month.of(since).through(Month.of(until)):
        for row in bulk.query(CAPABILITY, f"REGISTERED#{month}", _Registered):
            if row.present:
                yield _found(row, row.present.value)


def tallies(people: list[Found]) -> dict[str, Counter[str]]:
    """How many there are of each form, class, stage, source, origin, and of each answer to the counted fields."""
    kinds: dict[str, Callable[[Found], list[str]]] = {
        "form_id": lambda each: [each.form_id],
        "class_id": lambda each: [each.class_id],
        "stage": lambda each: [each.stage],
        "source": lambda each: [each.source],
        "origin": lambda each: [each.origin],
        "consent": lambda each: sorted(each.consents),
    }
    found = {kind: Counter(value for each in people for value in values(each)) for kind, values in kinds.items()}
    for question in filterable():
        found[question.id] = Counter(answer for each in people for answer in each.answers(question.id))
    return found


def _signposts(key: str, prefix: str) -> list[str]:
    posts = SignpostItem.query(f"KANA#{key[0]}", SignpostItem.sk.startswith(prefix), limit=MOST_FOUND)
    return list(dict.fromkeys(post.sk.rpartition("#")[2] for post in posts))


def _shares(one: Member, other: Member) -> bool:
    return any(
        list(values_of(one.answers, each)) == list(values_of(other.answers, each))
        for each in SAME
        if one.answers.get(each)
    )


def _found(row: _Registered, present: str) -> Found:
    at, _, member_id = row.sk.value.partition("#")
    now = json.loads(present)
    return Found(
        member_id=member_id,
        at=from_iso(at),
        form_id=row.form_id.value,
        source=row.source.value,
        origin=row.origin.value,
        class_id=now["class_id"],
        stage=now["stage"],
        status=now["status"],
        consents=frozenset(now["consents"]),
        facts=now["facts"],
    )


def _when(found: Found) -> datetime:
    return found.at
