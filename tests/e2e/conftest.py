"""Browsers for the end-to-end tests: one context per person, so that nobody shares a cookie."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext

from madoguchi import wiring
from madoguchi.japan.time import tokyo_day
from madoguchi.office.plan import open_days
from tests.support.stack import RunningStack, browser, stack, stacks
from tests.support.visitor import Clerk, Visitor

__all__ = ["browser", "stack", "stacks"]


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh browser profile, closed after the test."""
    contexts: list[BrowserContext] = []

    def make(*, javascript: bool = True) -> BrowserContext:
        context = browser.new_context(
            locale="ja-JP", viewport={"width": 1280, "height": 900}, java_script_enabled=javascript
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(new_context: Callable[..., BrowserContext], stack: RunningStack) -> Visitor:
    """Somebody at the public site."""
    return Visitor(new_context().new_page(), stack)


@pytest.fixture
def clerk(new_context: Callable[..., BrowserContext], stack: RunningStack) -> Clerk:
    """Somebody at the staff console, not signed in yet."""
    return Clerk(new_context().new_page(), stack)


@pytest.fixture(scope="session")
def open_days_ahead() -> list[date]:
    """The open days from tomorrow on, for as long as anybody may book."""
    today = tokyo_day(wiring.clock())
    return open_days(today + timedelta(days=1), today + timedelta(days=60))
