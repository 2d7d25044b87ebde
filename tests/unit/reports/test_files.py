import csv
import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest

from madoguchi.programme.definition import programme
from madoguchi.reports.activity import Gathering
from madoguchi.reports.files import HEADER, to_csv, to_xlsx
from madoguchi.reports.frozen import FrozenMonth
from madoguchi.reports.rules import figures_of
from tests.support.reports import OCTOBER, a_use, an_activity

FROZEN_AT = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)


@pytest.fixture
def frozen() -> FrozenMonth:
    activity = an_activity(
        a_use("b1"),
        gatherings=(Gathering("e1", '=HYPERLINK("http://example.jp")', date(2026, 10, 24), 20, ("s1",)),),
    )
    return FrozenMonth.of(OCTOBER, figures_of(activity, programme()), programme=programme(), frozen_at=FROZEN_AT)


def test_the_same_frozen_figures_give_the_same_bytes(frozen: FrozenMonth) -> None:
    again = FrozenMonth.from_json(frozen.to_json())

    assert again == frozen
    assert again.to_json() == frozen.to_json()
    assert to_csv(again) == to_csv(frozen)
    assert to_xlsx(again) == to_xlsx(frozen)


def test_the_workbook_does_not_hold_the_time_at_which_it_was_rendered(frozen: FrozenMonth) -> None:
    with zipfile.ZipFile(io.BytesIO(to_xlsx(frozen))) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}


def test_the_csv_opens_in_a_spreadsheet_as_it_is(frozen: FrozenMonth) -> None:
    content = to_csv(frozen)

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == len(frozen.figures) + 1
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == HEADER == ("年月", "表", "項目", "区分", "値", "単位")
    assert rows[1] == ["2026-10", "概要", "開館日数", "", "2", "日"]


def test_a_title_that_begins_like_a_formula_is_not_computed(frozen: FrozenMonth) -> None:
    hostile = frozen.figures[0]._replace(item="=1+1")
    month = FrozenMonth.from_json(frozen.to_json())
    object.__setattr__(month, "figures", (hostile,))

    (_, row) = csv.reader(io.StringIO(to_csv(month).decode("utf-8-sig"), newline=""))
    assert row[2] == "'=1+1"
    cell = openpyxl.load_workbook(io.BytesIO(to_xlsx(month)))["データ"]["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_workbook_has_a_sheet_to_print_and_a_sheet_to_compute_with(frozen: FrozenMonth) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(frozen)))
    form, data = book["様式"], book["データ"]

    assert book.sheetnames == ["様式", "データ"]
    assert form.page_setup.paperSize == 9
    assert form.sheet_properties.pageSetUpPr is not None
    assert form.sheet_properties.pageSetUpPr.fitToPage
    printed = "\n".join(str(cell.value) for row in form.iter_rows() for cell in row if cell.value is not None)
    for text in (
        "令和8年10月",
        "令和8年10月1日から令和8年10月31日まで（令和8年度）",
        programme().contract.client,
        "稼働率（%）",
    ):
        assert text in printed
    assert not data.merged_cells.ranges
    assert tuple(cell.value for cell in data[1]) == HEADER
    assert data.max_row == len(frozen.figures) + 1
    assert all(isinstance(data.cell(row, 5).value, int | float) for row in range(2, data.max_row + 1))
    assert book.properties.created == datetime(2026, 11, 2, 8, 0)  # noqa: DTZ001 workbooks hold local time
