"""The pages of profiles as people see them, on paper-narrow and on wide screens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from madoguchi.members import store
from tests.support.definitions import SERVED, serve
from tests.support.eyes import look
from tests.support.gateway import Browser
from tests.support.stack import browser as chromium

__all__ = ["chromium"]


@pytest.fixture
def screen(chromium: Chromium) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="ja-JP")
    yield context
    context.close()


def see(screen: BrowserContext, browser: Browser, path: str, name: str) -> str:
    """Look at a page as that browser would; its text."""
    screen.unroute_all()
    serve(screen, browser.app, cookies=browser.cookies)
    page = screen.new_page()
    page.goto(f"{SERVED}{path}")
    look(page, name)
    return page.locator("main").inner_text()


def test_members_look_around(mirai: Browser, company: Browser, mirai_id: str, screen: BrowserContext) -> None:  # noqa: ARG001
    people = see(screen, mirai, "/people?sector=citizen", "people-search")
    profile = see(screen, mirai, f"/people/{store.get(mirai_id).profile_id}", "people-profile")
    own = see(screen, mirai, "/me", "me-with-profile")

    assert "湖東 みらい" in people
    assert "人形劇の公演" in profile
    assert "ほかの人にこう見えます" in own


def test_visitors_see_what_everybody_may(company: Browser, browser: Browser, screen: BrowserContext) -> None:
    assert "株式会社みずうみ製作所" in see(screen, browser, "/people", "people-public")
    own = see(screen, company, "/me", "me-of-a-company-with-profile")
    assert own.count("株式会社みずうみ製作所") == 2  # as members see it, as everybody does
    assert "当てはまる方はいません" in see(screen, browser, "/people?sector=media", "people-none")
