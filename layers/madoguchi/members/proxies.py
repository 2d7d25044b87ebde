"""Entering somebody who cannot use the form: by telephone, from paper, at the counter (代理入力)."""

from dataclasses import dataclass, replace
from datetime import datetime

from msgspec.structs import replace as with_values

from madoguchi.audit.store import Entry, record
from madoguchi.mail.owed import post
from madoguchi.members import history, store
from madoguchi.members.casework import Clerk
from madoguchi.members.history import Kind, Step
from madoguchi.members.rules import (
    Member,
    NumberTakenError,
    Origin,
    Pending,
    draw_number,
    reference_of,
)
from madoguchi.members.usecases import member_of
from madoguchi.programme.questions import Form, Section
from madoguchi.refusals import ConflictError, InvalidError, NotFoundError
from madoguchi.storage import transaction

ENTERED = "enter member"
MOST_DRAWS = 5


class NoConsentError(InvalidError):
    """It is not said how the person consented."""

    code = "no_consent"
    message = "同意をどのように得たかを入力してください。例）同意書を事務局の書庫に保管"


@dataclass(frozen=True, slots=True)
class Proxy:
    """How somebody asked to be entered, and how they consented: where the paper is kept, or who read it out."""

    origin: Origin
    consented: str


def eased(form: Form) -> Form:
    """The form as staff fill it in for somebody: an address is not demanded."""
    return with_values(form, light=True, sections=[_eased(each) for each in form.sections])


def enter(pending: Pending, proxy: Proxy, *, nonce: str, by: Clerk, now: datetime) -> str:
    """Make somebody a member; returns their id. The same form sent again changes nothing.

    NoConsentError when it is not said how they consented; AlreadyRegisteredError when the address is a
    member's. Without an address no mail is owed.
    """
    if not proxy.consented.strip():
        raise NoConsentError
    member_id = reference_of(nonce, {"by": by.staff_id})[:16]
    if _exists(member_id):
        return member_id
    made = replace(member_of(pending, member_id, now), origin=proxy.origin, registered_by=by.staff_id)
    for _ in range(MOST_DRAWS):
        try:
            _enter(made, proxy, by, now)
        except NumberTakenError:
            made = replace(made, number=draw_number())
            continue
        record(Entry(now, by.staff_id, ENTERED, f"members/{member_id}", by.source, proxy.origin.value))
        return member_id
    raise ConflictError


def _enter(made: Member, proxy: Proxy, by: Clerk, now: datetime) -> None:
    with transaction() as t:
        owed = store.add(t, made, mail="registration-done")
        details = {"origin": proxy.origin.value, "consented": proxy.consented.strip()}
        history.note(t, made.member_id, Step(Kind.ENTERED, now, by.staff_id, details))
    if made.email:
        post(owed)


def _exists(member_id: str) -> bool:
    try:
        store.get(member_id)
    except NotFoundError:
        return False
    return True


def _eased(section: Section) -> Section:
    fields = [with_values(each, required=False) if each.kind == "email" else each for each in section.fields]
    return with_values(section, fields=fields)
