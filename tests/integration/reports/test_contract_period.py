"""A report counts what lies within the contract, however it lies to the fiscal year."""

import dataclasses
from datetime import date

import pytest
from msgspec.structs import replace

from madoguchi import wiring
from madoguchi.japan.time import Month
from madoguchi.members import store as members
from madoguchi.programme.definition import programme
from madoguchi.reports import rules, usecases
from madoguchi.storage import transaction
from monthly_rollup.handler import handler
from tests.integration.reports.conftest import book, hold_event
from tests.support.members import a_member
from tests.support.office import tokyo
from tests.support.versions import add_version


def register(member_id: str, day: date) -> None:
    """A member who registered on that day."""
    joiner = dataclasses.replace(
        a_member(member_id, email=f"{member_id}@example.jp"), number=f"0000-{member_id}", registered_at=tokyo(day, 12)
    )
    with transaction() as t:
        members.add(t, joiner)


def overview(month: Month) -> dict[str, float]:
    """The overview of a frozen month."""
    wiring.use(clock=lambda: tokyo(month.next().next().first_day, 9))
    handler({"month": str(month)}, None)
    _, frozen = usecases.month_report(str(month))
    return {each.item: each.value for each in frozen.figures if each.table == rules.OVERVIEW}


def so_far(month: Month, item: str) -> dict[str, float]:
    """The totals of an item in a frozen month, by the beginning of their names."""
    _, frozen = usecases.month_report(str(month))
    return {each.group[:4]: each.value for each in frozen.figures if (each.table, each.item) == (rules.SO_FAR, item)}


def with_contract(monkeypatch: pytest.MonkeyPatch, starts: date, ends: date, cut_off: date | None = None) -> None:
    contract = replace(programme().contract, starts=starts, ends=ends, cut_off=cut_off)
    add_version(monkeypatch, holds_from=date(2026, 4, 2), contract=contract)


@pytest.mark.meets("A-002")
@pytest.mark.usefixtures("tables")
def test_what_was_before_the_contract_is_excluded_from_the_month_and_from_every_total(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_contract(monkeypatch, date(2026, 9, 16), date(2027, 3, 31))
    for day in (date(2026, 9, 15), date(2026, 9, 16), date(2026, 10, 1)):
        register(f"{day:%m%d}", day)
        book(day, f"b{day:%m%d}", home="13", came=True)
        hold_event("交流会", day)

    september = overview(Month(2026, 9))
    october = overview(Month(2026, 10))

    assert (september["新規登録"], september["予約"], september["イベント"]) == (1, 1, 1)
    assert september["開館日数"] == 8  # the 16th to 18th, 24th, 25th, 28th to 30th
    assert (october["新規登録"], october["予約"]) == (1, 1)
    assert so_far(Month(2026, 10), "新規登録") == {"当月": 1, "年度累計": 2, "契約期間": 2}


@pytest.mark.meets("D-004")
@pytest.mark.usefixtures("tables")
def test_a_contract_that_ends_before_the_fiscal_year_is_reported_to_its_last_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_contract(monkeypatch, date(2026, 6, 1), date(2027, 3, 31), cut_off=date(2027, 3, 19))
    for day in (date(2027, 3, 18), date(2027, 3, 19), date(2027, 3, 23)):
        register(f"{day:%m%d}", day)
        book(day, f"b{day:%m%d}", home="13", came=True)

    march = overview(Month(2027, 3))

    assert (march["新規登録"], march["予約"], march["利用者（延べ）"]) == (2, 2, 2)
    assert march["開館日数"] == 15
