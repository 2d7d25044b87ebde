"""Nobody sees anything of the console before accepting the notice on personal data (A-067)."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest

from madoguchi import wiring
from madoguchi.audit import store as audit
from madoguchi.japan.time import Month
from madoguchi.programme.definition import Notice, programme
from madoguchi.staff import store
from madoguchi.staff.console import BEFORE_NOTICE
from madoguchi.staff.rules import NotAcceptedError, NoticeChangedError
from madoguchi.web.access import STAFF, STAFF_ROUTES, Role
from staff.counter_app import FILES, app
from tests.support.cognito import CODE, PASSWORD, FakeCognito
from tests.support.gateway import TOKEN, Browser, Form
from tests.support.staff import signed_in
from tests.support.versions import add_version

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
LATER = date(2026, 12, 1)
NEWER = Notice("2026-12-01", "持出しは**一切**できません。")
PART = re.compile(r"\{\w+\}")


@pytest.fixture(autouse=True)
def clock() -> None:
    at(NOW)


@pytest.fixture
def newer_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """From December on, the notice is another one."""
    add_version(monkeypatch, holds_from=LATER, staff_notice=NEWER)


def at(instant: datetime) -> None:
    wiring.use(clock=lambda: instant)


def accepting(**typed: str) -> Form:
    return {"accept": "yes", "version": programme().staff_notice.version, "next": "/"} | typed


def actions(action: str) -> list[tuple[str, str, str]]:
    found = audit.entries(Month(2026, 11))
    return [(entry.actor, entry.record, entry.source) for entry in found if entry.action == action]


@pytest.mark.meets("A-067")
def test_the_first_sign_in_shows_the_notice_and_the_acceptance_is_stored(cognito: FakeCognito) -> None:  # noqa: ARG001
    browser = Browser(app, source="192.0.2.7")
    right = {"email": "hanako@example.jp", "password": PASSWORD, "code": CODE, "next": "/reports?x=1"}
    onward = browser.submit("/sign-in", "/sign-in", right).location

    first = browser.get(onward)
    assert (first.status, first.location) == (303, "/notice?next=%2Freports%3Fx%3D1")
    shown = browser.get(first.location).body
    assert "仕事を離れたあとも同じ" in shown  # the definition's words, as HTML
    assert "<strong>" in shown
    assert "主なメニュー" not in shown

    accepted = browser.submit(first.location, "/notice", accepting(next="/reports?x=1"))

    assert (accepted.status, accepted.location) == (303, "/reports?x=1")
    assert browser.get("/reports").status == 200
    (stored,) = store.acceptances("sub-hanako")
    assert (stored.version, stored.at, stored.source) == (programme().staff_notice.version, NOW, "192.0.2.7")
    assert actions("accept notice") == [("sub-hanako", f"notice/{stored.version}", "192.0.2.7")]


@pytest.mark.usefixtures("tables")
@pytest.mark.meets("A-067")
@pytest.mark.parametrize("role", sorted(STAFF))
def test_no_page_and_no_button_works_before(role: Role) -> None:
    for module in FILES.values():
        import_module(module)
    browser = signed_in(app, role, now=NOW, accepted=False)
    csrf = {"csrf": _token_of(browser)}
    on = ("", *programme().modules)
    for route in (each for each in STAFF_ROUTES if role in each.roles and each.path not in BEFORE_NOTICE):
        if route.module not in on:
            continue  # it answers 404 to everybody
        path = PART.sub("made-up-of-letters", route.path)
        answer = browser.get(path) if route.method == "GET" else browser.post(path, csrf)

        assert answer.location.startswith("/notice?next="), (route.method, path)
    assert list(audit.entries(Month(2026, 11))) == []


@pytest.mark.usefixtures("tables", "newer_text")
@pytest.mark.meets("A-067")
def test_another_version_is_asked_for_again_and_both_are_kept() -> None:
    browser = signed_in(app, Role.DESK, now=NOW)
    assert browser.get("/today").status == 200

    at(later := datetime(2026, 12, 1, 0, 0, tzinfo=UTC))
    store.open_session("token-december", "sub-desk", later)
    browser.cookies = dict.fromkeys(browser.cookies, "token-december")
    again = browser.get("/today").location
    page = browser.get(again).body
    assert "新しくなりました" in page
    assert "持出しは<strong>一切</strong>できません。" in page
    browser.submit(again, "/notice", accepting())

    assert browser.get("/today").status == 200
    assert [each.version for each in store.acceptances("sub-desk")] == ["2026-12-01", "2026-04-01"]


@pytest.mark.usefixtures("tables", "newer_text")
def test_a_text_that_changed_meanwhile_is_not_accepted_unread() -> None:
    browser = signed_in(app, Role.DESK, now=NOW, accepted=False)
    old = accepting()
    at(later := datetime(2026, 12, 1, 0, 0, tzinfo=UTC))
    store.open_session("token-december", "sub-desk", later)
    browser.cookies = dict.fromkeys(browser.cookies, "token-december")

    answer = browser.submit("/notice", "/notice", old)

    assert answer.status == 409
    assert NoticeChangedError.message in answer.body
    assert store.acceptances("sub-desk") == []


@pytest.mark.usefixtures("tables")
def test_the_box_must_be_ticked() -> None:
    browser = signed_in(app, Role.DESK, now=NOW, accepted=False)

    answer = browser.submit("/notice", "/notice", accepting(accept=""))

    assert answer.status == 422
    assert NotAcceptedError.message in answer.body
    assert browser.get("/today").status == 303


@pytest.mark.usefixtures("tables")
def test_whoever_accepted_may_read_it_again() -> None:
    page = signed_in(app, Role.DESK, now=NOW).get("/notice").body

    assert "守ることを約束しました" in page
    assert "承諾して進む" not in page


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example"])
def test_accepting_leads_to_no_other_site(elsewhere: str) -> None:
    browser = signed_in(app, Role.DESK, now=NOW, accepted=False)

    assert browser.submit("/notice", "/notice", accepting(next=elsewhere)).location == "/"


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
def test_the_responsible_see_who_accepted_which_version_when(role: Role) -> None:
    signed_in(app, Role.DESK, now=NOW, accepted=False)
    store.accept("sub-desk", "2025-04-01", source="192.0.2.9", now=NOW - timedelta(days=100))
    browser = signed_in(app, role, now=NOW)

    accounts = browser.get("/staff").body
    assert "版 2025-04-01" in accounts
    assert "今の版は未承諾" in accounts
    account = browser.get("/staff/sub-desk").body
    assert "2025-04-01" in account
    assert "192.0.2.9" in account
    assert "2026年8月16日" in account


def _token_of(browser: Browser) -> str:
    found = TOKEN.search(browser.get("/notice").body)
    assert found is not None
    return found[1]
