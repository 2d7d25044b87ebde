"""From a link with a code to the report: where new members came from."""

from datetime import timedelta

import pytest

from madoguchi.japan.time import Month
from madoguchi.reports import people, usecases
from monthly_rollup.handler import handler
from tests.support.applicant import Applicant
from tests.support.gateway import Browser
from tests.support.post_office import Clock, PostOffice


@pytest.mark.meets("A-015")
def test_new_members_are_reported_by_the_code_that_led_them(
    browser: Browser, post_office: PostOffice, clock: Clock
) -> None:
    for number, code in enumerate(("sns", "sns", "flyer", "made-up", "")):
        visitor = Browser(browser.app, source=f"192.0.2.{number}")
        visitor.get(f"/?from={code}" if code else "/")
        visitor.get(f"/register?from={code}" if code else "/register")
        Applicant(visitor, post_office).register(email=f"person{number}@example.jp")
    clock.now += timedelta(days=20)

    handler({"month": "2026-11"}, None)

    _, frozen = usecases.month_report("2026-11")
    counted = {each.item: each.value for each in frozen.figures if each.table == people.BY_SOURCE}
    assert counted == {
        "県内で配布するチラシ": 1,
        "駅・観光案内所のポスター": 0,
        "SNSでのお知らせ": 2,
        people.UNKNOWN: 2,
    }
    assert frozen.month == Month(2026, 11)
