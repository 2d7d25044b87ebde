"""A manager closes a day on a page: no deployment, checked by the schema's own function, and taken back again."""

import time
from datetime import date, timedelta

import pytest

from madoguchi.programme.overrides import SEEN_WITHIN
from tests.support.eyes import look
from tests.support.stack import RunningStack
from tests.support.visitor import Clerk, Visitor

MANAGER = "settings.e2e@example.jp"
REASON = "設備の点検のため"


@pytest.mark.meets("A-048")
def test_a_manager_closes_a_day_and_opens_it_again(
    visitor: Visitor, clerk: Clerk, stack: RunningStack, open_days_ahead: list[date]
) -> None:
    day, page = open_days_ahead[20], clerk.page
    clerk.sign_in(stack.invite(MANAGER, "見本 四郎", "manager"))
    clerk.visit("/definition", picture="staff-settings")
    clerk.visit("/definition/change?key=office.closures", picture="staff-settings-form")
    page.locator("#row-0-day").fill("12月の終わり")
    page.locator("#row-0-reason").fill("点検")
    page.locator("#reason").fill(REASON)
    clerk.press("影響を確認する")
    look(page, "staff-settings-mistake")
    assert clerk.reads("日付は 2026-12-28 のように入力してください")

    page.locator("#row-0-day").fill(f"{day:%Y年%m月%d日}")
    clerk.press("影響を確認する")
    look(page, "staff-settings-check")
    clerk.press("変更する")
    look(page, "staff-settings-done")

    assert _becomes(visitor, f"/availability?day={day}", "点検", is_shown=True)

    page.get_by_role("button", name="取り消す").first.click()
    assert clerk.reads("変更を取り消しました")
    assert _becomes(visitor, f"/availability?day={day}", "点検", is_shown=False)


def _becomes(visitor: Visitor, path: str, text: str, *, is_shown: bool) -> bool:
    """Whether a page shows a text, or no more, within the time after which every function has seen a change."""
    until = time.monotonic() + (2 * SEEN_WITHIN + timedelta(seconds=5)).total_seconds()
    while time.monotonic() < until:
        visitor.visit(path)
        if visitor.reads(text) is is_shown:
            return True
        time.sleep(1)
    return False
