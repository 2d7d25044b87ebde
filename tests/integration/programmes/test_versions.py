"""A definition that changes: each day keeps its own plan, each record its version, a past month its own report."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from madoguchi import wiring
from madoguchi.japan.time import Month
from madoguchi.members import store as members
from madoguchi.office import refusals
from madoguchi.office.plan import office_on
from madoguchi.office.rules import Wish
from madoguchi.office.usecases import book
from madoguchi.programme.definition import Programme, programme
from madoguchi.reports import usecases as reports
from operations import programmes
from tests.support.applicant import Applicant
from tests.support.definitions import running
from tests.support.gateway import Browser
from tests.support.office import NOW, a_booker, a_slot, tokyo
from tests.support.post_office import Clock

WEDNESDAY_BEFORE = date(2026, 11, 25)
NEW_PLAN_FROM = date(2026, 12, 1)
WEDNESDAY_AFTER = date(2026, 12, 2)


@pytest.fixture
def revised(tmp_path: Path) -> Iterator[Programme]:
    """The office with a second version: from December it opens at 9:00 and has 10 open desks instead of 22."""
    first = programmes.FOLDER / "telework-office" / "programme.yaml"
    (tmp_path / "versions").mkdir()
    shutil.copy(first, tmp_path / "versions" / "1.yaml")
    text = first.read_text(encoding="utf-8")
    for old, new in (
        ("version: 1\nholds_from: 2026-04-01", f"version: 2\nholds_from: {NEW_PLAN_FROM}"),
        ('opens: "08:30"', 'opens: "09:00"'),
        ("label: オープンデスク, units: 22", "label: 大きなデスク, units: 10"),
        ("name: 山あいテレワークオフィス\n", "name: 新しい山あいテレワークオフィス\n"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    with running(tmp_path) as newest:
        yield newest


def wish(day: date, start: str = "10:00", area: str = "open") -> Wish:
    return Wish(area, a_slot(start, "12:00", day=day), 1)


def booked(day: date, start: str = "10:00", *, by: str = "member-1", at: datetime = NOW) -> int:
    return book(wish(day, start), booker=a_booker(by), nonce="nonce", at=at).programme_version


def test_april_keeps_the_old_plan(revised: Programme) -> None:
    assert programme(on=date(2026, 4, 1)).version == 1
    assert (office_on(date(2026, 4, 1)).opens, office_on(NEW_PLAN_FROM).opens) == (510, 540)
    assert programme(on=date(2027, 3, 31)) == revised


@pytest.mark.usefixtures("tables", "revised")
def test_a_booking_is_judged_by_the_plan_of_its_day_and_keeps_that_version() -> None:
    wiring.use(clock=Clock(NOW))

    assert booked(WEDNESDAY_BEFORE, "08:30") == 1
    with pytest.raises(refusals.OutsideHoursError):
        booked(WEDNESDAY_AFTER, "08:30")
    assert booked(WEDNESDAY_AFTER, "09:00", by="member-2") == 2
    for each in range(9):
        booked(WEDNESDAY_AFTER, by=f"another-{each}")
    with pytest.raises(refusals.AreaFullError):
        booked(WEDNESDAY_AFTER, by="the-eleventh")
    booked(WEDNESDAY_BEFORE, by="the-eleventh")


@pytest.mark.usefixtures("revised")
def test_the_page_of_free_places_shows_the_plan_of_the_day(browser: Browser) -> None:
    before = browser.get(f"/availability?day={WEDNESDAY_BEFORE}").body
    after = browser.get(f"/availability?day={WEDNESDAY_AFTER}").body

    assert "オープンデスク" in before
    assert 'class="grid__time">08:30</th>' in before
    assert "大きなデスク" in after
    assert 'class="grid__time">08:30</th>' not in after


@pytest.mark.meets("B-001")
@pytest.mark.usefixtures("revised")
def test_the_name_of_the_site_comes_from_the_definition(browser: Browser, clock: Clock) -> None:
    assert "<title>トップページ｜山あいテレワークオフィス</title>" in browser.get("/").body

    clock.now = tokyo(NEW_PLAN_FROM, 9)

    shown = browser.get("/").body
    assert "<title>トップページ｜新しい山あいテレワークオフィス</title>" in shown
    assert 'src="/static/img/mark.svg"' in shown
    assert all(area in browser.get("/availability").body for area in ("大きなデスク", "会議室", "相談コーナー"))


@pytest.mark.usefixtures("revised")
def test_members_keep_the_version_under_which_they_registered(applicant: Applicant, clock: Clock) -> None:
    applicant.register()
    clock.now = tokyo(NEW_PLAN_FROM, 9)
    applicant.browser.cookies.clear()
    applicant.register(email="taro@example.jp")

    ids = [members.id_of_address(email) for email in ("hanako@example.jp", "taro@example.jp")]
    assert [members.get(each).version for each in ids if each] == [1, 2]


@pytest.mark.usefixtures("tables", "revised")
def test_a_past_month_is_reported_by_the_plan_of_its_time() -> None:
    wiring.use(clock=Clock(tokyo(date(2027, 1, 4), 9)))

    frozen = {month: reports.figures(reports.freeze(Month(2026, month), wiring.clock()).record) for month in (11, 12)}

    assert {month: each.programme_version for month, each in frozen.items()} == {11: 1, 12: 2}
    assert frozen[11].site == "山あいテレワークオフィス"
    labels = {
        month: {figure.item for figure in each.figures} | {figure.group for figure in each.figures}
        for month, each in frozen.items()
    }
    assert "オープンデスク" in labels[11]
    assert "オープンデスク" not in labels[12]
    assert "大きなデスク" in labels[12]
