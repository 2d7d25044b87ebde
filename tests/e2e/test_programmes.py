"""Each of the four contracts, from its own form to leaving: with JavaScript and without, also on a narrow screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from operations import programmes
from tests.support.eyes import look
from tests.support.forms_in_browser import Answered, fill, press
from tests.support.inbox import Inbox
from tests.support.programmes import the_programme
from tests.support.stack import RunningStack, Stacks

NAMES = sorted(programmes.names())
NEW_NAME = "あらた"


class Journey:
    """One person at one programme's site."""

    def __init__(self, page: Page, stack: RunningStack, programme: str, *, pictures: bool) -> None:
        self.page = page
        self.stack = stack
        self.form = the_programme(programme).registration.usual
        self.forms = the_programme(programme).registration.forms
        self.retention = the_programme(programme).retention
        self.email = f"{'seen' if pictures else 'plain'}.{programme}@example.jp"
        self.answered = Answered.of(programme, self.email)
        self.pictures = f"programmes-{programme}" if pictures else ""

    def visit(self, path: str, picture: str = "") -> None:
        self.page.goto(path if path.startswith("http") else f"{self.stack.public_url}{path}")
        self.see(picture)

    def see(self, picture: str) -> None:
        """Look at the page: axe finds nothing, and it does not scroll sideways at 320 px."""
        if picture and self.pictures:
            look(self.page, f"{self.pictures}-{picture}")

    def mailed(self, subject: str, containing: str) -> str:
        return Inbox(self.stack.inbox_url).wait_for(self.email, subject).link(containing)

    def register(self) -> None:
        self.visit("/", "front")
        self.visit("/register", "choice" if len(self.forms) > 1 else "form")
        if len(self.forms) > 1:
            self.page.locator(f'main a[href*="form={self.form.id}"]').first.click()
            self.see("form")
        fill(self.page, self.form, self.answered)
        self.see("check")
        assert str(self.answered.values["family_name"]) in self.page.inner_text("main")
        press(self.page, "send")
        self.see("sent")
        self.visit(self.mailed("確認", "/register/"), "link")
        self.page.locator('main button[type="submit"]').first.click()
        assert "/me?done=registered" in self.page.url
        self.see("registered")

    def change(self) -> None:
        self.visit("/me/change", "change")
        self.page.locator("#given_name").fill(NEW_NAME)
        press(self.page, "check")
        self.see("change-check")
        press(self.page, "send")
        assert "done=changed" in self.page.url, self.page.inner_text("main")
        self.visit("/me/data", "data")
        assert NEW_NAME in self.page.inner_text("main")

    def withdraw(self) -> None:
        self.visit("/me/withdraw", "withdraw")
        self.page.locator("#sure").check()
        self.page.locator('main button[type="submit"]', has_text="退会する").click()
        assert "/withdrawn" in self.page.url
        self.see("withdrawn")
        for _ in range(2):  # it erases, then sends: what the tick does every five minutes
            self.stack.invoke("sweep", {})
        farewell = Inbox(self.stack.inbox_url).wait_for(self.email, "退会").text
        assert all(each.why in farewell for each in self.retention if each.months)
        self.visit("/me")
        assert "/sign-in" in self.page.url


@pytest.mark.parametrize("name", NAMES)
def test_somebody_registers_changes_and_leaves_and_every_page_is_accessible(
    new_context: Callable[..., BrowserContext], stacks: Stacks, name: str
) -> None:
    journey = Journey(new_context().new_page(), stacks[name], name, pictures=True)

    journey.register()
    journey.change()
    journey.withdraw()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_without_javascript_on_a_narrow_screen(
    new_context: Callable[..., BrowserContext], stacks: Stacks, name: str
) -> None:
    page = new_context(javascript=False).new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    journey = Journey(page, stacks[name], name, pictures=False)

    journey.register()
    journey.change()
    journey.withdraw()
