"""The schema of a whole definition, and what must fit together in it."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from madoguchi.programme.overlay import UnknownKeyError, value_at
from madoguchi.programme.schema.contract import (
    Contract,
    Events,
    MailSender,
    Newsletters,
    Notice,
    Opportunities,
    Overridable,
    Reports,
    Site,
    Survey,
    Workplace,
)
from madoguchi.programme.schema.members import KINDS_OF_DATA, Members, Processor, Registration, Retention
from madoguchi.programme.schema.office import Office
from madoguchi.programme.schema.words import NAME_OF_FOLDER, Part, Text, refuse, refuse_twins, refuse_unknown

Module = Literal["office", "events", "newsletters", "organisations", "prospects", "surveys", "opportunities"]
PARTS_OF_MODULES = ("office", "events", "newsletters", "opportunities")
"""Modules that need a part of the definition of the same name."""


class Programme(Part):
    """One contract, as data."""

    id: Annotated[str, Field(pattern=NAME_OF_FOLDER, max_length=30)]
    version: Annotated[int, Field(ge=1)]
    holds_from: date
    site: Site
    contract: Contract
    modules: list[Module]
    registration: Registration
    members: Members
    retention: list[Retention]
    processors: list[Processor]
    staff_notice: Notice
    reports: Reports
    workplaces: list[Workplace] = []
    office: Office | None = None
    events: Events | None = None
    newsletters: Newsletters | None = None
    mail_senders: list[MailSender] = []
    surveys: list[Survey] = []
    opportunities: Opportunities | None = None
    overridable: list[Overridable] = []
    pages: dict[Literal["office", "join", "about"], Text] = {}

    @model_validator(mode="after")
    def modules_have_their_parts(self) -> Self:
        """A module that is on has its part, and a part has its module."""
        refuse_twins(list(self.modules), "module", "modules")
        for module in PARTS_OF_MODULES:
            if (module in self.modules) != (getattr(self, module) is not None):
                refuse("modules", f"module '{module}' and the part '{module}:' must be given both or not at all")
        if ("organisations" in self.modules) != any(f.subject == "organisation" for f in self.registration.forms):
            message = "module 'organisations' needs a form with subject 'organisation', and the form needs the module"
            refuse("modules", message)
        return self

    @model_validator(mode="after")
    def rules_ask_for_what_exists(self) -> Self:
        """Rules and reports name fields and answers of the forms; the newsletter's consent is asked for."""
        answers = self.registration.answers
        self.members.check_rules(answers)
        refuse_unknown(self.reports.region_fields, answers, "reports.region_fields")
        for field, values in (self.reports.target.when if self.reports.target else {}).items():
            refuse_unknown([field], answers, "reports.target.when")
            refuse_unknown(values, sorted(answers[field]), f"reports.target.when.{field}")
        consents = [each.id for form in self.registration.forms for each in form.consents]
        if self.newsletters:
            refuse_unknown([self.newsletters.consent], consents, "newsletters.consent")
        return self

    @model_validator(mode="after")
    def a_profile_is_a_choice(self) -> Self:
        """The consent to a profile is asked for somewhere, and required nowhere."""
        key, wanted = "members.profile_consent", self.members.profile_consent
        consents = [each for form in self.registration.forms for each in form.consents]
        refuse_unknown([wanted] if wanted else [], [each.id for each in consents], key)
        if any(each.id == wanted and each.required for each in consents):
            refuse(key, f"the consent '{wanted}' must not be required: whoever wants no profile registers without one")
        return self

    @model_validator(mode="after")
    def every_kind_of_data_has_an_end(self) -> Self:
        """Each kind of data and each field has a retention period."""
        kinds = [each.id for each in self.retention]
        refuse_twins(kinds, "retention", "retention")
        missing = [kind for kind in KINDS_OF_DATA if kind not in kinds]
        if missing:
            refuse("retention", f"these kinds of data have no period yet: {', '.join(missing)}")
        for number, form in enumerate(self.registration.forms):
            for place, field in form.places():
                refuse_unknown([field.retention], kinds, f"registration.forms.{number}.{place}.retention")
        return self

    @model_validator(mode="after")
    def what_may_be_changed_exists(self) -> Self:
        """The keys that staff may change are places of this definition."""
        tree: dict[str, Any] = self.model_dump(mode="json")
        for index, each in enumerate(self.overridable):
            try:
                value_at(tree, each.key)
            except UnknownKeyError:
                refuse(f"overridable.{index}.key", f"there is no '{each.key}' in this definition")
        return self
