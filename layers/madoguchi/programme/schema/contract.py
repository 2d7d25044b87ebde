"""The schema of what surrounds members and office: site, contract, channels, reports, what may be changed."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import EmailStr, Field, model_validator

from madoguchi.programme.schema.forms import Form, Rule
from madoguchi.programme.schema.words import PICTURE, PLACE, Identifier, Name, Part, Prefecture, Text, refuse

Role = Literal["owner", "manager", "operator", "desk"]
METRICS = (
    "registrations", "members", "withdrawals", "bookings", "visitors", "events", "participants",
    "newsletters", "stage_moves", "by_hand",
)  # fmt: skip


class Site(Part):
    """What the pages say about the programme and whom to ask. `logo` is a file of templates/static/img."""

    name: Text
    lead: Text
    operator: Text
    mail: EmailStr
    phone: Name
    phone_hours: Text
    address: Text | Literal[""] = ""
    access: Text | Literal[""] = ""
    hours_text: Text | Literal[""] = ""
    closed_text: Text | Literal[""] = ""
    features: list[Text] = []
    theme: Literal["blue", "forest", "plum", "teal"] = "blue"
    logo: Annotated[str, Field(pattern=PICTURE)] = "mark.svg"


class Contract(Part):
    """The contract behind the programme."""

    title: Name
    client: Name
    contractor: Name
    starts: date
    ends: date
    cut_off: date | None = None

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """Refuse a contract that ends before it starts, and a cut-off outside it."""
        if self.ends < self.starts:
            refuse("ends", f"{self.ends} lies before starts ({self.starts})")
        if self.cut_off and not self.starts <= self.cut_off <= self.ends:
            refuse("cut_off", f"{self.cut_off} lies outside the contract ({self.starts} to {self.ends})")
        return self


class Workplace(Part):
    """A place where staff work."""

    id: Identifier
    name: Name
    address: Name
    phone: str = ""


class Notice(Part):
    """What staff must accept before they see anybody's data. Markdown."""

    version: Name
    text: Annotated[str, Field(min_length=1, max_length=10_000)]


class Events(Part):
    """Rules of events."""

    guest_hold_minutes: Annotated[int, Field(ge=5, le=30)]
    least_speakers: Annotated[int, Field(ge=0, le=20)] = 0
    least_capacity: Annotated[int, Field(ge=1, le=1000)] = 1
    kinds: list[Text] = []


class Newsletters(Part):
    """The sender's particulars, which the law wants in each mail, and the consent it needs."""

    consent: Identifier
    sender_name: Name
    sender_address: Name
    contact: Name
    channels: Annotated[list[Literal["mail", "line"]], Field(min_length=1)] = ["mail"]
    per_month: Annotated[int, Field(ge=0, le=31)] = 0


class MailSender(Part):
    """A service that sends mail for a domain, and the DNS records that say so."""

    service: Name
    domain: Name
    spf: Name
    dkim: list[Name]


class Region(Part):
    """A group of prefectures in the reports."""

    id: Identifier
    label: Text
    prefectures: list[Prefecture]


class Target(Part):
    """The people whom the programme is for."""

    label: Text
    when: Rule


class Obligation(Part):
    """A number that the contract demands."""

    id: Identifier
    clause: Name
    label: Text
    metric: Literal[METRICS]  # type: ignore[valid-type]  # the list stands once, above
    target: Annotated[int, Field(ge=1)]
    period: Literal["month", "fiscal_year", "contract"]
    unit: Name = "件"


class Reports(Part):
    """How reports group people, and what they must prove."""

    regions: list[Region] = []
    region_fields: list[Identifier] = []
    target: Target | None = None
    tables: list[Identifier] = []
    obligations: list[Obligation] = []


class Survey(Part):
    """A questionnaire."""

    id: Identifier
    label: Text
    form: Form
    anonymous: bool = True


class Opportunities(Part):
    """What members can take part in, and the stages of an application."""

    label: Text
    kinds: list[Text]
    pipeline: Annotated[list[Text], Field(min_length=2)]


class Overridable(Part):
    """A key that staff may change without a deployment, from a date on."""

    key: Annotated[str, Field(pattern=PLACE, max_length=200)]
    label: Name
    roles: Annotated[list[Role], Field(min_length=1)]
