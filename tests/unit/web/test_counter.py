"""What every request of both apps is promised."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader

from madoguchi.refusals import ConflictError
from madoguchi.web.access import Role
from madoguchi.web.answers import Answer, Page, Redirect, safe_path
from madoguchi.web.counter import Counter
from madoguchi.web.headers import SECURITY_HEADERS
from madoguchi.web.rendering import use_loader
from madoguchi.web.site import public_facts
from madoguchi.web.visits import Visit
from tests.support.gateway import TOKEN, Browser, gateway_event

ROOT = Path(__file__).resolve().parents[3]
FORM = '<input type="hidden" name="csrf" value="{{ csrf }}">'
SECRET_TEXT = "hanako@example.jp"


@dataclass
class Somebody:
    role: Role
    name: str = "例示 花子"
    number: str = "0000"


@pytest.fixture(autouse=True)
def form_page() -> Iterator[None]:
    pages = FileSystemLoader(ROOT / "templates" / "pages")
    use_loader("pages", ChoiceLoader([DictLoader({"form.html": FORM}), pages]))
    yield
    use_loader("pages", pages)


class TakenError(ConflictError):
    message = "先に予約されました。"


def an_app(viewer: Somebody | None = None) -> Counter:
    app = Counter("public", viewer_of=lambda _: viewer, facts_of=public_facts)

    @app.page("GET", "/register")
    def show(_visit: Visit[Any]) -> Answer:
        return Page("form.html", "利用登録")

    @app.page("POST", "/register")
    def register(visit: Visit[Any]) -> Answer:
        if visit.form.get("email") == SECRET_TEXT:
            raise ValueError(SECRET_TEXT)
        return Redirect("/register/sent")

    @app.page("GET", "/events")
    def events(_visit: Visit[Any]) -> Answer:
        return Page("error.html", "イベント", {"message": "…", "status": 200}, cache_seconds=30)

    @app.page("GET", "/bookings/{booking_id}")
    def booking(_visit: Visit[Any], booking_id: str) -> Answer:
        if booking_id == "taken":
            raise TakenError
        return Page("error.html", "予約", {"message": booking_id, "status": 200})

    return app


def test_a_form_with_its_token_is_accepted_and_one_without_is_not() -> None:
    browser = Browser(an_app())

    accepted = browser.submit("/register", "/register", {"email": "a@example.jp"})
    without = browser.post("/register", {"email": "a@example.jp"})

    assert (accepted.status, accepted.location) == (303, "/register/sent")
    assert without.status == 403
    assert "読み込み直して" in without.body


def test_a_token_of_another_visitor_is_refused() -> None:
    mine, other = Browser(an_app()), Browser(an_app())
    mine.get("/register")
    token = TOKEN.search(other.get("/register").body)
    assert token is not None

    assert mine.post("/register", {"csrf": token[1]}).status == 403


def test_a_token_that_is_no_token_is_refused() -> None:
    browser = Browser(an_app())
    browser.get("/register")

    assert browser.post("/register", {"csrf": "あ"}).status == 403


def test_an_odd_cookie_of_another_site_harms_no_other_cookie() -> None:
    browser = Browser(an_app())
    browser.cookies["odd"] = '{"a": "b"}, [c]="d'

    assert browser.submit("/register", "/register", {"email": "a@example.jp"}).status == 303


def test_a_form_sent_from_another_site_is_refused_even_with_the_token() -> None:
    browser = Browser(an_app())
    token = TOKEN.search(browser.get("/register").body)
    assert token is not None

    sent = browser.post("/register", {"csrf": token[1]}, **{"sec-fetch-site": "cross-site"})

    assert sent.status == 403


def test_a_page_without_a_form_sets_no_cookie() -> None:
    assert Browser(an_app()).get("/nothing").cookies == []


def test_a_page_for_members_leads_the_public_to_sign_in_and_back() -> None:
    answer = Browser(an_app()).get("/bookings/abc?from=mail")

    assert (answer.status, answer.location) == (303, "/sign-in?next=%2Fbookings%2Fabc%3Ffrom%3Dmail")


def test_a_role_that_is_not_listed_is_refused() -> None:
    assert Browser(an_app(Somebody(Role.DESK))).get("/bookings/abc").status == 403


def test_a_refusal_shows_its_message_and_status() -> None:
    answer = Browser(an_app(Somebody(Role.MEMBER))).get("/bookings/taken")

    assert answer.status == 409
    assert "先に予約されました。" in answer.body


def test_a_bug_is_a_faceless_500_and_its_log_line_holds_no_personal_data(caplog: pytest.LogCaptureFixture) -> None:
    answer = Browser(an_app()).submit("/register", "/register", {"email": SECRET_TEXT})

    bugs = [vars(line) for line in caplog.records if line.message == "bug"]
    assert answer.status == 500
    assert "request-1" in answer.body
    assert SECRET_TEXT not in answer.body
    assert [bug["kind"] for bug in bugs] == ["ValueError"]
    assert SECRET_TEXT not in str([vars(line) for line in caplog.records])


@pytest.mark.parametrize("path", ["/nothing", "/bookings/a/b/c/d", "/bookings/a%20b", "/%2e%2e/etc/passwd"])
def test_an_unknown_address_gets_our_own_page(path: str) -> None:
    answer = Browser(an_app(Somebody(Role.MEMBER))).get(path)

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "見つかりません" in answer.body


def test_an_unknown_method_gets_our_own_page() -> None:
    answer = an_app()(gateway_event("DELETE", "/register"), None)

    assert answer["statusCode"] == 405
    assert answer["headers"]["Allow"] == "GET, POST"


def test_head_answers_as_get_without_a_body() -> None:
    answer = an_app()(gateway_event("HEAD", "/register"), None)

    assert (answer["statusCode"], answer["body"]) == (200, "")


@pytest.mark.parametrize("url", ["/register", "/nothing", "/bookings/abc", "/events"])
def test_every_answer_carries_the_security_headers(url: str) -> None:
    answer = Browser(an_app()).get(url)

    assert SECURITY_HEADERS.items() <= answer.headers.items()


def test_a_cacheable_page_sets_no_cookie_and_holds_no_token() -> None:
    answer = Browser(an_app()).get("/events")

    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=30"
    assert answer.cookies == []
    assert TOKEN.search(answer.body) is None


def test_a_cacheable_page_is_private_for_somebody_who_is_signed_in() -> None:
    assert Browser(an_app(Somebody(Role.MEMBER))).get("/events").headers["Cache-Control"] == "no-store"


def test_cookies_are_named_after_programme_and_app() -> None:
    (cookie,) = Browser(an_app()).get("/register").cookies

    assert cookie.startswith("telework-office-public-visitor=")
    assert "; HttpOnly; SameSite=Lax" in cookie


def test_a_body_that_is_too_large_is_refused() -> None:
    assert Browser(an_app()).post("/register", {"name": "あ" * 200_000}).status == 413


@pytest.mark.parametrize(
    "typed", ["//evil.example", "https://evil.example", "/\\evil", "", "/a\r\nSet-Cookie: x=1", "/あ", "/" + "a" * 2000]
)
def test_a_way_back_that_leaves_the_site_is_not_taken(typed: str) -> None:
    assert safe_path(typed, "/me") == "/me"


def test_a_route_that_the_access_table_does_not_list_cannot_be_registered() -> None:
    with pytest.raises(KeyError):
        an_app().page("GET", "/secret")
