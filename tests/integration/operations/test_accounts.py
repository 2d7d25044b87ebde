"""Staff accounts as operators make and close them, against Cognito in memory."""

from typing import Any

import boto3
import pytest

from madoguchi.settings import settings
from madoguchi.staff import store
from madoguchi.web.access import Role
from operations import accounts
from operations.stack import OperationError

EMAIL = "Hanako@example.jp"


@pytest.fixture
def pool(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    users: Any = boto3.client("cognito-idp")  # made with less than its types ask for
    policy = {"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": False}}
    made = users.create_user_pool(PoolName="staff", Policies=policy)["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = users.create_user_pool_client(UserPoolId=made, ClientName="console", ExplicitAuthFlows=flows)
    monkeypatch.setenv("USER_POOL_ID", made)
    monkeypatch.setenv("USER_POOL_CLIENT_ID", client["UserPoolClient"]["ClientId"])
    # moto has no real one-time codes: it hands out a secret that is no base32 and takes any code.
    monkeypatch.setattr(accounts, "_enrol", lambda *_: "JBSWY3DPEHPK3PXP")
    settings.cache_clear()


@pytest.mark.usefixtures("pool")
def test_an_account_is_made_once_and_closed() -> None:
    login = accounts.invite(EMAIL, "見本 花子", Role.DESK)

    assert login.email == "hanako@example.jp"
    made = store.find(EMAIL)
    assert made is not None
    assert made.role is Role.DESK
    with pytest.raises(OperationError, match="already"):
        accounts.invite("HANAKO@example.jp", "見本 花子", Role.MANAGER)

    accounts.close(EMAIL)

    users = boto3.client("cognito-idp")
    assert not users.admin_get_user(UserPoolId=settings().user_pool_id, Username=login.email)["Enabled"]
    closed = store.get(made.staff_id)
    assert closed is not None
    assert not closed.is_active


@pytest.mark.usefixtures("pool")
def test_nobody_can_close_an_account_that_is_not_there() -> None:
    with pytest.raises(OperationError, match="no account"):
        accounts.close("nobody@example.jp")
