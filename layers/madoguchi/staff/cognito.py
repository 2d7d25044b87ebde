"""The one adapter to Cognito: password first, then a one-time code, and nothing else is accepted."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from madoguchi.settings import settings
from madoguchi.staff.rules import SignInRefusedError
from madoguchi.storage import client

SOFTWARE_TOKEN = "SOFTWARE_TOKEN_MFA"  # noqa: S105 the name of a challenge
REFUSALS = frozenset(
    {
        "CodeMismatchException",
        "EnableSoftwareTokenMFAException",
        "ExpiredCodeException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "PasswordResetRequiredException",
        "TooManyRequestsException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    }
)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A password was right; now a one-time code is due."""

    username: str
    session: str


def check_password(username: str, password: str) -> Challenge:
    """Ask for the challenge of a one-time code.

    SignInRefusedError for anything else: a wrong password, tokens at once (no second factor is
    enrolled), a password to be changed, a factor to be set up.
    """
    answer = _ask(
        "admin_initiate_auth",
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    if answer.get("ChallengeName") != SOFTWARE_TOKEN or "AuthenticationResult" in answer:
        raise SignInRefusedError
    return Challenge(username, answer["Session"])


def check_code(challenge: Challenge, code: str) -> str:
    """Answer the challenge; returns the person's id, or raises SignInRefusedError."""
    answer = _ask(
        "admin_respond_to_auth_challenge",
        ChallengeName=SOFTWARE_TOKEN,
        Session=challenge.session,
        ChallengeResponses={"USERNAME": challenge.username, "SOFTWARE_TOKEN_MFA_CODE": code},
    )
    if "ChallengeName" in answer or not answer.get("AuthenticationResult"):
        raise SignInRefusedError
    return _subject(answer["AuthenticationResult"]["IdToken"])


def _ask(operation: str, **parameters: object) -> dict[str, Any]:
    ask = getattr(client("cognito-idp"), operation)
    ids = {"UserPoolId": settings().user_pool_id, "ClientId": settings().user_pool_client_id}
    try:
        answer: dict[str, Any] = ask(**ids, **parameters)
    except ParamValidationError as error:
        raise SignInRefusedError from error
    except ClientError as error:
        if error.response["Error"]["Code"] in REFUSALS:
            raise SignInRefusedError from error
        raise
    return answer


def _subject(id_token: str) -> str:
    # It came from Cognito itself over TLS a moment ago, so its signature proves nothing more.
    payload = id_token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    subject: str = claims["sub"]
    return subject
