"""What staff change of the definition without a deployment: the pages, the schema's say, dates, history, undo."""

import re
from datetime import date, timedelta

import pytest

from madoguchi.audit import store as audit
from madoguchi.japan.time import Month
from madoguchi.office.opening import is_open
from madoguchi.office.refusals import ClosedDayError
from madoguchi.office.usecases import book
from madoguchi.programme import overrides
from madoguchi.programme.definition import programme
from madoguchi.web.access import Role
from staff import definition
from staff.counter_app import app
from tests.support.gateway import Browser
from tests.support.office import NOW, TUESDAY, WEDNESDAY, a_booker, a_wish
from tests.support.post_office import Clock
from tests.support.staff import signed_in

PAGES = (definition,)
CHANGE = "/definition/change"
CLOSURES = {"key": "office.closures", "row-0-day": "2026-11-25", "row-0-reason": "設備の点検"}
REASON = {"reason": "設備の点検のため"}
TOMORROW = {"from_year": "2026", "from_month": "11", "from_day": "22"}
REVISION = re.compile(r'name="revision" value="(\d+)"')


def change(browser: Browser, form: dict[str, str]) -> str:
    """Go the whole way: form, preview, button. Returns where it leads."""
    page = f"{CHANGE}?key={form['key']}"
    preview = browser.submit(page, CHANGE, form | {"step": "check"})
    assert preview.status == 200, preview.body
    (revision,) = REVISION.findall(preview.body)
    return browser.submit(page, CHANGE, form | {"step": "make", "revision": revision}).location


@pytest.mark.meets("A-048", "B-136")
def test_a_closure_holds_from_its_day_without_a_deployment(manager: Browser, clock: Clock) -> None:
    assert is_open(programme(WEDNESDAY).office, WEDNESDAY)

    assert change(manager, CLOSURES | REASON | TOMORROW) == "/definition?done=changed"

    clock.now += timedelta(seconds=11)
    assert not is_open(programme(WEDNESDAY).office, WEDNESDAY)
    assert programme(date(2026, 11, 21)).office.closures == []
    with pytest.raises(ClosedDayError) as refused:
        book(a_wish(day=WEDNESDAY), booker=a_booker(), nonce="n", at=NOW + timedelta(days=1))
    assert "設備の点検" in refused.value.message
    (entry,) = [each for each in audit.entries(Month(2026, 11)) if each.action == "change setting"]
    assert (entry.record, entry.reason) == ("definition/office.closures", "設備の点検のため")


def test_the_preview_names_the_bookings_that_would_not_fit_and_changes_nothing(manager: Browser) -> None:
    touched = book(a_wish(day=WEDNESDAY), booker=a_booker(), nonce="1", at=NOW)
    book(a_wish(day=TUESDAY), booker=a_booker(), nonce="2", at=NOW)

    body = manager.submit(
        f"{CHANGE}?key=office.closures", CHANGE, CLOSURES | REASON | TOMORROW | {"step": "check"}
    ).body

    assert "1件の予約が、新しい内容に合わなくなります" in body
    assert str(touched.slot) in body
    assert "休館日になります（設備の点検）" in body
    assert overrides.current() == ((), 0)


@pytest.mark.parametrize(
    ("form", "advice"),
    [
        ({"key": "office.areas.booth.longest_minutes", "value": "100"}, "15の倍数にしてください"),
        ({"key": "office.areas.booth.longest_minutes", "value": "二時間"}, "数字で入力してください"),
        ({"key": "office.daily_limit_minutes", "value": "9" * 5000}, "数が大きすぎます"),
        ({"key": "office.daily_limit_minutes", "value": "525"}, "いまの内容と同じです"),
        ({"key": "members.classes.outside.days_ahead", "value": "400"}, "366以下の値にしてください"),
        ({"key": "site.lead", "value-ja": " "}, "空欄にはできません"),
        ({"key": "office.closures", "row-0-day": "12月28日", "row-0-reason": "年末"}, "2026-12-28 のように"),
        ({"key": "office.closures", "row-0-day": "2026-12-28"}, "必ず入力してください"),
        ({"key": "office.daily_limit_minutes", "value": "480", "reason": ""}, "変更の理由を"),
        ({"key": "office.daily_limit_minutes", "value": "480", "from_day": "20"}, "今日より後の日に"),
        ({"key": "office.daily_limit_minutes", "value": "480", "from_day": "31"}, "適用する日を、西暦の"),
    ],
)
def test_what_the_schema_refuses_is_explained_and_kept(manager: Browser, form: dict[str, str], advice: str) -> None:
    answer = manager.submit(f"{CHANGE}?key={form['key']}", CHANGE, REASON | TOMORROW | {"step": "check"} | form)

    assert answer.status == 422
    assert advice in answer.body
    assert "Input should" not in answer.body
    for name, typed in form.items():
        assert typed.strip() in answer.body, name
    assert overrides.current() == ((), 0)


