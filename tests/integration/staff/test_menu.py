"""Each role starts at its first page and sees in the menu what it may open, of the modules that are on."""

import re
from datetime import UTC, datetime

import pytest

from madoguchi import wiring
from madoguchi.programme.definition import programme
from madoguchi.staff.console import MENU
from madoguchi.web.access import STAFF, STAFF_ROUTES, Role, may
from staff.counter_app import app
from tests.support.gateway import Browser
from tests.support.staff import signed_in
from tests.support.versions import add_version

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
LINK = re.compile(r'class="console__link" href="([^"]+)"')


@pytest.fixture(autouse=True)
def clock() -> None:
    wiring.use(clock=lambda: NOW)


def menu_of(browser: Browser) -> list[str]:
    page = browser.get("/")
    return LINK.findall((browser.get(page.location) if page.location else page).body)


def test_the_root_leads_strangers_to_the_sign_in_page() -> None:
    assert Browser(app).get("/").location == "/sign-in"


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("role", sorted(STAFF))
def test_the_menu_shows_what_the_role_may_open_and_its_first_page_opens(role: Role) -> None:
    browser = signed_in(app, role, now=NOW)
    listed = {route.path: route.module for route in STAFF_ROUTES if route.method == "GET"}
    on = {path for path, module in listed.items() if not module or programme().module_on(module)}

    shown = menu_of(browser)

    assert shown == [path for path, _ in MENU if path in on and may(role, path)]
    if shown:
        assert browser.get("/").location == shown[0]
        assert {path: browser.get(path).status for path in shown} == dict.fromkeys(shown, 200)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("role", "first"),
    [(Role.DESK, "/today"), (Role.OPERATOR, "/today"), (Role.MANAGER, "/today"), (Role.AUDITOR, "/reports")],
)
def test_everybody_starts_at_the_work(role: Role, first: str) -> None:
    assert signed_in(app, role, now=NOW).get("/").location == first


@pytest.mark.usefixtures("tables")
def test_who_has_nothing_in_the_menu_reads_what_the_role_may_do() -> None:
    page = signed_in(app, Role.CONTRIBUTOR, now=NOW).get("/")

    assert page.status == 200
    assert "渡辺 町子さんは「市町・団体・企業」として" in page.body
    assert "自分の団体の記録だけ" in page.body


@pytest.mark.usefixtures("tables")
def test_a_module_that_is_off_is_not_in_the_menu_and_its_pages_do_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    add_version(monkeypatch, holds_from=NOW.date(), modules=["newsletters"])
    browser = signed_in(app, Role.MANAGER, now=NOW)

    shown = menu_of(browser)

    assert "/newsletters" in shown
    assert not {"/today", "/events"} & set(shown)
    assert [browser.get(path).status for path in ("/today", "/events", "/events/new")] == [404] * 3
    assert browser.get("/newsletters").status == 200
