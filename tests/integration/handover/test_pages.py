"""The pages about leaving and about terms, as people see them, on paper-narrow and on wide screens."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext

from madoguchi.audit import store as audit
from madoguchi.japan.time import Month
from madoguchi.members import leaving, sessions, store
from madoguchi.members.withdrawal import REASONS
from madoguchi.settings import settings
from madoguchi.storage import transaction
from madoguchi.web.access import Role
from madoguchi.web.counter import Counter
from tests.support.definitions import SERVED, running_named, serve
from tests.support.eyes import look
from tests.support.gateway import Browser
from tests.support.leaver import Leaver
from tests.support.members import a_member
from tests.support.post_office import Clock, PostOffice
from tests.support.stack import browser as chromium
from tests.support.staff import signed_in

__all__ = ["chromium"]


@pytest.fixture
def screen(chromium: Chromium) -> Iterator[BrowserContext]:
    """A real browser."""
    context = chromium.new_context(locale="ja-JP")
    yield context
    context.close()


@pytest.fixture
def console(tables: None) -> Counter:  # noqa: ARG001
    from staff.counter_app import app  # noqa: PLC0415 it reads the settings when it is made

    return app


def see(screen: BrowserContext, app: Counter, browser: Browser, path: str, name: str) -> str:
    """Look at a page as that browser would; its text."""
    screen.unroute_all()
    serve(screen, app, cookies=browser.cookies)
    page = screen.new_page()
    page.goto(f"{SERVED}{path}")
    look(page, name)
    return page.locator("main").inner_text()


def test_a_member_sees_what_leaving_means(leaver: Leaver, screen: BrowserContext) -> None:
    leaver.register()
    leaver.use_the_office()
    leaver.sign_up()

    shown = see(screen, leaver.browser.app, leaver.browser, "/me/withdraw", "withdraw")

    for heading in (
        "取り消される予約・申込み",
        "すぐに消去するもの",
        "しばらく残すもの",
        "個人が分からない形にして残すもの",
    ):
        assert heading in shown
    assert "2026年12月9日" in shown
    assert "交流会 to-come" in shown
    assert "交流会 over" not in shown
    assert leaver.withdraw().location == "/withdrawn"
    assert "サインアウトしました" in see(screen, leaver.browser.app, leaver.browser, "/withdrawn", "withdrawn")


def test_an_organisation_is_told_what_becomes_of_its_representatives(
    clock: Clock, app: Counter, post_office: PostOffice, screen: BrowserContext
) -> None:
    with running_named("konan-jinzai") as platform:
        form = next(each for each in platform.registration.forms if each.subject == "organisation")
        first = replace(
            a_member(class_id="everybody"), form_id=form.id, answers={"organisation_name": "例示まちづくり協議会"}
        )
        other = replace(a_member("member-2", class_id="everybody", email="jiro@example.jp"), number="2222-2222")
        with transaction() as t:
            store.add(t, first)
            session = sessions.begin(t, "member-1", clock.now)
        with transaction() as t:
            store.add(t, replace(other, form_id=platform.registration.usual.id, organisation_id="member-1"))
        browser = Browser(app, cookies={f"{settings().programme}-public-session": session})

        shown = see(screen, app, browser, "/me/withdraw", "withdraw-organisation")
        assert "ほかの担当者の方（1人）" in shown
        leaver = Leaver(browser, post_office, clock)
        assert leaver.withdraw().status == 303
        leaver.sweep()

        assert store.get("member-2").organisation_id == ""


@pytest.mark.meets("D-043")
def test_staff_withdraw_somebody_who_asked_by_telephone(
    leaver: Leaver, console: Counter, clock: Clock, screen: BrowserContext
) -> None:
    leaver.register()
    member_id = leaver.member_id
    where = f"/withdrawals/{member_id}"
    clerk = signed_in(console, Role.OPERATOR, now=clock.now)
    assert "申し出があったとき" in see(screen, console, clerk, where, "staff-withdraw")

    empty = clerk.submit(where, where, {})
    assert empty.status == 422
    assert "退会の理由を選んでください" in empty.body
    assert clerk.submit(where, where, {"reason": "phone", "sure": "yes"}).location == where
    assert "受け付けました" in see(screen, console, clerk, where, "staff-withdraw-done")
    leaver.sweep()

    assert store.of_number(leaver.number) is None
    (entry,) = [each for each in audit.entries(Month.of(date(2026, 11, 30))) if each.action == "withdraw"]
    assert (entry.actor, entry.record, entry.reason) == ("sub-operator", f"members/{member_id}", REASONS["phone"])
    assert leaver.post_office.sent[-1].subject.endswith("退会の手続きが終わりました")
    assert list(leaving.under_way()) == []


@pytest.mark.parametrize("role", [Role.DESK, Role.AUDITOR, Role.OWNER, Role.CONTRIBUTOR])
def test_other_roles_withdraw_nobody(leaver: Leaver, console: Counter, clock: Clock, role: Role) -> None:
    leaver.register()
    clerk = signed_in(console, role, now=clock.now)

    assert clerk.get(f"/withdrawals/{leaver.member_id}").status == 403


@pytest.mark.usefixtures("post_office")
def test_the_term_is_shown_with_its_button_when_it_is_time(
    clock: Clock,
    app: Counter,
    console: Counter,
    screen: BrowserContext,
) -> None:
    with running_named("konan-jinzai") as platform:
        form = platform.registration.usual.id
        for name, ends_on in (("member-1", date(2026, 12, 20)), ("member-2", date(2026, 11, 1))):
            member = replace(a_member(name, class_id="everybody", email=f"{name}@example.jp"), number=f"00-{name}")
            with transaction() as t:
                store.add(t, replace(member, form_id=form, ends_on=ends_on))
                session = sessions.begin(t, name, clock.now)
            browser = Browser(app, cookies={f"{settings().programme}-public-session": session})
            assert "登録を更新する" in see(screen, app, browser, "/me", f"term-{name}")
        clerk = signed_in(console, Role.MANAGER, now=clock.now)
        assert "期限が近い" in see(screen, console, clerk, "/reports/terms", "terms")
