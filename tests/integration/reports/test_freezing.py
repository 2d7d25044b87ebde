"""The roll-up: on the first working day, once and for all, from that month's partitions alone."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from botocore.client import BaseClient

from madoguchi import wiring
from madoguchi.japan.time import Month
from madoguchi.members.store import registrations
from madoguchi.office import reception
from madoguchi.office.reception import Clerk
from madoguchi.office.rules import Booking
from madoguchi.reports import rules, store, usecases
from madoguchi.reports.counting import ALL
from madoguchi.reports.frozen import digest
from madoguchi.reports.refusals import MonthNotOverError
from madoguchi.settings import settings
from madoguchi.storage import client
from monthly_rollup.handler import handler
from tests.support.office import tokyo

OCTOBER = Month(2026, 10)
KINDS = ("json", "csv", "xlsx")


def run(at: datetime, payload: dict[str, Any] | None = None) -> dict[str, Any]:
    wiring.use(clock=lambda: at)
    return handler(payload or {}, None)


def files() -> dict[str, bytes]:
    return {kind: store.read(store.file_key(OCTOBER, 1, kind)) for kind in KINDS}


def versions() -> list[str]:
    listed = client("s3").list_object_versions(Bucket=settings().reports_bucket)
    return sorted(each["Key"] for each in listed["Versions"])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Everything that is asked of DynamoDB."""
    calls: list[tuple[str, dict[str, Any]]] = []
    call: Any = getattr(BaseClient, "_make_api_call")  # noqa: B009 the stubs do not know it

    def listen(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401
        if "TableName" in parameters:
            calls.append((operation, parameters))
        return call(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", listen)
    return calls


@pytest.mark.meets("B-089")
def test_october_is_frozen_on_its_first_working_day_and_running_again_changes_nothing(october: list[Booking]) -> None:
    sunday, monday = tokyo(date(2026, 11, 1), 12), tokyo(date(2026, 11, 2), 0)
    assert run(sunday) == {"month": None, "frozen_now": False}

    first = run(monday)

    assert (first["month"], first["frozen_now"]) == ("2026-10", True)
    assert first["sha256"] == digest(files()["json"])
    then = files()
    clerk = Clerk("sub-desk", "192.0.2.1")
    reception.undo_check_in(october[0].booking_id, clerk=clerk, at=tokyo(date(2026, 11, 2), 0))
    again, by_hand = run(tokyo(date(2026, 11, 2), 1)), run(tokyo(date(2027, 5, 20), 9), {"month": "2026-10"})
    assert again == by_hand == first | {"frozen_now": False}
    assert files() == then
    assert versions() == [store.file_key(OCTOBER, 1, kind) for kind in sorted(KINDS)]


@pytest.mark.meets("B-092")
@pytest.mark.usefixtures("october")
def test_the_frozen_figures_are_those_of_october() -> None:
    run(tokyo(date(2026, 11, 2), 8))

    _, frozen = usecases.month_report("2026-10")
    overview = {each.item: each.value for each in frozen.figures if each.table == rules.OVERVIEW}
    assert overview["開館日数"] == 21
    assert overview["予約"] == 5
    assert overview["うち取消し"] == 1
    assert overview["利用者（延べ）"] == 5
    assert overview["利用者（実人数）"] == 2
    assert overview["イベント"] == 1
    (region,) = [
        each for each in frozen.figures if (each.table, each.item, each.group) == (rules.CLASSES_VISITORS, ALL, "隣県")
    ]
    assert region.value == 3
    book = openpyxl.load_workbook(io.BytesIO(files()["xlsx"]))
    assert book["データ"].max_row == len(frozen.figures) + 1


@pytest.mark.usefixtures("october")
def test_only_the_partitions_of_that_month_are_read(asked: list[tuple[str, dict[str, Any]]]) -> None:
    run(tokyo(date(2026, 11, 2), 8))

    reads = [(operation, each) for operation, each in asked if not each["TableName"].endswith("-reports")]
    assert {operation for operation, _ in reads} <= {"Query", "GetItem"}
    partitions = {
        (each["TableName"].rpartition("-")[2], value["S"])
        for operation, each in reads
        if operation == "Query"
        for value in each["ExpressionAttributeValues"].values()
        if "S" in value
    }
    assert {("office", "BOOKINGS#2026-10"), ("members", "REGISTERED#2026-10"), ("events", "2026-10")} <= partitions
    other_months = [key for _, key in partitions if "2026-09" in key or "2026-11" in key]
    assert other_months == []
    assert {table for table, _ in partitions} == {"office", "members", "events", "newsletters"}


@pytest.mark.usefixtures("october")
def test_a_crash_before_the_month_is_noted_is_mended_by_the_next_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: object) -> bool:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(store, "add", crash)
        with pytest.raises(MemoryError):
            run(tokyo(date(2026, 11, 2), 8))
    half_way = files()
    assert store.latest(OCTOBER) is None

    mended = run(tokyo(date(2026, 11, 2), 9))

    assert files() == half_way
    assert (mended["frozen_now"], mended["sha256"]) == (True, digest(half_way["json"]))


@pytest.mark.usefixtures("tables")
def test_a_month_that_is_not_over_is_refused_by_hand_too() -> None:
    with pytest.raises(MonthNotOverError):
        run(tokyo(date(2026, 10, 31), 23), {"month": "2026-10"})
    assert store.latest(OCTOBER) is None


@pytest.mark.usefixtures("tables")
def test_an_empty_month_is_frozen_too_and_the_newest_month_comes_first() -> None:
    run(tokyo(date(2026, 11, 2), 8))
    run(tokyo(date(2026, 11, 2), 9), {"month": "2026-09"})

    assert [str(each.month) for each in store.frozen_months()] == ["2026-10", "2026-09"]
    assert list(registrations(OCTOBER)) == []
