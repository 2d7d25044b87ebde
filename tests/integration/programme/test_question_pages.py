"""The pages of the form builder, in a browser, at both widths and with axe."""

import pytest
from playwright.sync_api import Browser as Chromium

from madoguchi.web.access import Role
from staff.counter_app import app as console
from tests.integration.programme.test_questions import EDIT, KEY, PAGE, TOPIC, press, write
from tests.support.definitions import SERVED, serve
from tests.support.eyes import look
from tests.support.office import NOW
from tests.support.staff import signed_in


@pytest.mark.usefixtures("clock")
def test_every_page_of_the_form_builder_can_be_used_at_any_width(chromium: Chromium) -> None:
    browser = signed_in(console, Role.MANAGER, now=NOW)
    write(browser, TOPIC | {"counted": "yes"})
    press(browser, "move", "aim", to="up")
    context = chromium.new_context(locale="ja-JP")
    serve(context, console, cookies=browser.cookies)
    page = context.new_page()

    page.goto(f"{SERVED}{PAGE}")
    look(page, "questions")
    page.get_by_label("変更の理由").fill("発注者との協議による")
    page.get_by_role("button", name="影響を確認する").click()
    assert page.get_by_role("button", name="変更する").is_visible()
    look(page, "questions-check")
    page.get_by_role("button", name="修正する").click()
    assert page.get_by_label("変更の理由").input_value() == "発注者との協議による"

    page.goto(f"{SERVED}{EDIT}?key={KEY}&question=q1")
    look(page, "question")
    page.goto(f"{SERVED}{EDIT}?key={KEY}&question=new")
    page.get_by_role("button", name="下書きに入れる").click()
    look(page, "question-new")
    page.goto(f"{SERVED}{EDIT}?key={KEY}&question=new-block")
    look(page, "question-block")
    page.goto(f"{SERVED}/definition")
    look(page, "definition")
    context.close()
