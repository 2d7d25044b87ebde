"""Registering staff, signing in and signing out."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from madoguchi.audit.store import Entry, record
from madoguchi.staff import cognito, store
from madoguchi.staff.rules import SignInRefusedError, StaffMember, fold_address
from madoguchi.web import limits

MOST_PER_ACCOUNT = 10
MOST_PER_SOURCE = 30
LIMIT_SECONDS = 15 * 60
SIX_DIGITS = re.compile(r"\d{6}", re.ASCII)
NOBODY = "-"
ACCOUNT_REGISTERED = "register account"
IDENTITY_RENEWED = "renew identity"
ACCOUNT_CLOSED = "close account"
SIGNED_IN = "sign in"
SIGN_IN_REFUSED = "refuse sign-in"
SIGNED_OUT = "sign out"


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


def renew_identity(address: str, identity: str, *, by: str, now: datetime) -> bool:
    """Tie the account that holds an address to a new Cognito user; False when there is none.

    Accounts come with an archive, their Cognito users do not: whoever is invited again in the new
    stack stays the same person in every record.
    """
    account = store.find(address)
    if account is None:
        return False
    store.set_identity(account.staff_id, identity)
    record(Entry(now, by, IDENTITY_RENEWED, f"staff/{account.staff_id}", NOBODY))
    return True


def close_account(staff_id: str, *, by: str, now: datetime) -> None:
    """Close an account; whoever is signed in with it is out at once."""
    store.set_active(staff_id, is_active=False)
    record(Entry(now, by, ACCOUNT_CLOSED, f"staff/{staff_id}", NOBODY))


def sign_in(typed: Credentials, *, now: datetime) -> str:
    """Open a session and return its token; SignInRefusedError, always the same, when refused."""
    limits.take("staff-sign-in-source", typed.source, most=MOST_PER_SOURCE, seconds=LIMIT_SECONDS, now=now)
    address = fold_address(typed.email)
    limits.take("staff-sign-in", address, most=MOST_PER_ACCOUNT, seconds=LIMIT_SECONDS, now=now)
    account = store.find(address)
    actor = account.staff_id if account else NOBODY
    try:
        staff = _identify(account, address, typed, now)
    except SignInRefusedError:
        record(Entry(now, actor, SIGN_IN_REFUSED, f"staff/{actor}", typed.source))
        raise
    token = secrets.token_urlsafe(32)
    store.open_session(token, staff.staff_id, now)
    record(Entry(now, staff.staff_id, SIGNED_IN, f"staff/{staff.staff_id}", typed.source))
    return token


def _identify(account: StaffMember | None, address: str, typed: Credentials, now: datetime) -> StaffMember:
    # Cognito is asked even when there is no account, so that the time tells nobody which exist.
    challenge = cognito.check_password(address, typed.password)
    if account is None or not account.is_active:
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
