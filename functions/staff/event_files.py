"""The events of the contract as files, without personal data, and events out of a file."""

import io
from collections.abc import Iterator

from madoguchi.events import files, store, usecases
from madoguchi.events.refusals import InvalidEventError
from madoguchi.events.rules import Event
from madoguchi.japan.time import Month
from madoguchi.programme.definition import programme
from madoguchi.spreadsheets import CSV_TYPE, XLSX_TYPE, UnreadableFileError, read_csv, write_csv, write_xlsx
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Download, Page, Redirect
from madoguchi.web.visits import Visit
from staff.counter_app import app


@app.page("GET", "/events/calendar.csv")
def download_table(_visit: Visit[StaffMember]) -> Answer:
    """Every event since the contract began, in the form in which it can be taken in again."""
    file = io.BytesIO()
    write_csv(file, files.rows_of(_events()))
    return Download("イベント.csv", CSV_TYPE, file.getvalue())


@app.page("GET", "/events/calendar.xlsx")
def download_workbook(visit: Visit[StaffMember]) -> Answer:
    """The same as a workbook."""
    file = io.BytesIO()
    particulars = files.particulars(programme().contract.contractor, visit.now)
    write_xlsx(file, files.rows_of(_events()), particulars)
    return Download("イベント.xlsx", XLSX_TYPE, file.getvalue())


@app.page("GET", "/events/import")
def see_import(_visit: Visit[StaffMember]) -> Answer:
    """Show the form with which a file of events is chosen."""
    return Page("staff_events/import.html", "イベントの取込み", {"columns": list(files.COLUMNS.values())})


@app.page("POST", "/events/import")
def publish_all(visit: Visit[StaffMember]) -> Answer:
    """Publish every event of a file, or none when one of them is wrong; a row that was published stays one event."""
    _, content = visit.file("file")
    by, source, now = visit.member().staff_id, visit.source, visit.now
    try:
        rows = files.read_table(read_csv(content), now)
    except UnreadableFileError as refusal:
        return _refused([("file", refusal.message if content else "ファイルを選んでください。")])
    except InvalidEventError as refusal:
        return _refused(refusal.problems)
    for row in rows:
        usecases.publish(row.draft, nonce=row.nonce, by=by, source=source, now=now)
    return Redirect("/events?done=imported")


def _refused(problems: list[tuple[str, str]]) -> Page:
    facts = {"columns": list(files.COLUMNS.values())}
    return Page("staff_events/import.html", "イベントの取込み", facts, errors=problems)


def _events() -> Iterator[Event]:
    for month in store.months(Month.of(programme().contract.starts)):
        yield from store.month_events(month)
