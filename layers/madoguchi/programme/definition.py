"""The programme definition as the functions see it: compiled JSON decoded into plain values.

The schema with its checks and messages is in `schema/` (pydantic), which no function that answers people
imports. A compiled programme holds every version of its definition; which one holds is a matter of the day.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from madoguchi import wiring
from madoguchi.japan.time import tokyo_day
from madoguchi.programme import overlay, overrides
from madoguchi.programme.membership import Members, Processor, Registration, Retention
from madoguchi.programme.overrides import Held
from madoguchi.programme.places import Office
from madoguchi.programme.questions import Form
from madoguchi.refusals import NotFoundError
from madoguchi.settings import settings

T = TypeVar("T")

JAPANESE = "ja"
_changes: Callable[[date], tuple[Held, ...]] = overrides.held
LANGUAGES: Mapping[str, str] = {JAPANESE: "日本語", "easy": "やさしい日本語", "en": "English"}


class Site(Struct, frozen=True):
    """What the pages say about the programme and whom to ask. `logo` is a file of templates/static/img."""

    name: str
    lead: str
    operator: str
    mail: str
    phone: str
    phone_hours: str
    address: str = ""
    access: str = ""
    hours_text: str = ""
    closed_text: str = ""
    features: list[str] = []
    theme: str = "blue"
    logo: str = "mark.svg"


class Contract(Struct, frozen=True):
    """The contract behind the programme (契約). `cut_off` is the last day that reports count, its end unless given."""

    title: str
    client: str
    contractor: str
    starts: date
    ends: date
    cut_off: date | None = None

    @property
    def last_day(self) -> date:
        """The last day that reports count."""
        return self.cut_off or self.ends


class Workplace(Struct, frozen=True):
    """A place where staff work; its network is among the listed addresses of the stack's parameters."""

    id: str
    name: str
    address: str
    phone: str = ""


class Notice(Struct, frozen=True):
    """What staff must read and accept before they see anybody's data."""

    version: str
    text: str


class Events(Struct, frozen=True):
    """Rules of events and of signing up for them. `kinds` are the kinds of event that reports tell apart."""

    guest_hold_minutes: int
    least_speakers: int = 0
    least_capacity: int = 1
    kinds: list[str] = []


class Newsletters(Struct, frozen=True):
    """The sender's particulars that the law wants in each mail (特定電子メール法 4条), and the channels."""

    consent: str
    sender_name: str
    sender_address: str
    contact: str
    channels: list[str] = []
    per_month: int = 0


class MailSender(Struct, frozen=True):
    """A service that sends mail for a domain of the programme, and the DNS records that say so."""

    service: str
    domain: str
    spf: str
    dkim: list[str]


class Region(Struct, frozen=True):
    """A group of prefectures in the reports."""

    id: str
    label: str
    prefectures: list[str]


class Target(Struct, frozen=True):
    """The people whom the programme is for, as a rule over their answers."""

    label: str
    when: dict[str, list[str]]


class Obligation(Struct, frozen=True):
    """A number that the contract demands: the clause, what is counted, the target and its period."""

    id: str
    clause: str
    label: str
    metric: str
    target: int
    period: str
    unit: str = "件"


class Reports(Struct, frozen=True):
    """How reports group people: region groups, the people aimed at, small cells, obligations."""

    regions: list[Region] = []
    region_fields: list[str] = []
    target: Target | None = None
    tables: list[str] = []
    obligations: list[Obligation] = []


class Survey(Struct, frozen=True):
    """A questionnaire of the programme."""

    id: str
    label: str
    form: Form
    anonymous: bool = True


class Opportunities(Struct, frozen=True):
    """What members can take part in, and the stages that an application goes through."""

    label: str
    kinds: list[str]
    pipeline: list[str]


class Overridable(Struct, frozen=True):
    """A key that staff may change without a deployment, and which roles may."""

    key: str
    label: str
    roles: list[str]


