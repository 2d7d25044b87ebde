"""A browser before the public site's membership pages, a clock, and the way of the mails."""

from typing import Any

import pytest

from madoguchi import wiring
from tests.support.gateway import Browser
from tests.support.members import GOOD_FORM, NOW
from tests.support.post_office import Clock, PostOffice, link_in


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def post_office(tables: None, clock: Clock) -> PostOffice:  # noqa: ARG001
    office = PostOffice()
    wiring.use(clock=clock, mailer=office)
    return office


@pytest.fixture
def app(post_office: PostOffice) -> Any:  # noqa: ANN401, ARG001 Chalice is untyped
    from public import member_page, registration, sign_in, unsubscribe  # noqa: F401, PLC0415
    from public.counter_app import app  # noqa: PLC0415

    return app


@pytest.fixture
def browser(app: Any) -> Browser:  # noqa: ANN401
    return Browser(app)


class Applicant:
    """Somebody who goes through the registration in a browser."""

    def __init__(self, browser: Browser, post_office: PostOffice) -> None:
        self.browser = browser
        self.post_office = post_office

    def apply(self, **changes: str) -> Any:  # noqa: ANN401
        """Fill the form and send the confirmation page."""
        return self.browser.submit("/register", "/register", GOOD_FORM | {"step": "send"} | changes)

    def link(self, **changes: str) -> str:
        """The path that the mail leads to."""
        self.apply(**changes)
        (mail,) = self.post_office.deliver()
        return link_in(mail)

    def register(self, **changes: str) -> str:
        """Become a member; returns the number shown."""
        path = self.link(**changes)
        assert self.browser.submit(path, path, {}).location == "/me?done=registered"
        (welcome,) = self.post_office.deliver()
        return welcome.text.partition("登録番号：")[2].split()[0]


@pytest.fixture
def applicant(browser: Browser, post_office: PostOffice) -> Applicant:
    return Applicant(browser, post_office)
