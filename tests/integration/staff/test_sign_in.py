"""Signing in: password, then a one-time code, and no other way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from madoguchi.audit import store as audit
from madoguchi.japan.time import Month
from madoguchi.refusals import TooManyError
from madoguchi.staff import store, usecases
from madoguchi.staff.rules import SignInRefusedError, StaffMember
from madoguchi.staff.usecases import MOST_PER_ACCOUNT, MOST_PER_SOURCE, Credentials, close_account, sign_in
from madoguchi.web.access import Role
from tests.support.cognito import CODE, PASSWORD, FakeCognito, tokens

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def typed(
    *, email: str = "hanako@example.jp", password: str = PASSWORD, code: str = CODE, source: str = "192.0.2.1"
) -> Credentials:
    return Credentials(email, password, code, source)


def actions() -> list[tuple[str, str]]:
    return [(entry.actor, entry.action) for entry in audit.entries(Month(2026, 11))]


def test_password_and_code_open_a_session_and_an_audit_entry(cognito: FakeCognito) -> None:
    token = sign_in(typed(email=" Hanako@example.JP", code="123 456"), now=NOW)

    session = store.session(token)
    assert session is not None
    assert session.staff_id == "sub-hanako"
    assert cognito.asked == ["password", "code"]
    assert actions()[0] == ("sub-hanako", "sign in")


def test_the_stored_session_is_useless_to_whoever_reads_the_table(cognito: FakeCognito) -> None:  # noqa: ARG001
    token = sign_in(typed(), now=NOW)

    keys = [item.pk for item in store._SessionItem.scan()]
    assert len(token) >= 43
    assert not any(token in key for key in keys)
    assert all(store.session(key.partition("#")[2]) is None for key in keys)


@pytest.mark.parametrize(
    "answer",
    [
        {"AuthenticationResult": tokens("sub-hanako")},
        {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s"},
        {"ChallengeName": "MFA_SETUP", "Session": "s"},
        {"ChallengeName": "SMS_MFA", "Session": "s"},
        {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s", "AuthenticationResult": tokens("sub-hanako")},
    ],
)
def test_nothing_but_the_challenge_of_a_one_time_code_is_accepted(cognito: FakeCognito, answer: dict[str, Any]) -> None:
    cognito.first_answer = answer

    with pytest.raises(SignInRefusedError):
        sign_in(typed(), now=NOW)
    assert cognito.asked == ["password"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong"},
        {"password": ""},
        {"code": "654321"},
        {"code": ""},
        {"code": "12345a"},
        {"code": "１２３４５６"},
        {"email": "nobody@example.jp"},
        {"email": ""},
    ],
)
def test_every_failure_has_the_same_message_and_is_noted_without_what_was_typed(
    cognito: FakeCognito,  # noqa: ARG001
    wrong: dict[str, str],
) -> None:
    with pytest.raises(SignInRefusedError) as refused:
        sign_in(typed(**wrong), now=NOW)

    assert refused.value.message == SignInRefusedError.message
    newest = next(audit.entries(Month(2026, 11)))
    assert newest.action == "refuse sign-in"
    assert newest.source == "192.0.2.1"
    assert not any(value and value in repr(newest) for value in wrong.values())


def test_a_code_is_used_up_by_the_first_sign_in(cognito: FakeCognito) -> None:
    sign_in(typed(), now=NOW)

    with pytest.raises(SignInRefusedError):
        sign_in(typed(), now=NOW + timedelta(seconds=20))

    assert cognito.asked == ["password", "code", "password"]


def test_the_same_six_digits_may_come_again_when_their_window_is_over(cognito: FakeCognito) -> None:  # noqa: ARG001
    sign_in(typed(), now=NOW)

    assert sign_in(typed(), now=NOW + timedelta(minutes=6))


def test_whom_cognito_knows_but_the_counter_does_not_stays_outside(cognito: FakeCognito) -> None:
    cognito.username, cognito.subject = "stranger@example.jp", "sub-stranger"

    with pytest.raises(SignInRefusedError):
        sign_in(typed(email="stranger@example.jp"), now=NOW)


def test_an_answer_about_another_person_is_refused(cognito: FakeCognito) -> None:
    cognito.subject = "sub-somebody-else"

    with pytest.raises(SignInRefusedError):
        sign_in(typed(), now=NOW)


def test_whoever_is_invited_again_after_a_hand_over_is_the_same_person(cognito: FakeCognito) -> None:
    cognito.subject = "sub-in-the-new-stack"

    assert usecases.renew_account("Hanako@example.jp", "sub-in-the-new-stack", Role.DESK, by="command", now=NOW)

    session = store.session(sign_in(typed(), now=NOW))
    assert session is not None
    assert session.staff_id == "sub-hanako"
    assert not usecases.renew_account("nobody@example.jp", "sub-x", Role.DESK, by="command", now=NOW)


def test_a_closed_account_is_refused(cognito: FakeCognito) -> None:  # noqa: ARG001
    close_account("sub-hanako", by="command", now=NOW)

    with pytest.raises(SignInRefusedError):
        sign_in(typed(), now=NOW)


def test_tries_are_limited_per_account(cognito: FakeCognito) -> None:  # noqa: ARG001
    for number in range(MOST_PER_ACCOUNT):
        with pytest.raises(SignInRefusedError):
            sign_in(typed(password="wrong", source=f"192.0.2.{number}"), now=NOW)

    with pytest.raises(TooManyError):
        sign_in(typed(source="198.51.100.1"), now=NOW)


def test_tries_are_limited_per_source(cognito: FakeCognito) -> None:  # noqa: ARG001
    for number in range(MOST_PER_SOURCE):
        with pytest.raises(SignInRefusedError):
            sign_in(typed(email=f"person{number}@example.jp"), now=NOW)

    with pytest.raises(TooManyError):
        sign_in(typed(), now=NOW)


def test_a_bug_of_the_identity_provider_is_not_told_as_a_wrong_password(cognito: FakeCognito) -> None:
    def broken(**_: object) -> dict[str, Any]:
        message = "out of order"
        raise RuntimeError(message)

    cognito.admin_initiate_auth = broken  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        sign_in(typed(), now=NOW)


def test_signing_out_ends_the_session_for_good(cognito: FakeCognito) -> None:  # noqa: ARG001
    token = sign_in(typed(), now=NOW)
    staff = StaffMember("sub-hanako", "佐藤 花子", "hanako@example.jp", Role.DESK)
    session = store.session(token)
    assert session is not None

    usecases.sign_out(token, staff, source="192.0.2.1", now=NOW + timedelta(minutes=1))
    store.touch_session(token, session, NOW + timedelta(minutes=5))

    assert store.session(token) is None
    assert actions()[0] == ("sub-hanako", "sign out")
