"""The schema of forms: fields, ready blocks, sections, consents."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_serializer, model_validator

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.programme.schema.blocks import BLOCKS, BlockName
from madoguchi.programme.schema.words import Identifier, Name, Part, Text, refuse_twins, refuse_unknown

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

    value: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=60)]
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
            message = f"kind '{self.kind}' needs at least two options"
            raise ValueError(message)
        if not chooses and self.options:
            message = f"kind '{self.kind}' takes no options"
            raise ValueError(message)
        refuse_twins([option.value for option in self.options], "option")
        if sum(option.other for option in self.options) > 1:
            message = "only one option may be `other: true`"
            raise ValueError(message)
        if self.least is not None and self.most is not None and self.least > self.most:
            message = f"least ({self.least}) is more than most ({self.most})"
            raise ValueError(message)
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
        refuse_unknown(self.fields, [each["id"] for each in BLOCKS[self.block]], f"block '{self.block}'")
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
        refuse_twins(taken + [f"{field.id}_other" for field in fields if any(o.other for o in field.options)], "id")
        earlier: dict[str, set[str]] = {}
        for field in fields:
            check_rule(field, earlier, f"field '{field.id}'")
            earlier[field.id] = field.answers
        for consent in self.consents:
            check_rule(consent, earlier, f"consent '{consent.id}'")
        return self

    def check_reaches_people(self) -> None:
        """A member is reached by mail: exactly one field of kind email, named `email`."""
        if [field.id for field in self.questions if field.kind == "email"] != ["email"]:
            message = f"form '{self.id}' needs exactly one field of kind 'email', with the id 'email'"
            raise ValueError(message)


def check_rule(rule: Condition, answers: Mapping[str, set[str]], where: str) -> None:
    """Refuse a rule about fields or answers that there are not."""
    for field_id, values in (*rule.when.items(), *rule.unless.items()):
        if field_id not in answers:
            message = f"{where} asks for '{field_id}', which is no field (before it); there are: {', '.join(answers)}"
            raise ValueError(message)
        refuse_unknown(values, sorted(answers[field_id]), f"{where} asks '{field_id}'")
    if rule.under_age and "birth_date" not in answers:
        message = f"{where} has under_age, which needs a field 'birth_date' before it"
        raise ValueError(message)
