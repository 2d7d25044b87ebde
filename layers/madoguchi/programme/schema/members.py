"""The schema of members: registration forms, classes, stages, sources, retention."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from madoguchi.programme.schema.forms import Condition, Form, FormField, check_rule
from madoguchi.programme.schema.words import (
    CODE_IN_LINK,
    Identifier,
    Name,
    Part,
    Text,
    refuse,
    refuse_twins,
    refuse_unknown,
)

KINDS_OF_DATA = ("profile", "consents", "bookings", "sign_ups", "deliveries", "evidence", "prospects")
"""What is kept about people: each needs a retention period, and more may be defined for single fields."""


class Registration(Part):
    """The forms by which people and organisations register."""

    forms: Annotated[list[Form], Field(min_length=1)]

    @model_validator(mode="after")
    def reaches_people(self) -> Self:
        """Every form has an address; a field that stands in several forms is of one kind."""
        refuse_twins([form.id for form in self.forms], "form", "forms")
        kinds: dict[str, str] = {}
        for index, form in enumerate(self.forms):
            form.check_reaches_people(f"forms.{index}")
            form.check_names_people(f"forms.{index}")
            for field in form.questions:
                if kinds.setdefault(field.id, field.kind) != field.kind:
                    message = (
                        f"field '{field.id}' is of kind '{field.kind}' here and '{kinds[field.id]}' in another form"
                    )
                    refuse(f"forms.{index}", message)
        return self

    @property
    def questions(self) -> dict[str, FormField]:
        """Every field of every form by its id."""
        return {field.id: field for form in reversed(self.forms) for field in form.questions}

    @property
    def answers(self) -> dict[str, set[str]]:
        """The answers that rules may ask for, over all forms."""
        found: dict[str, set[str]] = {}
        for form in self.forms:
            for field in form.questions:
                found.setdefault(field.id, set()).update(field.answers)
        return found


class Evidence(Part):
    """What somebody shows at the counter before a class is granted. No file is kept."""

    label: Text
    accepted: list[Text] = []


class Expiry(Part):
    """When something ends: months after an event, or at the end of the fiscal year."""

    months: Annotated[int, Field(ge=0, le=120)] = 0
    counted_from: Literal["registration", "first_use"] = "registration"
    at_fiscal_year_end: bool = False
    reminders: list[Annotated[int, Field(ge=1, le=365)]] = []

    @model_validator(mode="after")
    def ends_once(self) -> Self:
        """Either after months or with the fiscal year."""
        if bool(self.months) == self.at_fiscal_year_end:
            refuse("months", "give either months (more than 0) or at_fiscal_year_end: true")
        return self


class MemberClass(Condition):
    """A class of member; the first whose rule fits is taken."""

    id: Identifier
    label: Text
    days_ahead: Annotated[int, Field(ge=0, le=366)] = 0
    evidence: Evidence | None = None
    expires: Expiry | None = None


class Stage(Part):
    """A stage of involvement; `after` are the stages one comes from."""

    id: Identifier
    label: Text
    description: Text | Literal[""] = ""
    after: list[Identifier] = []


class Source(Part):
    """Where members come from: the code in `?from=` on links and posters."""

    id: Annotated[str, Field(pattern=CODE_IN_LINK, max_length=30)]
    label: Text
    medium: Name


class Retention(Part):
    """How long a kind of data is kept after withdrawal, and why."""

    id: Identifier
    label: Text
    months: Annotated[int, Field(ge=0, le=120)]
    why: Text
    keeps: Literal["everything", "facts"] = "everything"

    @model_validator(mode="after")
    def facts_belong_to_nobody(self) -> Self:
        """Figures without the person need no period: nothing of the person is kept with them."""
        if self.keeps == "facts" and self.months:
            refuse("months", "with 'keeps: facts' the person is taken out at once; allowed: 0")
        return self


class Processor(Part):
    """Who else handles personal data (再委託先)."""

    name: Name
    service: Name
    data: Name
    region: Name
    safeguards: Name


class Members(Part):
    """Classes, stages, sources and terms of members."""

    classes: Annotated[list[MemberClass], Field(min_length=1)]
    stages: list[Stage] = []
    sources: list[Source] = []
    term: Expiry | None = None
    scheme: Name | Literal[""] = ""
    coordinators: bool = False
    profile_consent: Identifier | Literal[""] = ""

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        """The last class takes everybody; stages follow stages that exist."""
        refuse_twins([each.id for each in self.classes], "class", "classes")
        refuse_twins([each.id for each in self.stages], "stage", "stages")
        refuse_twins([each.id for each in self.sources], "source", "sources")
        last = self.classes[-1]
        if last.when or last.unless or last.under_age or last.evidence:
            message = "the last class must have no rule and no evidence, so that everybody has a class"
            refuse(f"classes.{len(self.classes) - 1}", message)
        for index, stage in enumerate(self.stages):
            refuse_unknown(stage.after, [each.id for each in self.stages], f"stages.{index}.after")
        return self

    def check_rules(self, answers: dict[str, set[str]]) -> None:
        """Rules of classes name fields and answers that exist."""
        for index, each in enumerate(self.classes):
            check_rule(each, answers, f"members.classes.{index}")
