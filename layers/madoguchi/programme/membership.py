"""What a definition says about members: how they come, which class and stage they are in, when their data go."""

from collections.abc import Collection
from datetime import date

from msgspec import Struct

from madoguchi.programme.questions import Answers, Condition, Field, Form


class Registration(Struct, frozen=True):
    """The forms by which people and organisations register. The first is the usual one."""

    forms: list[Form]

    @property
    def usual(self) -> Form:
        """The form that `/register` shows."""
        return self.forms[0]

    def form(self, form_id: str) -> Form:
        """The form of that id; KeyError when the definition has none."""
        for each in self.forms:
            if each.id == form_id:
                return each
        raise KeyError(form_id)

    @property
    def fields(self) -> dict[str, Field]:
        """Every field of every form by its id; of fields that share an id, the first."""
        found: dict[str, Field] = {}
        for form in self.forms:
            for field in form.fields:
                found.setdefault(field.id, field)
        return found

    @property
    def counted(self) -> list[Field]:
        """The fields that records freeze and reports break down."""
        return [field for field in self.fields.values() if field.counted]


class Evidence(Struct, frozen=True):
    """What somebody shows at the counter before a class is granted. No file is ever kept."""

    label: str
    accepted: list[str] = []


class Expiry(Struct, frozen=True):
    """When a class or a registration ends: `months` after an event, or at the end of the fiscal year.

    `counted_from` is registration, first_use or renewal. `reminders` are days before the end.
    """

    months: int = 0
    counted_from: str = "registration"
    at_fiscal_year_end: bool = False
    reminders: list[int] = []


class MemberClass(Condition, frozen=True, kw_only=True):
    """A class of member. The first whose rule fits the answers is taken; an empty rule fits all.

    A class with `evidence` is taken only after staff have seen it; until then the next one that fits.
    """

    id: str
    label: str
    days_ahead: int = 0
    evidence: Evidence | None = None
    expires: Expiry | None = None


class Stage(Struct, frozen=True):
    """A stage of a member's involvement, and from which stages one comes into it (none: where one starts).

    `by` says who makes the move: staff, or a rule of the programme such as the first event.
    """

    id: str
    label: str
    description: str = ""
    after: list[str] = []


class Source(Struct, frozen=True):
    """Where members come from: the code in `?from=`, its name and its medium (広告, SNS, 紹介, イベント …)."""

    id: str
    label: str
    medium: str


class Retention(Struct, frozen=True):
    """How long a kind of data is kept after withdrawal, and why. Zero months: erased at once.

    `keeps` names what stays while it is kept: `everything`, or `facts` (figures without the person).
    """

    id: str
    label: str
    months: int
    why: str
    keeps: str = "everything"


class Processor(Struct, frozen=True):
    """Who else handles personal data for the programme (再委託先): for the client to approve."""

    name: str
    service: str
    data: str
    region: str
    safeguards: str


class Members(Struct, frozen=True):
    """Classes, stages, sources and terms of members.

    `profile_consent` names the consent by which a member has a profile that others see; '' when there are none.
    """

    classes: list[MemberClass]
    stages: list[Stage] = []
    sources: list[Source] = []
    term: Expiry | None = None
    scheme: str = ""
    coordinators: bool = False
    profile_consent: str = ""

    def member_class(self, class_id: str) -> MemberClass:
        """The class of that id; KeyError when the definition has none."""
        for each in self.classes:
            if each.id == class_id:
                return each
        raise KeyError(class_id)

    def class_of(
        self, answers: Answers, today: date, *, shown: Collection[str] = (), ended: Collection[str] = ()
    ) -> MemberClass:
        """The class that the answers lead to; `shown` are the classes whose evidence staff have seen.

        The last class takes everybody, whatever `ended` for them.
        """
        for each in self.classes:
            is_open = each.evidence is None or each.id in shown
            if each.applies(answers, today) and is_open and (each.id not in ended or each is self.classes[-1]):
                return each
        raise KeyError(today)

    def awaiting_evidence(self, answers: Answers, today: date, *, shown: Collection[str]) -> list[MemberClass]:
        """The classes that the answers fit but that are taken only once staff have seen something."""
        return [
            each for each in self.classes if each.evidence and each.id not in shown and each.applies(answers, today)
        ]

    def stage(self, stage_id: str) -> Stage | None:
        """The stage of that id."""
        return next((each for each in self.stages if each.id == stage_id), None)

    @property
    def starting_stage(self) -> str:
        """The stage in which people start; '' where there are no stages."""
        return next((each.id for each in self.stages if not each.after), "")

    @property
    def coordinator_stage(self) -> Stage | None:
        """The stage of those who look after other members: the last, where the programme has coordinators."""
        return self.stages[-1] if self.coordinators and self.stages else None

    def source(self, source_id: str) -> Source | None:
        """The source of that code."""
        return next((each for each in self.sources if each.id == source_id), None)
