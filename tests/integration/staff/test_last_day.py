"""An account opens nothing after its last day, by the clock and at every request; the log says who came in (A-063)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from madoguchi import wiring
from madoguchi.audit import store as audit
from madoguchi.japan.time import Month
from madoguchi.programme.definition import programme
from madoguchi.refusals import TooManyError
from madoguchi.staff import store, usecases
from madoguchi.staff.rules import SignInRefusedError, StaffMember
from madoguchi.staff.usecases import MOST_PER_ACCOUNT
from madoguchi.web.access import Role
from staff.counter_app import app
from tests.support.cognito import CODE, PASSWORD, FakeCognito
from tests.support.gateway import Browser
from tests.support.office import tokyo
from tests.support.staff import a_staff_member, signed_in

LAST_DAY = date(2026, 11, 30)
EVENING = tokyo(LAST_DAY, 23, 50)
AFTER_MIDNIGHT = EVENING + timedelta(minutes=11)
RIGHT: dict[str, str | list[str]] = {"email": "hanako@example.jp", "password": PASSWORD, "code": CODE}


def at(instant: datetime) -> None:
    wiring.use(clock=lambda: instant)


def log(action: str) -> list[tuple[str, str]]:
    months = (Month(2026, 12), Month(2026, 11))
    return [(each.actor, each.source) for month in months for each in audit.entries(month) if each.action == action]


@pytest.mark.meets("A-063")
def test_signing_in_is_refused_after_the_last_day_as_any_other(cognito: FakeCognito) -> None:  # noqa: ARG001
    store.set_last_day("sub-hanako", LAST_DAY)
    at(EVENING)
    assert Browser(app).submit("/sign-in", "/sign-in", RIGHT).status == 303

    at(AFTER_MIDNIGHT)
    ended = Browser(app, source="192.0.2.44").submit("/sign-in", "/sign-in", RIGHT)
    unknown = Browser(app, source="192.0.2.45").submit("/sign-in", "/sign-in", RIGHT | {"email": "who@example.jp"})

    assert ended.status == unknown.status == 422
    assert SignInRefusedError.message in ended.body
    assert SignInRefusedError.message in unknown.body
    assert log("sign in") == [("sub-hanako", "192.0.2.1")]
    assert sorted(log("refuse sign-in")) == [("-", "192.0.2.45"), ("sub-hanako", "192.0.2.44")]


@pytest.mark.usefixtures("tables")
@pytest.mark.meets("A-063")
def test_whoever_is_signed_in_is_out_when_the_last_day_is_over() -> None:
    staff = replace(a_staff_member(Role.DESK), ends_on=LAST_DAY)
    store.add(staff, by="command", now=EVENING)
    store.accept(staff.staff_id, programme().staff_notice.version, source="192.0.2.1", now=EVENING)
    at(EVENING)
    browser = signed_in(app, Role.DESK, now=EVENING)
    assert browser.get("/today").status == 200

    at(AFTER_MIDNIGHT)
    assert browser.get("/today").location == "/sign-in?next=%2Ftoday"


@pytest.mark.meets("A-063")
def test_without_a_day_of_its_own_an_account_ends_with_the_contract(cognito: FakeCognito) -> None:  # noqa: ARG001
    end = programme().contract.ends
    at(tokyo(end, 12))
    browser = Browser(app)
    assert browser.submit("/sign-in", "/sign-in", RIGHT).status == 303

    at(tokyo(end + timedelta(days=1), 0))
    assert browser.get("/today").location.startswith("/sign-in")
    assert Browser(app).submit("/sign-in", "/sign-in", RIGHT).status == 422


def test_another_last_day_opens_the_account_again(cognito: FakeCognito) -> None:  # noqa: ARG001
    store.set_last_day("sub-hanako", LAST_DAY)
    at(AFTER_MIDNIGHT)

    usecases.set_last_day("sub-hanako", LAST_DAY + timedelta(days=7), by="command", now=AFTER_MIDNIGHT)

    assert Browser(app).submit("/sign-in", "/sign-in", RIGHT).status == 303
    assert log("set last day of account") == [("command", "-")]


@pytest.mark.meets("A-063")
def test_sign_ins_that_are_refused_for_their_number_are_in_the_log_and_addresses_are_not(
    cognito: FakeCognito,  # noqa: ARG001
) -> None:
    now = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    wrong = usecases.Credentials("stranger@example.jp", "wrong", CODE, "192.0.2.9")
    for _ in range(MOST_PER_ACCOUNT):
        with pytest.raises(SignInRefusedError):
            usecases.sign_in(wrong, now=now)
    with pytest.raises(TooManyError):
        usecases.sign_in(wrong, now=now)

    assert log("refuse sign-in") == [("-", "192.0.2.9")] * (MOST_PER_ACCOUNT + 1)
    assert "stranger" not in repr(list(audit.entries(Month(2026, 11))))


def test_the_page_of_accounts_knows_the_last_sign_in(cognito: FakeCognito) -> None:  # noqa: ARG001
    at(now := tokyo(date(2026, 11, 24), 10))
    Browser(app).submit("/sign-in", "/sign-in", RIGHT)

    (account,) = store.accounts()
    assert account.staff == StaffMember("sub-hanako", "佐藤 花子", "hanako@example.jp", Role.DESK)
    assert account.signed_in_at == now
