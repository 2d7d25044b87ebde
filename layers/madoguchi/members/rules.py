"""Members, their consents and the links that are mailed to them: pure values and decisions."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading
from madoguchi.programme.questions import Answers, Form, Value, values_of
from madoguchi.refusals import ConflictError, GoneError, InvalidError
from madoguchi.web.access import Role

ACTIVE = "active"
LEAVING = "leaving"
NAME_FIELDS = ("family_name", "given_name", "family_kana", "given_kana", "email")

REGISTRATION_LIVES = timedelta(hours=24)
SIGN_IN_LINK_LIVES = timedelta(minutes=30)

REFERENCE_LENGTH = 22
SECRET_LENGTH = 43


class UnreadableAddressError(InvalidError):
    """What was typed is no mail address."""

    code = "unreadable_address"
    message = "メールアドレスの形を確認してください。例）hanako@example.jp のように、@とその後ろも必要です。"


class LinkGoneError(GoneError):
    """The mailed link is unknown, used or too old."""

    code = "link_gone"


class AlreadyConfirmedError(ConflictError):
    """The button of this link was pressed before."""

    code = "already_confirmed"
    message = "このリンクでの登録は完了しています。登録したメールアドレスでサインインしてください。"


class AlreadyRegisteredError(ConflictError):
    """The address became a member's since the mail was sent."""

    code = "already_registered"
    message = "このメールアドレスは、すでに利用登録されています。サインインしてください。"


class SubscriptionUnchangedError(ConflictError):
    """The member takes newsletters already, or takes none."""

    code = "subscription_unchanged"


class ChangedMeanwhileError(ConflictError):
    """The member is no longer as they were seen."""

    code = "changed_meanwhile"
    message = "表示したあとに、ほかの操作で内容が変わりました。最新の内容を確認して、もう一度操作してください。"


class NumberTakenError(ConflictError):
    """The random number is another member's; the use case draws again."""

    code = "number_taken"


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """Who agreed to what (or took it back), in which wording, when and where."""

    consent_id: str
    version: str
    given: bool
    at: datetime
    page: str
    source: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request came from: the page, and a hash of the source's address and browser."""

    page: str
    source: str

    @classmethod
    def of(cls, page: str, *, source: str, browser: str) -> Self:
        """Fold the source into a hash: enough to compare, too little to find the person."""
        return cls(page, hashlib.sha256(f"{source} {browser}".encode()).hexdigest()[:32])


class Origin(StrEnum):
    """How a member came into the list: by the form, or entered by staff for somebody who asked them to."""

    SELF = "self"
    PHONE = "phone"
    PAPER = "paper"
    COUNTER = "counter"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Member:
    """A registered person or organisation. `answers` holds the form's answers other than names and address.

    `source` is the code of `?from=`, `stage` one of the definition's, `shown` the classes whose evidence staff
    have seen. `merged_into` is the member who stands for this one since the two were found to be one person.
    `revision` counts the changes: who changes a member names the revision that they saw.
    `ends_on` and `class_ends_on` are the last days of the registration and of the class, `ended` the classes that
    ended for this member. `profile_id` is random: where the profile stands that others see; '' when there is none.
    """

    member_id: str
    number: str
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    email: str
    class_id: str
    answers: Answers
    consent_history: tuple[ConsentRecord, ...]
    status: str
    registered_at: datetime
    version: int
    form_id: str = ""
    stage: str = ""
    source: str = ""
    origin: Origin = Origin.SELF
    registered_by: str = ""
    language: str = "ja"
    shown: frozenset[str] = frozenset()
    ends_on: date | None = None
    class_ends_on: date | None = None
    ended: frozenset[str] = frozenset()
    first_used_on: date | None = None
    organisation_id: str = ""
    coordinator_id: str = ""
    merged_into: str = ""
    profile_id: str = ""
    revision: int = 1

    @property
    def form(self) -> Form:
        """The form by which they registered, as it is now."""
        registration = programme().registration
        return registration.form(self.form_id) if self.form_id else registration.usual

    @property
    def all_answers(self) -> dict[str, Value]:
        """The answers to every field, names and address among them."""
        return {**self.answers, **{field: getattr(self, field) for field in NAME_FIELDS if getattr(self, field)}}

    @property
    def home(self) -> str:
        """The answer to the first region field of the reports; '' where there is none."""
        return home_of(self.answers)

    @property
    def facts(self) -> dict[str, str]:
        """The counted answers, as records freeze them; several choices are joined by a comma."""
        return facts_of(self.answers)

    @property
    def name(self) -> str:
        """Family name first, joined by a half-width space (DS-431)."""
        name = f"{self.family_name} {self.given_name}".strip()
        return name or "".join(values_of(self.answers, "organisation_name"))

    @property
    def kana(self) -> str:
        """The reading of the name."""
        return f"{self.family_kana} {self.given_kana}".strip()

    @property
    def role(self) -> Role:
        """What a member may do."""
        return Role.MEMBER

    @property
    def consents(self) -> dict[str, ConsentRecord]:
        """The latest word on each consent."""
        return {record.consent_id: record for record in self.consent_history}

    def consents_to(self, consent_id: str) -> bool:
        """Whether the member's latest word on that consent is yes."""
        latest = self.consents.get(consent_id)
        return latest is not None and latest.given

    def value_of(self, field_id: str) -> Value:
        """The stored value of a field of the registration form."""
        if field_id in NAME_FIELDS:
            value: str = getattr(self, field_id)
            return value
        return self.answers.get(field_id, "")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A member who consented to newsletters."""

    member_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration, as the monthly report counts it."""

    member_id: str
    at: datetime
    class_id: str
    home: str
    facts: Mapping[str, str]
    form_id: str = ""
    source: str = ""
    origin: str = Origin.SELF.value


