"""Somebody who registers in a browser through whatever form a programme has, as its demo.yaml has them answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from playwright.sync_api import Locator, Page
from ruamel.yaml import YAML

from operations import programmes
from tests.support.inbox import Inbox
from tests.support.stack import RunningStack

PARTS_OF_A_DATE = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class Answers:
    """What one person answers: to which form, its fields, and the consents that they tick."""

    values: Mapping[str, Any]
    consents: tuple[str, ...] = ()
    form: str = ""

    @property
    def email(self) -> str:
        return str(self.values["email"])

    @classmethod
    def of(cls, programme: str, form: str = "") -> Self:
        """The first person of the programme's demo who fills in this form (the usual one unless given)."""
        demo = YAML(typ="safe").load(programmes.FOLDER / programme / programmes.DEMO)
        person = next(each for each in demo["people"] if each.get("form", "") == form)
        return cls(person["values"], tuple(person.get("consents", ())), form)


@dataclass(slots=True)
class Registrant:
    """One browser at the public site of a programme."""

    page: Page
    stack: RunningStack
    answers: Answers = field(default_factory=lambda: Answers({}))

    def register(self) -> None:
        """From the form through the mailed link to the member's own page."""
        self.answers = self.answers if self.answers.values else Answers.of(self.stack.stack.programme)
        form = f"?form={self.answers.form}" if self.answers.form else ""
        self.page.goto(f"{self.stack.public_url}/register{form}")
        choice = self.page.locator('a[href^="/register?form="]')
        if choice.count():
            choice.first.click()
        self._fill_in()
        while self.page.locator('button[value="next"]').count():
            self.step("next")
            self._fill_in()
        self.step("check")
        mistakes = self.page.locator(".field__error").all_inner_texts()
        assert not mistakes, mistakes
        self.step("send")
        mail = Inbox(self.stack.inbox_url).wait_for(self.answers.email, "利用登録の確認")
        self.page.goto(mail.link("/register/"))
        self.page.get_by_role("button", name="登録を完了する", exact=True).click()

    def step(self, which: str) -> None:
        """Press one of the form's buttons."""
        button = self.page.locator(f'button[name="step"][value="{which}"]').last
        assert button.count(), f"no button '{which}' on {self.page.url}: {self.page.locator('body').inner_text()}"
        with self.page.expect_navigation():
            button.click()

    def is_signed_in(self) -> bool:
        """Whether the member's own page opens."""
        self.page.goto(f"{self.stack.public_url}/me")
        return self.page.url == f"{self.stack.public_url}/me"

    def _fill_in(self) -> None:
        for name, value in self.answers.values.items():
            self._answer(name, value)
        # What must be agreed to, and what this person agrees to beyond that.
        for box in self.page.locator('input[type="checkbox"][aria-required="true"]:visible').all():
            box.check()
        for name in self.answers.consents:
            if (box := self.page.locator(f'input[type="checkbox"][name="{name}"]')).count():
                box.check()

    def _answer(self, name: str, value: Any) -> None:  # noqa: ANN401 text, or the texts of several choices
        # What other pages of the form asked is carried along, hidden.
        control = self.page.locator(f'[name="{name}"]:not([type="hidden"])')
        if control.count():
            _give(control, value)
        elif self.page.locator(f'[name="{name}_year"]').count():
            for part, text in zip(PARTS_OF_A_DATE, str(value).split("-"), strict=True):
                _give(self.page.locator(f'[name="{name}_{part}"]'), text.lstrip("0"))


def _give(control: Locator, value: Any) -> None:  # noqa: ANN401 as above
    kind = control.first.evaluate("each => each.type")
    if kind in {"radio", "checkbox"}:
        for each in value if isinstance(value, list) else [value]:
            control.and_(control.page.locator(f'[value="{each}"]')).check()
    elif kind == "select-one":
        control.select_option(str(value))
    else:
        control.fill(str(value))
