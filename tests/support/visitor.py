"""A person at a browser: what members and staff do on the pages, step by step, by the words they read."""

from dataclasses import dataclass
from datetime import date

import pyotp
from playwright.sync_api import Page

from operations.accounts import Login
from tests.support.eyes import look
from tests.support.inbox import Inbox
from tests.support.stack import RunningStack


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody fictional."""

    family_name: str = "髙橋"
    given_name: str = "花子"
    family_kana: str = "たかはし"
    given_kana: str = "ﾊﾅｺ"
    email: str = "hanako.e2e@example.jp"
    affiliation: str = "企業などの従業員"
    home: str = "東京都"
    work: str = "東京都"
    aim: str = "出張・ワーケーション中のテレワーク"
    newsletter: bool = True


@dataclass(slots=True)
class Visitor:
    """One browser at the public site."""

    page: Page
    stack: RunningStack

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.stack.inbox_url)

    def visit(self, path: str, *, picture: str = "") -> None:
        """Open a page of the site, and look at it."""
        self.page.goto(path if path.startswith("http") else f"{self.stack.public_url}{path}")
        if picture:
            look(self.page, picture)

    def press(self, button: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def follow(self, link: str) -> None:
        """Follow a link by its words."""
        self.page.get_by_role("link", name=link, exact=True).first.click()

    def reads(self, text: str) -> bool:
        """Whether the page shows this text."""
        return text in self.page.locator("body").inner_text()

    def fill_registration(self, person: Person) -> None:
        """Type the registration form; consents are ticked by the person."""
        self.page.locator("#family_name").fill(person.family_name)
        self.page.locator("#given_name").fill(person.given_name)
        self.page.locator("#family_kana").fill(person.family_kana)
        self.page.locator("#given_kana").fill(person.given_kana)
        self.page.locator("#email").fill(person.email)
        self.page.get_by_label(person.affiliation).check()
        self.page.locator("#home_prefecture").select_option(label=person.home)
        self.page.locator("#work_prefecture").select_option(label=person.work)
        self.page.locator("#aim").select_option(label=person.aim)
        self.page.locator("#terms").check()
        if person.newsletter:
            self.page.locator("#newsletter").check()

    def register(self, person: Person, *, pictures: str = "") -> str:
        """From the form through the mailed link to the member's page; returns the member number."""
        self.visit("/register", picture=pictures and f"{pictures}-form")
        self.fill_registration(person)
        self.press("内容を確認する")
        self._look(pictures, "check")
        self.press("登録する")
        self._look(pictures, "sent")
        self.visit(self.inbox.wait_for(person.email, "利用登録の確認").link("/register/"))
        self._look(pictures, "link")
        self.press("登録を完了する")
        self._look(pictures, "done")
        return self.page.locator("dt:has-text('登録番号') + dd").first.inner_text()

    def sign_in(self, email: str, *, pictures: str = "") -> None:
        """Ask for a link, follow it, press the button."""
        self.visit("/sign-in", picture=pictures and f"{pictures}-form")
        self.page.locator("#email").fill(email)
        self.press("リンクをメールで受け取る")
        self._look(pictures, "sent")
        self.visit(self.inbox.wait_for(email, "サインイン").link("/sign-in/"))
        self._look(pictures, "link")
        self.press("サインインする")

    def book(self, area: str, day: date, starts: str, ends: str, *, pictures: str = "") -> str:
        """From the booking form to the booking's page; returns the booking's address."""
        self.visit(f"/bookings/new?area={area}&day={day}&start={starts}", picture=pictures and f"{pictures}-form")
        self.page.locator("#end").select_option(ends)
        self.press("内容を確認する")
        self._look(pictures, "check")
        self.press("予約する")
        self._look(pictures, "done")
        return self.page.url.partition("?")[0]

    def change_booking(self, address: str, starts: str, ends: str, *, pictures: str = "") -> str:
        """Move a booking to another time; returns the address of what it became."""
        self.visit(f"{address}/change", picture=pictures and f"{pictures}-form")
        self.page.locator("#start").select_option(starts)
        self.page.locator("#end").select_option(ends)
        self.press("変更する")
        return self.page.url.partition("?")[0]

    def cancel_booking(self, address: str, *, pictures: str = "") -> None:
        """Cancel a booking by its button."""
        self.visit(f"{address}/cancel", picture=pictures and f"{pictures}-form")
        self.press("この予約を取り消す")

    def sign_out(self) -> None:
        """Sign out on whatever page is open."""
        self.press("サインアウト")

    def _look(self, pictures: str, name: str) -> None:
        if pictures:
            look(self.page, f"{pictures}-{name}")


@dataclass(slots=True)
class Clerk:
    """One browser at the staff console."""

    page: Page
    stack: RunningStack

    def visit(self, path: str, *, picture: str = "") -> None:
        """Open a page of the console, and look at it."""
        self.page.goto(f"{self.stack.staff_url}{path}")
        if picture:
            look(self.page, picture)

    def press(self, button: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def reads(self, text: str) -> bool:
        """Whether the page shows this text."""
        return text in self.page.locator("body").inner_text()

    def sign_in(self, login: Login, *, picture: str = "") -> None:
        """Password and TOTP; the first time, the notice on personal data is read and accepted."""
        self.visit("/sign-in", picture=picture)
        self.page.locator("#email").fill(login.email)
        self.page.locator("#password").fill(login.password)
        self.page.locator("#code").fill(pyotp.TOTP(login.totp_secret).now())
        self.press("サインインする")
        if "/notice" in self.page.url:
            if picture:
                look(self.page, f"{picture}-notice")
            self.page.locator("#accept").check()
            self.press("承諾して進む")
