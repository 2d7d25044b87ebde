"""Somebody who registers in a browser."""

from tests.support.gateway import Answered, Browser
from tests.support.members import GOOD_FORM
from tests.support.post_office import PostOffice, link_in


class Applicant:
    """Somebody who goes through the registration in a browser."""

    def __init__(self, browser: Browser, post_office: PostOffice) -> None:
        self.browser = browser
        self.post_office = post_office

    def apply(self, **changes: str) -> Answered:
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
