"""The console's newsletter pages: write, preview, schedule, take back, decide."""

import pytest
from chalice.app import Chalice

from madoguchi.audit import store as audit
from madoguchi.japan.time import Month
from madoguchi.newsletters import store
from madoguchi.newsletters.rules import Outcome, State
from madoguchi.web.access import Role
from tests.support.gateway import Answered, Browser
from tests.support.press import Press, an_issue, subscribe
from tests.support.staff import signed_in

TEXT = {"subject": "12月のお知らせ", "body": "## 交流会\n\n**5日**です。<script>alert(1)</script>"}
WHEN = {"due_year": "2026", "due_month": "11", "due_day": "21", "due_time": "13:00"}


@pytest.fixture
def app() -> Chalice:
    from staff import newsletters  # noqa: F401, PLC0415
    from staff.counter_app import app  # noqa: PLC0415

    return app


@pytest.fixture
def manager(app: Chalice, press: Press) -> Browser:
    return signed_in(app, Role.MANAGER, now=press.now)


def actions() -> list[str]:
    """What the audit log holds about newsletters, newest first."""
    return [each.action for each in audit.entries(Month(2026, 11)) if each.record.startswith("newsletters/")]


def write(manager: Browser) -> str:
    return manager.submit("/newsletters/new", "/newsletters/new", TEXT).location.partition("?")[0]


def schedule(manager: Browser, path: str, **changed: str) -> Answered:
    return manager.submit(path, f"{path}/schedule", WHEN | changed)


def test_an_issue_is_shown_exactly_as_its_mail(manager: Browser) -> None:
    page = manager.get(write(manager)).body

    assert "<h3>交流会</h3>" in page
    assert "<strong>5日</strong>" in page
    assert "<script>alert" not in page
    assert "□ 交流会" in page
    assert "〒753-0000" in page


def test_an_empty_issue_is_refused(manager: Browser) -> None:
    answer = manager.submit("/newsletters/new", "/newsletters/new", {"subject": "", "body": "本文です"})

    assert answer.status == 422
    assert "件名を入力してください" in answer.body
    assert "本文です" in answer.body


def test_the_same_form_sent_twice_is_one_issue(manager: Browser) -> None:
    form = TEXT | {"nonce": "same"}

    paths = {manager.submit("/newsletters/new", "/newsletters/new", form).location for _ in range(2)}

    assert len(paths) == 1
    assert len(store.newest()) == 1


def test_scheduling_asks_for_the_number_of_recipients(manager: Browser, press: Press) -> None:
    subscribe("aoi", "ren")
    path = write(manager)

    refused = schedule(manager, path, recipients="1")
    assert refused.status == 422
    assert "いまの宛先の件数（2）" in refused.body
    assert 'value="13:00"' in refused.body

    accepted = schedule(manager, path, recipients="2")
    assert accepted.location == f"{path}?done=scheduled"
    assert "配信を予約しました" in manager.get(accepted.location).body
    press.tick()
    press.work()
    assert press.mailer.addresses == ["aoi@example.jp", "ren@example.jp"]
    assert actions() == ["schedule newsletter"]


def test_a_scheduled_issue_is_taken_back(manager: Browser, press: Press) -> None:
    subscribe("aoi")
    path = write(manager)
    schedule(manager, path, recipients="1")

    assert manager.get(f"{path}/edit").status == 409
    assert manager.submit(path, f"{path}/edit", TEXT).status == 409
    assert manager.submit(path, f"{path}/unschedule", {}).location == f"{path}?done=unscheduled"
    assert manager.submit(f"{path}/edit", f"{path}/edit", TEXT | {"subject": "直した"}).status == 303
    press.tick()

    assert press.mailer.sent == []
    assert "直した" in manager.get("/newsletters").body


def test_unknown_outcomes_are_listed_and_a_manager_decides(manager: Browser, press: Press) -> None:
    subscribe("aoi", "ren", "yui")
    issue_id = an_issue()
    press.mailer.trouble = {"ren@example.jp": TimeoutError(), "yui@example.jp": TimeoutError()}
    press.tick()
    press.work()
    press.mailer.trouble.clear()
    press.later(minutes=15)
    path = f"/newsletters/{issue_id}"
    page = manager.get(path).body
    assert "結果が不明" in page
    assert "山田 花子" in page

    assert manager.submit(path, f"{path}/unknown", {"decision": "again"}).status == 422
    assert manager.submit(path, f"{path}/unknown", {"decision": "sent", "member": "ren"}).status == 303
    assert manager.submit(path, f"{path}/unknown", {"decision": "again", "member": ["yui"]}).status == 303
    assert manager.submit(path, f"{path}/unknown", {"decision": "again", "member": ["yui"]}).status == 409
    press.tick()
    press.work()
    press.tick()

    assert press.mailer.addresses == ["aoi@example.jp", "yui@example.jp"]
    assert {each.outcome for each in store.deliveries(issue_id)} == {Outcome.SENT}
    assert store.get(issue_id).state is State.SENT
    assert actions().count("decide unknown delivery") == 2
    assert "see unknown deliveries" in actions()
    assert "結果が不明な宛先" not in manager.get(path).body


def test_the_desk_does_not_see_newsletters(app: Chalice, press: Press) -> None:
    desk = signed_in(app, Role.DESK, now=press.now)

    assert desk.get("/newsletters").status == 403