class Programme(Struct, frozen=True, kw_only=True):
    """One version of one contract, as data."""

    id: str
    version: int
    holds_from: date
    site: Site
    contract: Contract
    modules: list[str]
    registration: Registration
    members: Members
    retention: list[Retention]
    processors: list[Processor]
    staff_notice: Notice
    reports: Reports
    workplaces: list[Workplace] = []
    office_part: Office | None = msgspec.field(name="office", default=None)
    events_part: Events | None = msgspec.field(name="events", default=None)
    newsletters_part: Newsletters | None = msgspec.field(name="newsletters", default=None)
    mail_senders: list[MailSender] = []
    surveys: list[Survey] = []
    opportunities: Opportunities | None = None
    overridable: list[Overridable] = []
    pages: dict[str, str] = {}
    languages: dict[str, dict[str, str]] = {}

    @property
    def office(self) -> Office:
        """The office; NotFoundError when the contract has none."""
        return _existing(self.office_part)

    @property
    def events(self) -> Events:
        """The rules of events; NotFoundError when the contract has none."""
        return _existing(self.events_part)

    @property
    def newsletters(self) -> Newsletters:
        """The newsletters; NotFoundError when the contract has none."""
        return _existing(self.newsletters_part)

    def module_on(self, module: str) -> bool:
        """Whether the contract has that part."""
        return module in self.modules

    def profiles_open_to(self, audience: str) -> list[Form]:
        """The forms by which one may have a profile that shows something to an audience (members, everybody)."""
        consent = self.members.profile_consent
        return [form for form in self.registration.forms if form.consent(consent) and form.open_to(audience)]

    def retention_of(self, kind: str) -> Retention:
        """How long that kind of data is kept; KeyError when the definition does not say."""
        for each in self.retention:
            if each.id == kind:
                return each
        raise KeyError(kind)

    @property
    def spoken(self) -> dict[str, str]:
        """The languages of its forms and their names, Japanese first."""
        return {code: name for code, name in LANGUAGES.items() if code == JAPANESE or code in self.languages}


def _existing(part: T | None) -> T:
    if part is None:
        raise NotFoundError
    return part


class Compiled(Struct, frozen=True):
    """Every version of a programme's definition, the oldest first."""

    versions: list[Programme]


def decode(compiled: bytes) -> tuple[Programme, ...]:
    """Decode a compiled programme: its versions, the oldest first."""
    return tuple(msgspec.json.decode(compiled, type=Compiled).versions)


def programme(on: date | None = None, language: str = JAPANESE) -> Programme:
    """The definition that this stack runs, as it holds on a day (today's unless given), in a language."""
    day = on or tokyo_day(wiring.clock())
    return _shaped(unchanged(day).version, Changes(_changes(day)), language)


def unchanged(on: date) -> Programme:
    """The definition of a day as it was deployed, without what staff changed."""
    return max((each for each in _versions() if each.holds_from <= on), key=_age, default=_versions()[0])


def preview(on: date, change: Held) -> Programme:
    """The definition of a day as it would be with one more change."""
    return _shaped(unchanged(on).version, Changes((*_changes(on), change)), JAPANESE)


def use_changes(changes: Callable[[date], tuple[Held, ...]]) -> None:
    """Say who knows what staff changed: for a day, the changes that hold then."""
    global _changes  # noqa: PLW0603 the wiring of this module
    _changes = changes


def _age(version: Programme) -> date:
    return version.holds_from


@cache
def _versions() -> tuple[Programme, ...]:
    name = f"{settings().programme}.json"
    return decode(files("madoguchi_programmes").joinpath(name).read_bytes())


class Changes(tuple[Held, ...]):
    """Changes as the key of a cache: the same ones in the same order are equal, whatever they hold."""

    __slots__ = ()

    def __hash__(self) -> int:
        """By their ids: a change never changes."""
        return hash(tuple(each.override_id for each in self))


@lru_cache(maxsize=32)
def _shaped(version: int, changes: Changes, language: str) -> Programme:
    """A version in the words of a language, with what staff changed laid over it."""
    plain = next(each for each in _versions() if each.version == version)
    words = plain.languages.get(language, {})
    if not changes and not words:
        return plain
    tree: dict[str, Any] = msgspec.to_builtins(plain)
    overlay.lay(tree, words, missing_is_fine=True)
    for change in changes:
        # A later version of the definition may lack the place.
        overlay.lay(tree, {change.key: deepcopy(change.value)}, missing_is_fine=True)
        overlay.lay(tree, change.words.get(language, {}), missing_is_fine=True)
    return msgspec.convert(tree, Programme)
