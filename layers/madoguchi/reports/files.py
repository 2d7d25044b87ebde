"""The files of a frozen month: CSV to compute with, a workbook to print and to compute with.

Both are functions of the frozen figures alone, so rendering them again gives the same bytes.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

from madoguchi.japan.eras import era_day, era_month, fiscal_year_text
from madoguchi.japan.time import TOKYO
from madoguchi.reports.frozen import FrozenMonth, Table

HEADER = ("年月", "表", "項目", "区分", "値", "単位")
FORMULA_LEADERS = ("=", "+", "-", "@", "\t", "\r")
NOTE = (
    "稼働率は、受付が済んだ予約の「席数×時間」を、「全席数×開館時間」で割ったものです。"
    "会議室は、1回の利用を全席の利用と数えます。"
)
MOST_COLUMNS = 12
A4 = 9
FIRST_COLUMN_WIDTH, COLUMN_WIDTH = 30, 11


def to_csv(frozen: FrozenMonth) -> bytes:
    """UTF-8 with BOM and CRLF, which spreadsheets open as it is; one figure a row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows(_harmless(row) for row in rows_of(frozen))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def rows_of(frozen: FrozenMonth) -> Iterator[tuple[str | float, ...]]:
    """The header and one row per figure."""
    yield HEADER
    for each in frozen.figures:
        yield str(frozen.month), each.table, each.item, each.group, each.value, each.unit


def _harmless(row: tuple[str | float, ...]) -> list[str | float]:
    """Keep a title that begins like a formula from being computed by a spreadsheet."""
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_LEADERS) else cell for cell in row]


def to_xlsx(frozen: FrozenMonth) -> bytes:
    """A workbook: 「様式」 to print on A4, 「データ」 with one header row and nothing merged."""
    import xlsxwriter  # noqa: PLC0415 only the roll-up makes workbooks

    content = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": "ＭＳ ゴシック", "font_size": 10},
    }
    with xlsxwriter.Workbook(content, options) as book:
        local = frozen.frozen_at.astimezone(TOKYO).replace(tzinfo=None)
        book.set_properties({"title": _title(frozen), "author": frozen.contractor, "created": local})
        _write_form(book, frozen)
        _write_data(book, frozen)
    return content.getvalue()


def _title(frozen: FrozenMonth) -> str:
    return f"{frozen.site}　利用状況月次報告書　{era_month(frozen.month)}分"


def _write_form(book: Any, frozen: FrozenMonth) -> None:  # noqa: ANN401 XlsxWriter has no types
    sheet = book.add_worksheet("様式")
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&L" + frozen.site.replace("&", "&&") + "&C&P / &N&R第" + str(frozen.revision) + "版")
    sheet.set_column(0, 0, FIRST_COLUMN_WIDTH)
    sheet.set_column(1, MOST_COLUMNS, COLUMN_WIDTH)
    heading = book.add_format({"bold": True, "font_size": 16})
    sheet.write_string(0, 0, _title(frozen), heading)
    for row, (term, value) in enumerate(_particulars(frozen), start=2):
        sheet.write_string(row, 0, term)
        sheet.write_string(row, 1, value)
    row = 2 + len(_particulars(frozen)) + 1
    formats = _formats(book)
    for table in frozen.tables:
        row = _write_table(sheet, table, row, formats)
    sheet.write_string(row, 0, NOTE)


def _particulars(frozen: FrozenMonth) -> list[tuple[str, str]]:
    month, made = frozen.month, frozen.frozen_at.astimezone(TOKYO).date()
    period = f"{era_day(month.first_day)}から{era_day(month.last_day)}まで（{fiscal_year_text(month)}）"
    return [
        ("業務名", frozen.title),
        ("委託者", frozen.client),
        ("受託者", frozen.contractor),
        ("対象期間", f"{period}　{month.first_day.isoformat()}～{month.last_day.isoformat()}"),
        ("集計日", f"{era_day(made)}（{made.isoformat()}）"),
    ]


def _formats(book: Any) -> dict[str, Any]:  # noqa: ANN401
    """Lines and bold type only, so that a print in black and white says the same."""
    return {
        "title": book.add_format({"bold": True, "font_size": 12}),
        "head": book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}),
        "text": book.add_format({"border": 1}),
        "count": book.add_format({"border": 1, "num_format": "#,##0"}),
        "fine": book.add_format({"border": 1, "num_format": "#,##0.0#"}),
    }


def _write_table(sheet: Any, table: Table, row: int, formats: dict[str, Any]) -> int:  # noqa: ANN401
    """Write a table at a row; returns the row where the next may begin."""
    sheet.write_string(row, 0, table.heading, formats["title"])
    row += 1
    heads = ["値", "単位"] if table.is_list else table.heads
    for column, head in enumerate(["項目", *heads]):
        sheet.write_string(row, column, head, formats["head"])
    for item, cells in table.rows:
        row += 1
        sheet.write_string(row, 0, item, formats["text"])
        for column, figure in enumerate(cells, start=1):
            if figure is None:
                sheet.write_blank(row, column, None, formats["text"])
            else:
                form = formats["fine" if isinstance(figure.value, float) else "count"]
                sheet.write_number(row, column, figure.value, form)
        if table.is_list and cells[0] is not None:
            sheet.write_string(row, 2, cells[0].unit, formats["text"])
    return row + 2


def _write_data(book: Any, frozen: FrozenMonth) -> None:  # noqa: ANN401
    """One table, one header row, one value a cell, numbers as numbers (総務省 統一ルール)."""
    sheet = book.add_worksheet("データ")
    for row, cells in enumerate(rows_of(frozen)):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            else:
                sheet.write_number(row, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(frozen.figures), len(HEADER) - 1)
