"""Staff accounts as operators make and close them, against Cognito in memory."""

from datetime import UTC, date, datetime
from typing import Any

import boto3
import pytest

from madoguchi import wiring
from madoguchi.programme.definition import programme
from madoguchi.settings import settings
from madoguchi.staff import store
from madoguchi.staff.rules import NotAPersonError, StaffMember
from madoguchi.web.access import Role
from operations import accounts
from operations.stack import OperationError

EMAIL = "Hanako@example.jp"
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


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


def last_day_of(email: str) -> date | None:
    account = store.find(email)
    return account.last_day if account else None


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


@pytest.mark.usefixtures("pool")
def test_an_invitation_says_the_last_day_and_a_later_command_another_one() -> None:
    wiring.use(clock=lambda: NOW)
    accounts.invite(EMAIL, "見本 花子", Role.OPERATOR, date(2026, 12, 25))
    assert last_day_of(EMAIL) == date(2026, 12, 25)

    accounts.set_last_day(EMAIL, date(2027, 1, 31))
    assert last_day_of(EMAIL) == date(2027, 1, 31)
    accounts.set_last_day(EMAIL, None)
    assert last_day_of(EMAIL) == programme().contract.ends
    with pytest.raises(OperationError, match="has passed"):
        accounts.set_last_day(EMAIL, date(2026, 11, 23))


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(("name", "ends_on"), [("見本 花子", date(2026, 11, 23)), (" ", None)])
def test_an_invitation_that_cannot_be_kept_makes_no_user(name: str, ends_on: date | None) -> None:
    wiring.use(clock=lambda: NOW)

    with pytest.raises((OperationError, NotAPersonError)):
        accounts.invite(EMAIL, name, Role.DESK, ends_on)

    assert not accounts.exists(EMAIL)


@pytest.mark.usefixtures("pool")
def test_inviting_again_after_a_hand_over_opens_the_account_with_the_new_role_and_last_day() -> None:
    wiring.use(clock=lambda: NOW)
    store.add(StaffMember("sub-old", "見本 花子", "hanako@example.jp", Role.DESK), by="command", now=NOW)
    store.set_last_day("sub-old", date(2026, 3, 31))
    store.close("sub-old", NOW)

    accounts.invite(EMAIL, "見本 花子", Role.MANAGER)

    account = store.account("sub-old")
    assert account is not None
    assert account.staff.role is Role.MANAGER
    assert account.staff.is_open(NOW.date())
    assert account.closed_at is None


@pytest.mark.parametrize("name", ["owner", "manager", "operator", "desk", "contributor", "auditor"])
def test_each_role_of_the_staff_can_be_invited(name: str) -> None:
    assert accounts.role_called(name).value == name


@pytest.mark.parametrize("name", ["member", "public", "boss", ""])
def test_another_role_is_refused_with_the_names_of_those_there_are(name: str) -> None:
    with pytest.raises(OperationError, match="owner, manager, operator, desk, contributor, auditor"):
        accounts.role_called(name)
