"""Staff accounts: made in Cognito with a random password and TOTP, then registered with a role."""

import secrets
import string
from dataclasses import dataclass

import boto3
import pyotp
from botocore.exceptions import ClientError
from madoguchi.settings import settings

from operations.stack import OperationError

_LETTERS = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Login:
    """What a member of the staff signs in with; shown once and stored nowhere."""

    email: str
    password: str
    totp_secret: str

    @property
    def totp_uri(self) -> str:
        """What an authenticator app reads as a QR code."""
        return pyotp.TOTP(self.totp_secret).provisioning_uri(self.email, issuer_name="Madoguchi")


def exists(email: str) -> bool:
    """Whether somebody can sign in with this address."""
    try:
        boto3.client("cognito-idp").admin_get_user(UserPoolId=settings().user_pool_id, Username=email)
    except ClientError as error:
        if error.response["Error"]["Code"] != "UserNotFoundException":
            raise
        return False
    return True


def invite(email: str, name: str, role: str) -> Login:
    """Make an account with this role, or raise OperationError when there is one already."""
    # Only this function needs DynamoDB models; `exists` is asked at every start.
    from madoguchi.staff import usecases  # noqa: PLC0415

    if exists(email):
        message = f"{email} has an account already. Choose another address: ./madoguchi staff invite --help"
        raise OperationError(message)
    users, pool = boto3.client("cognito-idp"), settings().user_pool_id
    password = _password()
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    made = users.admin_create_user(
        UserPoolId=pool, Username=email, UserAttributes=attributes, MessageAction="SUPPRESS"
    )  # fmt: skip
    users.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    secret = _enrol(email, password)
    subject = next(one["Value"] for one in made["User"]["Attributes"] if one["Name"] == "sub")
    usecases.register_account(subject=subject, email=email, name=name, role=role)
    return Login(email, password, secret)


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
    parameters = {"USERNAME": email, "PASSWORD": password}
    first = users.admin_initiate_auth(
        UserPoolId=own.user_pool_id,
        ClientId=own.user_pool_client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters=parameters,
    )
    token = first["AuthenticationResult"]["AccessToken"]
    secret = users.associate_software_token(AccessToken=token)["SecretCode"]
    users.verify_software_token(AccessToken=token, UserCode=pyotp.TOTP(secret).now())
    only = {"Enabled": True, "PreferredMfa": True}
    users.admin_set_user_mfa_preference(
        UserPoolId=own.user_pool_id, Username=email, SoftwareTokenMfaSettings=only
    )
    return secret
