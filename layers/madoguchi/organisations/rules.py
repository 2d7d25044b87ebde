"""Organisations and who represents them: pure values and refusals.

An organisation is what registered by a form with the subject `organisation`: its answers, its number, and the person
who registered it and signs in for it. Others represent it who were invited and registered as themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from madoguchi.refusals import ConflictError, NotFoundError

INVITATION_LIVES = timedelta(days=7)


class NotRepresentedError(NotFoundError):
    """The member represents no organisation."""

    code = "not_represented"
    message = "団体・企業の担当者として登録されていません。"


class LastRepresentativeError(ConflictError):
    """The one who registered the organisation stays: it must never be without a representative."""

    code = "last_representative"
    message = (
        "登録した担当者は外せません。"
        "交代するときは、団体・企業の登録内容で、担当者の氏名とメールアドレスを変更してください。"
    )


class RepresentsAnotherError(ConflictError):
    """The member represents another organisation, or is one."""

    code = "represents_another"
    message = "すでに別の団体・企業の担当者になっています。先に、その担当者から外れてください。"


@dataclass(frozen=True, slots=True)
class Representative:
    """Somebody who represents an organisation; `is_first` registered it and cannot be removed."""

    member_id: str
    name: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """That an organisation asks somebody to represent it."""

    organisation_id: str
    email: str
    expires_at: datetime
