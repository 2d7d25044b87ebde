"""Who works at the counter, and when a session is over: pure values and decisions."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from madoguchi.programme.definition import programme
from madoguchi.refusals import ConflictError, ForbiddenError, InvalidError
from madoguchi.web.access import ROLE_LABELS, STAFF, Role

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


class SignInRefusedError(InvalidError):
    """The one answer to every sign-in that fails: it does not say what was wrong."""

    code = "sign_in_refused"
    message = (
        "サインインできませんでした。メールアドレス、パスワード、確認コードを確かめてください。"
        "確認コードは1回しか使えません。新しいコードが表示されるのを待って、もう一度お試しください。"
    )


class AddressTakenError(ConflictError):
    """The e-mail address already belongs to somebody: one address is one person."""

    code = "address_taken"
    message = "このメールアドレスは、すでに別の担当者のものとして登録されています。"


class NotAPersonError(InvalidError):
    """An account needs a person's name, an address and a role of the staff."""

    code = "not_a_person"
    message = "氏名、メールアドレス、役割を確認してください。"


class OwnAccountError(ForbiddenError):
    """Nobody closes his own account: somebody is left who can see to the others."""

    code = "own_account"
    message = "自分のアカウントは停止できません。停止するときは、ほかの担当者に頼んでください。"


class OwnersAccountError(ForbiddenError):
    """The client's accounts are the client's to close."""

    code = "owners_account"
    message = "発注者のアカウントを停止できるのは、発注者だけです。"


class ClosedAlreadyError(ConflictError):
    """There is nothing left to close."""

    code = "closed_already"
    message = "このアカウントは、すでに停止しています。"


class NotAcceptedError(InvalidError):
    """The box under the notice was left empty."""

    code = "not_accepted"
    message = "内容を読み、「守ります」にチェックを入れてください。"


class NoticeChangedError(ConflictError):
    """The text changed between reading and accepting."""

    code = "notice_changed"
    message = "表示してから送信するまでの間に、内容が新しくなりました。もう一度お読みください。"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person who works at the counter.

    `staff_id` stands in records for ever. `identity` is the identity provider's id of the person;
    it differs from `staff_id` only where the account came with an archive from another stack.
    `ends_on` is the last day of the account; without one it ends with the contract. `notice_version`
    is the version of the notice on personal data that the person accepted last.
    """

    staff_id: str
    name: str
    email: str
    role: Role
    is_active: bool = True
    identity: str = ""
    ends_on: date | None = None
    notice_version: str = ""

    def __post_init__(self) -> None:
        """Refuse accounts without a name, an address or a staff role."""
        if not self.name.strip() or "@" not in fold_address(self.email) or self.role not in STAFF:
            raise NotAPersonError

    def is_known_as(self, identity: str) -> bool:
        """Whether the identity provider means this person."""
        return (self.identity or self.staff_id) == identity

    @property
    def last_day(self) -> date:
        """The last day on which the account opens anything."""
        return self.ends_on or programme().contract.ends

    def is_open(self, today: date) -> bool:
        """Whether the account opens anything on that day."""
        return self.is_active and today <= self.last_day

    @property
    def has_accepted(self) -> bool:
        """Whether the person accepted the notice on personal data as it reads now."""
        return self.notice_version == programme().staff_notice.version

    @property
    def role_label(self) -> str:
        """The role as pages show it."""
        return ROLE_LABELS[self.role]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That somebody accepted a version of the notice, when, and from where."""

    version: str
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Account:
    """What the list of accounts tells of one."""

    staff: StaffMember
    registered_at: datetime
    signed_in_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. The token itself is known to the browser alone."""

    staff_id: str
    created_at: datetime
    seen_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it was idle too long or lasted too long."""
        return now - self.seen_at > IDLE or now - self.created_at > LONGEST


def check_closing(account: StaffMember, *, by: StaffMember) -> None:
    """Refuse to close one's own account, an owner's unless one is an owner, and what is closed."""
    if not account.is_active:
        raise ClosedAlreadyError
    if account.staff_id == by.staff_id:
        raise OwnAccountError
    if account.role is Role.OWNER and by.role is not Role.OWNER:
        raise OwnersAccountError


def fold_address(typed: str) -> str:
    """The form under which an address is compared: letter case and width do not matter."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()
