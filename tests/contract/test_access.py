"""Who may do what: every route of both apps, every role, one's own records and somebody else's."""

import re
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module

import pytest

from madoguchi import wiring
from madoguchi.members import sessions, store
from madoguchi.office.rules import Booker, Wish
from madoguchi.office.usecases import book
from madoguchi.programme.definition import Programme
from madoguchi.settings import settings
from madoguchi.storage import transaction
from madoguchi.web.access import PUBLIC_ROUTES, ROUTES, STAFF, STAFF_ROUTES, Role, Route
from madoguchi.web.counter import Counter
from madoguchi.web.visits import _token
from operations import access_docs
from public.app import handler as public
from staff.app import handler as staff
from tests.support.gateway import Answered, Browser
from tests.support.members import a_member
from tests.support.office import TUESDAY, a_slot, tokyo
from tests.support.staff import signed_in

APPS: dict[str, Counter] = {"public": public, "staff": staff}
ROLES = {"public": (Role.PUBLIC, Role.MEMBER), "staff": (Role.PUBLIC, *sorted(STAFF))}
PART = re.compile(r"\{(\w+)\}")
NOW = tokyo(date(2026, 11, 21), 12)


@dataclass(frozen=True, slots=True)
class World:
    """Two members, one booking of the first, and a browser for each role of both apps."""

    browsers: dict[tuple[str, Role], Browser]
    stranger: Browser
    booking_id: str
    number: str

    def address(self, route: Route) -> str:
        """The route with a real booking and made-up ids for the rest."""
        parts = {"booking_id": self.booking_id, "month": "2026-10", "kind": "csv"}
        return PART.sub(lambda part: parts.get(part[1], "unknown-of-twenty-letters"), route.path)

    def ask(self, browser: Browser, route: Route, *, token: bool = True) -> Answered:
        """Call the route; a POST carries a valid form token unless told otherwise."""
        if route.method == "GET":
            return browser.get(self.address(route))
        return browser.post(self.address(route), {"csrf": form_token(browser)} if token else {})


def form_token(browser: Browser) -> str:
    """The token that this browser's forms hold."""
    secrets = {name.rpartition("-")[2]: value for name, value in browser.cookies.items()}
    return _token(secrets.get("session") or secrets["visitor"])


def a_visitor(app: str) -> Browser:
    return Browser(APPS[app], cookies={f"{settings().programme}-{app}-visitor": "visitor-1"})


def a_signed_in_member(member_id: str) -> Browser:
    with transaction() as t:
        session_id = sessions.begin(t, member_id, NOW)
    return Browser(public, cookies={f"{settings().programme}-public-session": session_id})


@pytest.fixture
def world(tables: None, monkeypatch: pytest.MonkeyPatch) -> World:  # noqa: ARG001 it needs the account
    # Pages of a module that is off answer 404 to everybody; here every role is to meet every page.
    monkeypatch.setattr(Programme, "module_on", lambda _self, _module: True)
    wiring.use(clock=lambda: NOW)
    with transaction() as t:
        store.add(t, a_member("owner"), mail="welcome")
    with transaction() as t:
        store.add(t, replace(a_member("stranger", email="taro@example.jp"), number="8765-4321"), mail="welcome")
    booker = Booker("owner", "1234-5678", "outside", "13", {"affiliation": "company"})
    booking = book(Wish("personal", a_slot(day=TUESDAY)), booker=booker, nonce="nonce", at=NOW)
    browsers = {(app, Role.PUBLIC): a_visitor(app) for app in APPS}
    browsers |= {("staff", role): signed_in(staff, role, now=NOW) for role in STAFF}
    browsers["public", Role.MEMBER] = a_signed_in_member("owner")
    return World(browsers, a_signed_in_member("stranger"), booking.booking_id, "1234-5678")


def import_pages(app: str) -> None:
    """Register every page at once, as the first visitors of each file do one by one."""
    for module in APPS[app].files.values():
        import_module(module)


def is_refused(answer: Answered, role: Role) -> bool:
    """Visitors are led to the sign-in page, everybody else is told no."""
    if role is Role.PUBLIC:
        return answer.status == 303 and answer.location.startswith("/sign-in?next=")
    return answer.status == 403


@pytest.mark.parametrize("app", APPS)
def test_every_page_is_in_the_file_that_is_imported_for_its_path(app: str) -> None:
    import_pages(app)
    for path, methods in APPS[app].routes.items():
        for entry in methods.values():
            file = import_module(APPS[app].file_of(path))
            pages = {file.__name__, *(each.__name__ for each in getattr(file, "PAGES", ()))}
            assert entry.view_function.__module__ in pages, path


@pytest.mark.parametrize("app", APPS)
def test_the_table_lists_exactly_the_routes_that_are_registered(app: str) -> None:
    import_pages(app)
    registered = {(method, path) for path, methods in APPS[app].routes.items() for method in methods}
    listed = [(route.method, route.path) for route in ROUTES[app]]

    assert registered == set(listed)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("app", APPS)
def test_every_role_reaches_what_is_listed_for_it_and_nothing_else(app: str, world: World) -> None:
    wrong = []
    for route in ROUTES[app]:
        for role in ROLES[app]:
            if route.method == "POST" and role in route.roles:
                continue  # forms are posted by the tests of each capability
            answer = world.ask(world.browsers[app, role], route)
            if is_refused(answer, role) is (role in route.roles) or answer.status >= 500:
                wrong.append((route.method, route.path, role, answer.status, answer.location))
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_every_form_is_refused_without_the_visitors_token(app: str, world: World) -> None:
    wrong = []
    for route in (each for each in ROUTES[app] if each.method == "POST"):
        for role in (each for each in ROLES[app] if each in route.roles):
            answer = world.ask(world.browsers[app, role], route, token=False)
            if (answer.status == 403) is not route.needs_csrf:
                wrong.append((route.path, role, answer.status))
    assert wrong == []


def test_only_mail_services_may_post_without_a_token() -> None:
    free = [route.path for route in (*PUBLIC_ROUTES, *STAFF_ROUTES) if route.method == "POST" and not route.needs_csrf]

    assert free == ["/unsubscribe/{token}"]


def test_a_record_of_somebody_else_does_not_exist_for_the_one_who_asks(world: World) -> None:
    own_records = [route for route in PUBLIC_ROUTES if route.own_records_only]
    with_id = [route for route in own_records if "{" in route.path]

    statuses = {(route.method, route.path): world.ask(world.stranger, route).status for route in with_id}
    assert with_id
    assert set(statuses.values()) == {404}, statuses
    for route in own_records:
        if route.method == "GET" and "{" not in route.path:
            body = world.ask(world.stranger, route).body
            assert world.booking_id not in body
            assert world.number not in body


def test_ones_own_record_is_shown(world: World) -> None:
    owner = world.browsers["public", Role.MEMBER]
    pages = [route for route in PUBLIC_ROUTES if route.own_records_only and route.method == "GET"]

    assert {route.path: world.ask(owner, route).status for route in pages} == {route.path: 200 for route in pages}


@pytest.mark.parametrize("app", APPS)
def test_an_ended_session_opens_nothing(app: str, world: World) -> None:
    stale = Browser(APPS[app], cookies={f"{settings().programme}-{app}-session": "made-up"})

    for route in (each for each in ROUTES[app] if Role.PUBLIC not in each.roles):
        assert is_refused(world.ask(stale, route), Role.PUBLIC), route.path


def test_the_documentation_shows_the_table_as_it_is() -> None:
    message = "run: python -m operations.access_docs"
    assert access_docs.FILE.read_text(encoding="utf-8") == access_docs.document(), message
