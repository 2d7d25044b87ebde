"""Tables as files: CSV as spreadsheets write and read it, and workbooks.

A cell that a spreadsheet would compute is written with an apostrophe before it, and read without: what was
written is what is read, whatever it begins with.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from madoguchi.refusals import InvalidError

UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
FORMULA_LEADERS = ("=", "+", "-", "@", "\t", "\r")
ESCAPE = "'"
# The mark that Japanese printers set for a character they do not have.
MISSING_CHARACTER = "〓"
LONGEST_CELL = 100_000
CSV_TYPE = "text/csv; charset=utf-8"
CP932_TYPE = "text/csv; charset=Shift_JIS"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UnreadableFileError(InvalidError):
    """The file is no table that we can read."""

    code = "unreadable_file"
    message = "ファイルを読み取れません。ExcelなどでCSV（コンマ区切り）として保存し直してから、選んでください。"


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the heading; `number` counts from 1 with the heading, as spreadsheets do."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A heading and the rows below it, without the empty ones."""

    headers: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a file says about itself: who made it, when, what for. It stands beside the data, not among them."""

    title: str
    author: str
    made_at: datetime
    rows: tuple[tuple[str, str], ...]


def read_csv(content: bytes) -> Table:
    """Read UTF-8, UTF-16 or CP932, comma or tab; UnreadableFileError when it is no table."""
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            cells = tuple(unescaped(cell) for cell in row)
            if number == 1 or any(cell.strip() for cell in cells):
                lines.append(Line(number, cells))
    except csv.Error as error:
        message = f'{number + 1}行目を読み取れません。引用符（"）が閉じているかを確かめてください。'
        raise UnreadableFileError(message) from error
    if not lines or not any(cell.strip() for cell in lines[0].cells):
        message = "1行目に、列の見出しがありません。見出しのあるファイルを選んでください。"
        raise UnreadableFileError(message)
    headers = tuple(cell.strip() for cell in lines[0].cells)
    return Table(headers, tuple(lines[1:]))


def write_csv(target: IO[bytes], rows: Iterable[Sequence[str]], *, encoding: str = "utf-8") -> Mapping[str, int]:
    """Write rows as spreadsheets open them (CRLF, a BOM before UTF-8); returns what CP932 does not have."""
    missing: dict[str, int] = {}
    if encoding == "utf-8":
        target.write(UTF8_BOM)
    for row in rows:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\r\n").writerow([escaped(cell) for cell in row])
        text = buffer.getvalue()
        for character in _not_in(encoding, text):
            missing[character] = missing.get(character, 0) + 1
            text = text.replace(character, MISSING_CHARACTER, 1)
        target.write(text.encode(encoding))
    return missing


def write_xlsx(target: IO[bytes], rows: Iterable[Sequence[str]], particulars: Particulars) -> None:
    """Write the sheet 「データ」, one value a cell below one row of names, and 「この資料について」 beside it."""
    import xlsxwriter  # noqa: PLC0415 only those who make workbooks pay for it

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        comments = "\n".join(f"{term}：{value}" for term, value in particulars.rows)
        made_at = particulars.made_at.replace(tzinfo=None)
        book.set_properties(
            {"title": particulars.title, "author": particulars.author, "created": made_at, "comments": comments}
        )
        data = book.add_worksheet("データ")
        data.freeze_panes(1, 0)
        _write_rows(data, rows)
        _write_rows(book.add_worksheet("この資料について"), particulars.rows)


def escaped(cell: str) -> str:
    """The cell as it is written: nothing that a spreadsheet would compute."""
    return f"{ESCAPE}{cell}" if cell.lstrip(ESCAPE).startswith(FORMULA_LEADERS) else cell


def unescaped(cell: str) -> str:
    """The cell that was written."""
    is_escaped = cell.startswith(ESCAPE) and cell.lstrip(ESCAPE).startswith(FORMULA_LEADERS)
    return cell[1:] if is_escaped else cell


def _write_rows(sheet: Any, rows: Iterable[Sequence[str]]) -> None:  # noqa: ANN401 XlsxWriter has no types
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith(UTF16_BOMS) else ["utf-8-sig", "cp932"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFileError


def _not_in(encoding: str, text: str) -> Iterator[str]:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        for character in text:
            try:
                character.encode(encoding)
            except UnicodeEncodeError:
                yield character
