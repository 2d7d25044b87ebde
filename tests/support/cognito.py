"""A Cognito in memory: what AdminInitiateAuth and AdminRespondToAuthChallenge answer, and what they were asked."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

PASSWORD = "Correct-Horse-7"
CODE = "123456"


@dataclass
class FakeCognito:
    """One person with a password and an authenticator; like the real one it accepts a code again."""

    username: str = "hanako@example.jp"
    subject: str = "sub-hanako"
    first_answer: dict[str, Any] = field(
        default_factory=lambda: {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "session-1"}
    )
    asked: list[str] = field(default_factory=list)

    def admin_initiate_auth(self, *, AuthFlow: str, AuthParameters: dict[str, str], **_: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append("password")
        assert AuthFlow == "ADMIN_USER_PASSWORD_AUTH"
        if AuthParameters != {"USERNAME": self.username, "PASSWORD": PASSWORD}:
            wrong_password = "NotAuthorizedException"
            raise refusal(wrong_password)
        return self.first_answer

    def admin_respond_to_auth_challenge(self, *, ChallengeResponses: dict[str, str], **_: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append("code")
        if ChallengeResponses["SOFTWARE_TOKEN_MFA_CODE"] != CODE:
            wrong_code = "CodeMismatchException"
            raise refusal(wrong_code)
        return {"AuthenticationResult": tokens(self.subject)}


def tokens(subject: str) -> dict[str, str]:
    """What Cognito issues; only the subject matters."""
    claims = base64.urlsafe_b64encode(json.dumps({"sub": subject}).encode()).decode().rstrip("=")
    return {"IdToken": f"header.{claims}.signature", "AccessToken": "access"}


def refusal(code: str) -> ClientError:
    """How botocore reports an answer that is no."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "AdminAuth")