@pytest.mark.parametrize("typed", ["2026年11月25日", "２０２６／１１／２５", "2026-11-25"])
def test_a_day_is_read_however_it_is_typed(manager: Browser, typed: str) -> None:
    change(manager, CLOSURES | {"row-0-day": typed} | REASON | TOMORROW)
    assert [each.day for each in programme(WEDNESDAY).office.closures] == [WEDNESDAY]


def test_full_width_numbers_are_read(manager: Browser) -> None:
    change(manager, {"key": "office.daily_limit_minutes", "value": "４８０"} | REASON | TOMORROW)
    assert programme(date(2026, 11, 22)).office.daily_limit_minutes == 480


@pytest.mark.meets("B-041")
def test_the_windows_of_priority_classes_are_changed_on_a_page(manager: Browser) -> None:
    change(manager, {"key": "members.classes.outside.days_ahead", "value": "90"} | REASON | TOMORROW)

    assert programme(date(2026, 11, 21)).members.member_class("outside").days_ahead == 60
    assert programme(date(2026, 11, 22)).members.member_class("outside").days_ahead == 90


def test_a_text_changed_in_japanese_alone_is_not_shown_in_the_old_words_of_another_language(manager: Browser) -> None:
    key = "registration.forms.person.lead"
    change(manager, {"key": key, "value-ja": "春の登録を受け付けています。"} | REASON | TOMORROW)

    day = date(2026, 11, 22)
    assert programme(day).registration.usual.lead == "春の登録を受け付けています。"
    assert programme(day, "en").registration.usual.lead == "春の登録を受け付けています。"

    change(manager, {"key": key, "value-ja": "春です。", "value-en": "It is spring."} | REASON | TOMORROW)
    assert programme(day, "en").registration.usual.lead == "It is spring."


@pytest.mark.parametrize(("days_later", "kept"), [(0, False), (3, True)])
def test_an_undone_change_ends_today_and_what_was_stays(
    manager: Browser, clock: Clock, days_later: int, *, kept: bool
) -> None:
    change(manager, {"key": "office.daily_limit_minutes", "value": "480"} | REASON | TOMORROW)
    (made,) = overrides.history()
    clock.now += timedelta(days=days_later, minutes=1)
    later = signed_in(app, Role.MANAGER, now=clock.now)

    assert later.submit("/definition", f"/definition/{made.override_id}/undo", {}).location == "/definition?done=undone"

    overrides.forget()
    assert programme(clock.now.date() + timedelta(days=1)).office.daily_limit_minutes == 525
    assert (programme(date(2026, 11, 22)).office.daily_limit_minutes == 480) is kept
    assert later.submit("/definition", f"/definition/{made.override_id}/undo", {}).status == 409
    assert "取消し済み" in later.get("/definition").body


def test_of_two_people_who_change_at_once_the_second_is_told(manager: Browser) -> None:
    page, form = f"{CHANGE}?key=office.daily_limit_minutes", {"key": "office.daily_limit_minutes"} | REASON | TOMORROW
    stale = manager.submit(page, CHANGE, form | {"step": "check", "value": "480"})
    change(manager, form | {"value": "300"})

    answer = manager.submit(
        page, CHANGE, form | {"step": "make", "value": "480", "revision": REVISION.findall(stale.body)[0]}
    )

    assert answer.status == 409
    assert "ほかの担当者が設定を変更しました" in answer.body
    assert 'value="480"' in answer.body
    assert len(list(overrides.history())) == 1


def test_only_listed_keys_and_roles_may_change(clock: Clock) -> None:  # noqa: ARG001
    operator = signed_in(app, Role.OPERATOR, now=NOW)

    assert operator.get(f"{CHANGE}?key=site.lead").status == 200
    assert operator.get(f"{CHANGE}?key=office.closures").status == 403
    assert operator.submit("/definition", CHANGE, CLOSURES | REASON | TOMORROW | {"step": "make"}).status == 403
    assert operator.get(f"{CHANGE}?key=contract.ends").status == 404


def test_a_change_is_seen_by_a_running_function_a_moment_later(clock: Clock, manager: Browser) -> None:
    day = date(2026, 11, 22)
    assert programme(day).office.daily_limit_minutes == 525
    seen = overrides._seen
    change(manager, {"key": "office.daily_limit_minutes", "value": "480"} | REASON | TOMORROW)
    overrides._seen = seen  # another process read before the change was made

    clock.now += overrides.SEEN_WITHIN - timedelta(seconds=1)
    assert programme(day).office.daily_limit_minutes == 525
    clock.now += timedelta(seconds=1)
    assert programme(day).office.daily_limit_minutes == 480
