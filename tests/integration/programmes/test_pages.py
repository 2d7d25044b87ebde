"""The public pages fit whatever the contract says: with or without office, events, newsletters, organisations."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from madoguchi.handover.retention import Plan
from madoguchi.programme.definition import Programme
from madoguchi.web.counter import Counter
from tests.support.definitions import SERVED, serve
from tests.support.eyes import look
from tests.support.gateway import Browser
from tests.support.members import NOW

PAGES = ("/", "/privacy")


@pytest.fixture
def screen(chromium: Chromium) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="ja-JP")
    yield context
    context.close()


def test_the_front_page_offers_what_the_contract_has_and_nothing_else(programme: Programme, browser: Browser) -> None:
    shown = browser.get("/").body

    assert f'<h1 class="hero__title">{programme.site.name}</h1>' in shown
    assert ("/availability" in shown) == programme.module_on("office")
    assert ("これからの空席" in shown) == programme.module_on("office")
    assert ('href="/events"' in shown) == programme.module_on("events")
    for form in programme.registration.forms:
        assert form.label in shown
    for text in programme.pages.values():
        assert all(line in shown for line in text.splitlines())


@pytest.mark.parametrize("path", ["/availability", "/bookings/new"])
def test_pages_of_a_part_that_the_contract_lacks_do_not_exist(
    programme: Programme, browser: Browser, path: str
) -> None:
    assert (browser.get(path).status == 404) == (not programme.module_on("office"))


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_can_be_read_on_any_screen(
    programme: Programme, app: Counter, screen: BrowserContext, path: str
) -> None:
    serve(screen, app)
    page = screen.new_page()
    answer = page.goto(f"{SERVED}{path}")

    assert answer is not None
    assert answer.status == 200
    look(page, f"{programme.id}{path.replace('/', '-').rstrip('-')}")


def test_the_privacy_notice_says_what_each_form_asks_for_what_and_how_long(
    programme: Programme, browser: Browser
) -> None:
    shown = browser.get("/privacy").body

    for form in programme.registration.forms:
        assert form.purpose in shown
        for field in form.fields:
            assert f'<th scope="row">{field.label}</th><td>{field.purpose}</td>' in shown
        assert all(consent.label in shown for consent in form.consents)
    plan = Plan.of(programme, NOW.date())
    assert all(each.why in shown for each in (*plan.erased, *plan.kept, *plan.counted))
    assert all(each.name in shown and each.region in shown for each in programme.processors)
    assert programme.contract.client in shown
