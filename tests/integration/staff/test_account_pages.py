"""The page of accounts: who has one, and closing one."""

from datetime import UTC, date, datetime

import pytest

from madoguchi import wiring
from madoguchi.audit import store as audit
from madoguchi.japan.time import Month
from madoguchi.staff import store
from madoguchi.staff.rules import ClosedAlreadyError, OwnAccountError, OwnersAccountError
from madoguchi.web.access import Role
from staff.counter_app import app
from tests.support.gateway import Browser
from tests.support.staff import a_staff_member, signed_in

pytestmark = pytest.mark.usefixtures("tables")
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> None:
    wiring.use(clock=lambda: NOW)


@pytest.fixture
def manager() -> Browser:
    return signed_in(app, Role.MANAGER, now=NOW)


def close(browser: Browser, role: Role) -> tuple[int, str]:
    path = f"/staff/{a_staff_member(role).staff_id}/close"
    answer = browser.submit("/staff/sub-desk", path, {})  # every page carries the token in its frame
    return answer.status, answer.body


def test_the_list_names_everybody_with_role_state_and_last_day(manager: Browser) -> None:
    signed_in(app, Role.DESK, now=NOW)
    signed_in(app, Role.OPERATOR, now=NOW)
    store.set_last_day("sub-operator", date(2026, 11, 20))

    page = manager.get("/staff").body

    for words in ("佐藤 花子", "受付", "2027年3月31日（水）", "2026年11月20日（金）", "期限切れ", "利用中"):
        assert words in page
    assert "./madoguchi staff invite" in page
    assert "192.0.2.0/24" in page
    assert "運営事務局" in page
    newest = next(audit.entries(Month(2026, 11)))
    assert (newest.actor, newest.action, newest.record) == ("sub-manager", "see accounts", "staff")


def test_closing_asks_first_and_ends_the_sessions_at_once(manager: Browser) -> None:
    desk = signed_in(app, Role.DESK, now=NOW)
    assert desk.get("/today").status == 200
    assert "/staff/sub-desk/close" in manager.get("/staff/sub-desk").body
    assert "このアカウントを停止する" in manager.get("/staff/sub-desk/close").body
    assert desk.get("/today").status == 200

    answer = manager.submit("/staff/sub-desk/close", "/staff/sub-desk/close", {})

    assert answer.location == "/staff?done=closed"
    assert "停止しました" in manager.get(answer.location).body
    assert desk.get("/today").location.startswith("/sign-in")
    entries = [each for each in audit.entries(Month(2026, 11)) if each.action == "close account"]
    assert [(each.actor, each.record, each.source) for each in entries] == [
        ("sub-manager", "staff/sub-desk", "192.0.2.1")
    ]
    assert ClosedAlreadyError.message in manager.get("/staff/sub-desk").body
    assert close(manager, Role.DESK)[0] == 409


def test_nobody_closes_the_own_account(manager: Browser) -> None:
    signed_in(app, Role.DESK, now=NOW)

    status, body = close(manager, Role.MANAGER)

    assert status == 403
    assert OwnAccountError.message in body
    assert OwnAccountError.message in manager.get("/staff/sub-manager").body
    assert manager.get("/staff/sub-manager/close").status == 403
    assert manager.get("/staff").status == 200


def test_only_an_owner_closes_an_owners_account(manager: Browser) -> None:
    signed_in(app, Role.DESK, now=NOW)
    owner = signed_in(app, Role.OWNER, now=NOW)

    status, body = close(manager, Role.OWNER)

    assert status == 403
    assert OwnersAccountError.message in body
    assert owner.get("/staff").status == 200
    assert close(owner, Role.MANAGER)[0] == 303
    assert manager.get("/staff").status == 303


def test_an_account_that_is_not_there_is_not_found(manager: Browser) -> None:
    assert manager.get("/staff/nobody").status == 404
    assert manager.get("/staff/nobody/close").status == 404


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.DESK, Role.CONTRIBUTOR, Role.AUDITOR])
def test_the_others_do_not_see_the_accounts(role: Role) -> None:
    assert signed_in(app, role, now=NOW).get("/staff").status == 403


def test_an_account_of_before_the_list_is_on_it_after_the_next_sign_in() -> None:
    staff = a_staff_member(Role.DESK)
    store.add(staff, by="command", now=NOW)
    store._ListedItem(store.LIST, staff.staff_id).delete()
    assert store.accounts() == []

    store.note_sign_in(staff.staff_id, NOW)

    assert [each.staff for each in store.accounts()] == [staff]
