"""Registering staff, signing in and out, accepting the notice on personal data, closing accounts."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime

from madoguchi.audit.store import Entry, record
from madoguchi.japan.time import tokyo_day
from madoguchi.programme.definition import programme
from madoguchi.refusals import NotFoundError, TooManyError
from madoguchi.staff import cognito, store
from madoguchi.staff.rules import (
    Acceptance,
    Account,
    NoticeChangedError,
    SignInRefusedError,
    StaffMember,
    check_closing,
    fold_address,
)
from madoguchi.web import limits
from madoguchi.web.access import Role

MOST_PER_ACCOUNT = 10
MOST_PER_SOURCE = 30
LIMIT_SECONDS = 15 * 60
SIX_DIGITS = re.compile(r"\d{6}", re.ASCII)
NOBODY = "-"
ACCOUNT_REGISTERED = "register account"
IDENTITY_RENEWED = "renew identity"
ACCOUNT_CLOSED = "close account"
LAST_DAY_SET = "set last day of account"
SIGNED_IN = "sign in"
SIGN_IN_REFUSED = "refuse sign-in"
SIGNED_OUT = "sign out"
NOTICE_ACCEPTED = "accept notice"
ACCOUNTS_SEEN = "see accounts"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed to sign in, and where from."""

    email: str
    password: str
    code: str
    source: str


def register_account(staff: StaffMember, *, by: str, now: datetime) -> StaffMember:
    """Add an account to the counter; its password and second factor are set in Cognito.

    Raises AddressTakenError when the address belongs to somebody: an account is one person's.
    """
    store.add(staff, by=by, now=now)
    record(Entry(now, by, ACCOUNT_REGISTERED, f"staff/{staff.staff_id}", NOBODY))
    return staff


def renew_account(
    address: str, identity: str, role: Role, *, by: str, now: datetime, ends_on: date | None = None
) -> bool:
    """Open the account that holds an address again, for a new Cognito user; False when there is none.

    Accounts come with an archive, their Cognito users do not: whoever is invited again in the new
    stack stays the same person in every record.
    """
    account = store.find(address)
    if account is None:
        return False
    store.renew(replace(account, identity=identity, role=role, ends_on=ends_on))
    record(Entry(now, by, IDENTITY_RENEWED, f"staff/{account.staff_id}", NOBODY))
    return True


def set_last_day(staff_id: str, ends_on: date | None, *, by: str, now: datetime) -> None:
    """Give an account another last day; without one it ends with the contract."""
    store.set_last_day(staff_id, ends_on)
    record(Entry(now, by, LAST_DAY_SET, f"staff/{staff_id}", NOBODY))


def close_account(staff_id: str, *, by: str, now: datetime, source: str = NOBODY) -> None:
    """Close an account; whoever is signed in with it is out at once."""
    store.close(staff_id, now)
    record(Entry(now, by, ACCOUNT_CLOSED, f"staff/{staff_id}", source))


def close_colleague(staff_id: str, *, by: StaffMember, source: str, now: datetime) -> None:
    """Close somebody else's account from the console."""
    check_closing(_account(staff_id).staff, by=by)
    close_account(staff_id, by=by.staff_id, source=source, now=now)


def see_accounts(*, by: StaffMember, source: str, now: datetime) -> list[Account]:
    """Every account; the view is noted."""
    record(Entry(now, by.staff_id, ACCOUNTS_SEEN, "staff", source))
    return store.accounts()


def see_account(staff_id: str, *, by: StaffMember, source: str, now: datetime) -> tuple[Account, list[Acceptance]]:
    """One account and the notices that the person accepted; the view is noted."""
    found = _account(staff_id)
    record(Entry(now, by.staff_id, ACCOUNTS_SEEN, f"staff/{staff_id}", source))
    return found, store.acceptances(staff_id)


def _account(staff_id: str) -> Account:
    found = store.account(staff_id)
    if found is None:
        raise NotFoundError
    return found


def accept_notice(version: str, *, by: StaffMember, source: str, now: datetime) -> None:
    """Note that the person accepts the notice on personal data; NoticeChangedError when it reads otherwise now."""
    if version != programme().staff_notice.version:
        raise NoticeChangedError
    store.accept(by.staff_id, version, source=source, now=now)
    record(Entry(now, by.staff_id, NOTICE_ACCEPTED, f"notice/{version}", source))


def sign_in(typed: Credentials, *, now: datetime) -> str:
    """Open a session and return its token; SignInRefusedError, always the same, when refused."""
    address = fold_address(typed.email)
    account = store.find(address)
    actor = account.staff_id if account else NOBODY
    try:
        _take_a_try(address, typed.source, now)
        staff = _identify(account, address, typed, now)
    except (SignInRefusedError, TooManyError):
        record(Entry(now, actor, SIGN_IN_REFUSED, f"staff/{actor}", typed.source))
        raise
    token = secrets.token_urlsafe(32)
    store.open_session(token, staff.staff_id, now)
    store.note_sign_in(staff.staff_id, now)
    record(Entry(now, staff.staff_id, SIGNED_IN, f"staff/{staff.staff_id}", typed.source))
    return token


def _take_a_try(address: str, source: str, now: datetime) -> None:
    limits.take("staff-sign-in-source", source, most=MOST_PER_SOURCE, seconds=LIMIT_SECONDS, now=now)
    limits.take("staff-sign-in", address, most=MOST_PER_ACCOUNT, seconds=LIMIT_SECONDS, now=now)


def _identify(account: StaffMember | None, address: str, typed: Credentials, now: datetime) -> StaffMember:
    # Cognito is asked even when there is no account, so that the time tells nobody which exist.
    challenge = cognito.check_password(address, typed.password)
    if account is None or not account.is_open(tokyo_day(now)):
        raise SignInRefusedError
    code = typed.code.replace(" ", "")
    if not SIX_DIGITS.fullmatch(code):
        raise SignInRefusedError
    # Used up before it is checked: of two sign-ins with one code at most one goes on.
    if not store.claim_code(account.staff_id, code, now):
        raise SignInRefusedError
    if not account.is_known_as(cognito.check_code(challenge, code)):
        raise SignInRefusedError
    return account


def sign_out(token: str, staff: StaffMember, *, source: str, now: datetime) -> None:
    """End the session for good."""
    if store.close_session(token):
        record(Entry(now, staff.staff_id, SIGNED_OUT, f"staff/{staff.staff_id}", source))
