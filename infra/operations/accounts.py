"""Staff accounts: made in Cognito with a random password and TOTP, then registered with a role."""

import secrets
import string
from dataclasses import dataclass
from datetime import date, datetime

import boto3
import pyotp

from madoguchi import wiring
from madoguchi.japan.time import tokyo_day
from madoguchi.settings import settings
from madoguchi.staff import store, usecases
from madoguchi.staff.rules import StaffMember, fold_address
from madoguchi.web.access import STAFF, Role
from operations.stack import OperationError

_LETTERS = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 20
COMMAND = "command"
"""Who did it, in the audit log, when it was done from the command line."""


@dataclass(frozen=True, slots=True)
class Login:
    """What a member of the staff signs in with; shown once and stored nowhere."""

    email: str
    password: str
    totp_secret: str

    @property
    def totp_uri(self) -> str:
        """What an authenticator app reads as a QR code."""
        return pyotp.TOTP(self.totp_secret).provisioning_uri(name=self.email, issuer_name="Madoguchi")


def role_called(name: str) -> Role:
    """The role of that name, or OperationError naming those that there are."""
    roles = {role.value: role for role in Role if role in STAFF}
    if name not in roles:
        message = f"There is no role {name}. Choose one of: {', '.join(roles)}"
        raise OperationError(message)
    return roles[name]


def exists(email: str) -> bool:
    """Whether somebody can sign in with this address."""
    users = boto3.client("cognito-idp")
    try:
        users.admin_get_user(UserPoolId=settings().user_pool_id, Username=fold_address(email))
    except users.exceptions.UserNotFoundException:
        return False
    return True


def invite(email: str, name: str, role: Role, ends_on: date | None = None) -> Login:
    """Make an account with this role and last day, or raise OperationError when there is one already.

    Without a last day the account ends with the contract.
    """
    address, now = fold_address(email), wiring.clock()
    _check_last_day(ends_on, now)
    StaffMember("-", name, address, role)  # what is no person becomes no user of Cognito either
    if exists(address):
        message = f"{address} has an account already. Choose another address: ./madoguchi staff invite --help"
        raise OperationError(message)
    users, pool = boto3.client("cognito-idp"), settings().user_pool_id
    password = _password()
    made = users.admin_create_user(
        UserPoolId=pool,
        Username=address,
        UserAttributes=[{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}],
        MessageAction="SUPPRESS",
    )
    users.admin_set_user_password(UserPoolId=pool, Username=address, Password=password, Permanent=True)
    secret = _enrol(address, password)
    identity = next(one["Value"] for one in made["User"]["Attributes"] if one["Name"] == "sub")
    # The account is there already when it came with an archive (madoguchi import).
    if not usecases.renew_account(address, identity, role, by=COMMAND, now=now, ends_on=ends_on):
        person = StaffMember(identity, name, address, role, ends_on=ends_on)
        usecases.register_account(person, by=COMMAND, now=now)
    return Login(address, password, secret)


def set_last_day(email: str, ends_on: date | None) -> None:
    """Give an account another last day; None lets it end with the contract."""
    _check_last_day(ends_on, wiring.clock())
    usecases.set_last_day(_find(email).staff_id, ends_on, by=COMMAND, now=wiring.clock())


def close(email: str) -> None:
    """Close an account: nobody signs in with it any more, and whoever is signed in is out at once."""
    account = _find(email)
    usecases.close_account(account.staff_id, by=COMMAND, now=wiring.clock())
    boto3.client("cognito-idp").admin_disable_user(UserPoolId=settings().user_pool_id, Username=account.email)


def _check_last_day(ends_on: date | None, now: datetime) -> None:
    if ends_on and ends_on < tokyo_day(now):
        message = f"{ends_on} has passed. Choose another last day, or close the account: ./madoguchi staff close"
        raise OperationError(message)


def _find(email: str) -> StaffMember:
    account = store.find(email)
    if account is None:
        message = f"{fold_address(email)} has no account on this stack."
        raise OperationError(message)
    return account


def _password() -> str:
    """A random password with every kind of character that the pool asks for."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    while True:
        password = "".join(secrets.choice(_LETTERS) for _ in range(_PASSWORD_LENGTH))
        if all(set(kind) & set(password) for kind in kinds):
            return password


def _enrol(email: str, password: str) -> str:
    """Enrol a new TOTP secret for the account and make it the only way in."""
    users, own = boto3.client("cognito-idp"), settings()
    first = users.admin_initiate_auth(
        UserPoolId=own.user_pool_id,
        ClientId=own.user_pool_client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    token = first["AuthenticationResult"]["AccessToken"]
    secret = users.associate_software_token(AccessToken=token)["SecretCode"]
    users.verify_software_token(AccessToken=token, UserCode=pyotp.TOTP(secret).now())
    users.admin_set_user_mfa_preference(
        UserPoolId=own.user_pool_id,
        Username=email,
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
    )
    return secret
