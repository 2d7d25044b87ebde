"""Who works at the counter, and when a session is over: pure values and decisions."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi.refusals import ConflictError, InvalidError
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


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person who works at the counter.

    `staff_id` stands in records for ever. `identity` is the identity provider's id of the person;
    it differs from `staff_id` only where the account came with an archive from another stack.
    """

    staff_id: str
    name: str
    email: str
    role: Role
    is_active: bool = True
    identity: str = ""

    def __post_init__(self) -> None:
        """Refuse accounts without a name, an address or a staff role."""
        if not self.name.strip() or "@" not in fold_address(self.email) or self.role not in STAFF:
            raise NotAPersonError

    def is_known_as(self, identity: str) -> bool:
        """Whether the identity provider means this person."""
        return (self.identity or self.staff_id) == identity

    @property
    def role_label(self) -> str:
        """The role as pages show it."""
        return ROLE_LABELS[self.role]


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. The token itself is known to the browser alone."""

    staff_id: str
    created_at: datetime
    seen_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it was idle too long or lasted too long."""
        return now - self.seen_at > IDLE or now - self.created_at > LONGEST


def fold_address(typed: str) -> str:
    """The form under which an address is compared: letter case and width do not matter."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()