@dataclass(frozen=True, slots=True)
class Pending:
    """A registration that waits for the button behind the mailed link."""

    values: Answers
    consents: tuple[ConsentRecord, ...]
    expires_at: datetime
    form_id: str = ""
    source: str = ""
    language: str = "ja"


@dataclass(frozen=True, slots=True)
class Wish:
    """A registration form as somebody filled it in: which form, in which language, led there by which code."""

    form: Form
    reading: Reading
    came_from: str = ""
    language: str = "ja"


@dataclass(frozen=True, slots=True)
class Link:
    """What a mailed link carries: the record's key, and a secret of which we keep only a hash."""

    reference: str
    secret: str

    @classmethod
    def new(cls, reference: str | None = None) -> Self:
        """A link with a fresh secret; the reference is random unless the record has one."""
        return cls(reference or secrets.token_urlsafe(16), secrets.token_urlsafe(32))

    @classmethod
    def read(cls, token: str) -> Self:
        """Read the last part of the address; LinkGoneError when it cannot be one of ours."""
        if len(token) != REFERENCE_LENGTH + SECRET_LENGTH:
            raise LinkGoneError
        return cls(token[:REFERENCE_LENGTH], token[REFERENCE_LENGTH:])

    @property
    def token(self) -> str:
        """The last part of the link's address."""
        return self.reference + self.secret

    @property
    def digest(self) -> str:
        """What is stored of the secret."""
        return digest_of(self.secret)

    def opens(self, digest: str) -> bool:
        """Whether the secret is the one that was mailed."""
        return hmac.compare_digest(self.digest, digest)


def digest_of(secret: str) -> str:
    """The hash under which a secret is stored. Our secrets are random, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def home_of(answers: Answers) -> str:
    """The answer to the first region field of the reports; '' where there is none."""
    fields = programme().reports.region_fields
    return "".join(values_of(answers, fields[0])) if fields else ""


def facts_of(answers: Answers) -> dict[str, str]:
    """The counted answers, as records freeze them; several choices are joined by a comma."""
    counted = {field.id: ",".join(values_of(answers, field.id)) for field in programme().registration.counted}
    return {field: value for field, value in counted.items() if value}


def reference_of(nonce: str, values: Answers) -> str:
    """The key of a posted form: the same nonce with the same values is the same form sent again."""
    parts = [nonce, *(f"{key}={values[key]}" for key in sorted(values))]
    return digest_of("\n".join(parts))[:REFERENCE_LENGTH]


def folded(email: str) -> str:
    """The form in which an address is unique, whatever its case and width."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def draw_number() -> str:
    """A random member number such as 4821-0937. It tells nothing about who came when."""
    digits = f"{secrets.randbelow(10**8):08}"
    return f"{digits[:4]}-{digits[4:]}"


def consents_of(form: Form, reading: Reading, *, at: datetime, place: Place) -> tuple[ConsentRecord, ...]:
    """One record per consent that the form asked this person for, given or not."""
    return tuple(
        ConsentRecord(each.id, each.version, each.id in reading.ticked, at, place.page, place.source)
        for each in form.consents
        if each.id in reading.asked
    )
