"""The console's sign-in, sign-out and audit pages, through the app."""

from datetime import UTC, datetime, timedelta

import pytest

from madoguchi import wiring
from madoguchi.audit import store
from madoguchi.audit.store import Entry
from madoguchi.staff.rules import SignInRefusedError
from madoguchi.staff.usecases import close_account
from madoguchi.web.access import Role
from staff import audit, front, sign_in
from staff.counter_app import app
from tests.support.cognito import CODE, PASSWORD, FakeCognito
from tests.support.gateway import Browser
from tests.support.staff import a_staff_member, signed_in

PAGES = (audit, front, sign_in)
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
RIGHT: dict[str, str | list[str]] = {"email": "hanako@example.jp", "password": PASSWORD, "code": CODE}


@pytest.fixture(autouse=True)
def clock() -> None:
    at(NOW)


def at(instant: datetime) -> None:
    wiring.use(clock=lambda: instant)


def test_signing_in_leads_to_where_the_person_wanted_to_go(cognito: FakeCognito) -> None:  # noqa: ARG001
    browser = Browser(app)

    answer = browser.submit("/sign-in?next=/sign-in", "/sign-in", RIGHT | {"next": "/reports?x=1"})

    assert (answer.status, answer.location) == (303, "/reports?x=1")
    assert browser.get("/sign-in").location == "/"
    (cookie,) = [line for line in answer.cookies if "session=" in line]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("next_page", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_signing_in_leads_to_no_other_site(cognito: FakeCognito, next_page: str) -> None:  # noqa: ARG001
    answer = Browser(app).submit("/sign-in", "/sign-in", RIGHT | {"next": next_page})

    assert answer.location == "/"


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"code": "654321"}, {"email": "nobody@example.jp"}])
def test_a_refused_sign_in_says_the_same_keeps_the_address_and_forgets_the_secrets(
    cognito: FakeCognito,  # noqa: ARG001
    wrong: dict[str, str],
) -> None:
    typed = RIGHT | wrong

    answer = Browser(app).submit("/sign-in", "/sign-in", typed)

    assert answer.status == 422
    assert SignInRefusedError.message in answer.body
    assert f'value="{typed["email"]}"' in answer.body
    assert str(typed["password"]) not in answer.body
    assert str(typed["code"]) not in answer.body


@pytest.mark.usefixtures("tables")
def test_a_session_ends_after_half_an_hour_without_a_request() -> None:
    browser = signed_in(app, Role.MANAGER, now=NOW)

    for minutes in (25, 50, 75):  # each request keeps it alive
        at(NOW + timedelta(minutes=minutes))
        assert browser.get("/audit").status == 200
    at(NOW + timedelta(minutes=106))
    assert browser.get("/audit").location == "/sign-in?next=%2Faudit"


@pytest.mark.usefixtures("tables")
def test_a_session_ends_after_twelve_hours_at_work() -> None:
    browser = signed_in(app, Role.MANAGER, now=NOW)

    for minutes in range(20, 12 * 60 + 1, 20):
        at(NOW + timedelta(minutes=minutes))
        assert browser.get("/audit").status == 200
    at(NOW + timedelta(hours=12, minutes=1))
    assert browser.get("/audit").status == 303


@pytest.mark.usefixtures("tables")
def test_closing_an_account_ends_its_sessions_at_once() -> None:
    browser = signed_in(app, Role.MANAGER, now=NOW)
    assert browser.get("/audit").status == 200

    close_account("sub-manager", by="command", now=NOW)

    assert browser.get("/audit").status == 303


@pytest.mark.usefixtures("tables")
def test_signing_out_ends_the_session_on_the_server_too() -> None:
    browser = signed_in(app, Role.MANAGER, now=NOW)
    cookies = dict(browser.cookies)

    answer = browser.submit("/audit", "/sign-out", {})

    assert answer.location == "/sign-in?done=out"
    assert "サインアウトしました" in browser.get(answer.location).body
    assert Browser(app, cookies=cookies).get("/audit").status == 303


@pytest.mark.usefixtures("tables")
def test_the_audit_log_shows_a_month_newest_first_by_name() -> None:
    browser = signed_in(app, Role.MANAGER, now=NOW)
    for hour, reason in ((1, "朝の確認"), (2, "<b>昼の確認</b>")):
        staff = a_staff_member(Role.MANAGER)
        when = NOW - timedelta(hours=3 - hour)
        store.record(Entry(when, staff.staff_id, "download report", "reports/2026-10/r1/csv", "192.0.2.1", reason))

    page = browser.get("/audit").body

    assert page.index("昼の確認") < page.index("朝の確認")
    assert "&lt;b&gt;昼の確認" in page
    assert "鈴木 太郎" in page
    assert "報告の取り出し" in page
    assert "朝の確認" not in browser.get("/audit?month=2026-10").body
    assert "この月の記録はありません" in browser.get("/audit?month=2026-10").body
