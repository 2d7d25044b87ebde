"""The schema of forms: fields, ready blocks, sections, consents."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_serializer, model_validator

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.programme.questions import is_private
from madoguchi.programme.schema.blocks import BLOCKS, BlockName
from madoguchi.programme.schema.words import VALUE, Identifier, Name, Part, Text, refuse, refuse_twins, refuse_unknown

Kind = Literal[
    "text", "kana", "email", "phone", "postal", "prefecture", "date", "number", "url",
    "textarea", "select", "radio", "checkboxes", "evidence",
]  # fmt: skip
CHOOSES = frozenset({"select", "radio", "checkboxes"})
Rule = dict[Identifier, Annotated[list[str], Field(min_length=1)]]


class Condition(Part):
    """When something applies. Empty: always."""

    when: Rule = {}
    unless: Rule = {}
    under_age: Annotated[int, Field(ge=0, le=120)] = 0


class Option(Part):
    """A choice of a field. `other: true` asks for a text, too."""

    value: Annotated[str, Field(pattern=VALUE, max_length=60)]
    label: Text
    other: bool = False


class FormField(Condition):
    """One question of a form. A-064: no field without a purpose; optional by default."""

    id: Identifier
    label: Text
    kind: Kind
    purpose: Text
    required: bool = False
    options: list[Option] = []
    support: Text | Literal[""] = ""
    autocomplete: str = ""
    longest: Annotated[int, Field(ge=1, le=5000)] = 100
    least: int | None = None
    most: int | None = None
    item: str = ""
    counted: bool = False
    sensitive: bool = False
    retention: Identifier = "profile"
    seen_by: Literal["staff", "members", "everybody"] = "staff"

    @model_validator(mode="after")
    def has_options_where_needed(self) -> Self:
        """A choice needs choices; anything else must not have them."""
        chooses = self.kind in CHOOSES
        if chooses and len(self.options) < 2:  # noqa: PLR2004
            refuse("options", f"kind '{self.kind}' needs at least two options")
        if not chooses and self.options:
            refuse("options", f"kind '{self.kind}' takes no options; those that do: {', '.join(sorted(CHOOSES))}")
        refuse_twins([option.value for option in self.options], "option", "options")
        if sum(option.other for option in self.options) > 1:
            refuse("options", "only one option may be `other: true`")
        if self.least is not None and self.most is not None and self.least > self.most:
            refuse("least", f"least ({self.least}) is more than most ({self.most})")
        return self

    @model_validator(mode="after")
    def keeps_private_what_is(self) -> Self:
        """How somebody is reached, where they live and when they were born is for the staff only."""
        if self.seen_by != "staff" and is_private(self.id, self.kind, sensitive=self.sensitive):
            refuse("seen_by", f"'{self.id}' is private (kind '{self.kind}'); only staff may see it: seen_by: staff")
        return self

    @property
    def answers(self) -> set[str]:
        """The answers that can be chosen; none for a field to type into."""
        return set(PREFECTURES) if self.kind == "prefecture" else {option.value for option in self.options}


class Block(Condition):
    """Ready fields that belong together; everything but the purpose has a default.

    `fields` changes single fields of the block: `fields: {city: {required: false}}`.
    """

    block: BlockName
    purpose: Text
    required: bool = False
    counted: bool = False
    retention: Identifier = "profile"
    seen_by: Literal["staff", "members", "everybody"] = "staff"
    fields: dict[Identifier, dict[str, Any]] = {}

    @model_validator(mode="after")
    def can_be_expanded(self) -> Self:
        """Refuse changes to fields that the block does not have, and changes that make no field."""
        refuse_unknown(self.fields, [each["id"] for each in BLOCKS[self.block]], "fields")
        self.expanded()
        return self

    def expanded(self) -> list[FormField]:
        """The fields that the block stands for."""
        own: dict[str, Any] = {
            "purpose": self.purpose,
            "required": self.required,
            "counted": self.counted,
            "retention": self.retention,
            "seen_by": self.seen_by,
            "when": self.when,
            "unless": self.unless,
            "under_age": self.under_age,
        }
        return [
            FormField.model_validate(own | dict(field) | self.fields.get(field["id"], {}))
            for field in BLOCKS[self.block]
        ]


def _is_block(value: object) -> str:
    named = "block" in value if isinstance(value, Mapping) else isinstance(value, Block)
    return "block" if named else "field"


Question = Annotated[Annotated[Block, Tag("block")] | Annotated[FormField, Tag("field")], Discriminator(_is_block)]


class Section(Part):
    """Fields under one heading."""

    title: Text
    support: Text | Literal[""] = ""
    fields: Annotated[list[Question], Field(min_length=1)]

    @property
    def questions(self) -> list[FormField]:
        """The fields with every block expanded."""
        return [field for each in self.fields for field in (each.expanded() if isinstance(each, Block) else [each])]

    @field_serializer("fields")
    def _expand(self, _: object) -> list[dict[str, Any]]:
        return [field.model_dump(mode="json") for field in self.questions]


class Consent(Condition):
    """A consent that is asked by itself and never ticked beforehand."""

    id: Identifier
    label: Text
    version: Name
    required: bool
    text: Text | Literal[""] = ""


class Form(Part):
    """A form: purpose of use, sections of fields, consents."""

    id: Identifier
    label: Text
    purpose: Text
    lead: Text | Literal[""] = ""
    subject: Literal["person", "organisation"] = "person"
    light: bool = False
    steps: bool = False
    sections: Annotated[list[Section], Field(min_length=1)]
    consents: list[Consent] = []

    @property
    def questions(self) -> list[FormField]:
        """Every field of the form."""
        return [field for section in self.sections for field in section.questions]

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        """Ids stand once; conditions ask for fields that come earlier, for answers that these have."""
        fields = self.questions
        taken = [field.id for field in fields] + [each.id for each in self.consents]
        taken += [f"{field.id}_other" for field in fields if any(option.other for option in field.options)]
        if twins := sorted({each for each in taken if taken.count(each) > 1}):
            message = f"'{', '.join(twins)}' stands twice; every field and consent of a form needs an id of its own"
            refuse("sections", message)
        earlier: dict[str, set[str]] = {}
        for place, field in self.places():
            check_rule(field, earlier, place)
            earlier[field.id] = field.answers
        for index, consent in enumerate(self.consents):
            check_rule(consent, earlier, f"consents.{index}")
        return self

    def places(self) -> Iterator[tuple[str, FormField]]:
        """Every field with the place of its question in the file."""
        for number, section in enumerate(self.sections):
            for index, each in enumerate(section.fields):
                for field in each.expanded() if isinstance(each, Block) else [each]:
                    yield f"sections.{number}.fields.{index}", field

    def check_names_people(self, key: str) -> None:
        """Who registers is called by a name; with a light form, by their number."""
        needed = ("organisation_name",) if self.subject == "organisation" else ("family_name", "given_name")
        asked = [field.id for field in self.questions]
        if not self.light and (missing := [each for each in needed if each not in asked]):
            block = "organisation" if self.subject == "organisation" else "name"
            refuse(key, f"form '{self.id}' needs the block '{block}' ({', '.join(missing)}), or `light: true`")

    def check_reaches_people(self, key: str) -> None:
        """A member is reached by mail: exactly one field of kind email, named `email`."""
        if [field.id for field in self.questions if field.kind == "email"] != ["email"]:
            refuse(key, f"form '{self.id}' needs exactly one field of kind 'email', with the id 'email'")


def check_rule(rule: Condition, answers: Mapping[str, set[str]], key: str) -> None:
    """Refuse a rule about fields or answers that there are not."""
    for name, asked in (("when", rule.when), ("unless", rule.unless)):
        refuse_unknown(asked, answers, f"{key}.{name}")
        for field_id, values in asked.items():
            refuse_unknown(values, sorted(answers[field_id]), f"{key}.{name}.{field_id}")
    if rule.under_age and "birth_date" not in answers:
        refuse(f"{key}.under_age", "under_age needs a field 'birth_date' before it")
