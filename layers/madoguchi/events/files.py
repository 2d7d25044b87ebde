"""Events as files: a calendar to subscribe to, a table that comes back as events. Nobody is named in them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from madoguchi.events.refusals import InvalidEventError
from madoguchi.events.rules import Event, EventDraft, read_draft
from madoguchi.japan.time import TOKYO
from madoguchi.programme.definition import programme
from madoguchi.settings import settings
from madoguchi.spreadsheets import Particulars, Table

COLUMNS: Mapping[str, str] = {
    "event_id": "番号",
    "title": "イベント名",
    "description": "説明",
    "place": "場所",
    "starts": "開始",
    "ends": "終了",
    "capacity": "定員",
    "seats_taken": "申込み",
}
MOST_EVENTS = 200
MINUTES = "%Y-%m-%d %H:%M"
# Which column the parts of the form come from.
COLUMN_OF = {"day_year": "starts", "day_month": "starts", "day_day": "starts", "ends": "ends"}


@dataclass(frozen=True, slots=True)
class Row:
    """One event of a file: the nonce under which it is published once, and the event as staff would type it."""

    nonce: str
    draft: EventDraft


def rows_of(events: Iterable[Event]) -> Iterator[Sequence[str]]:
    """The heading, and one row an event; times are Tokyo's."""
    yield list(COLUMNS.values())
    for event in events:
        yield [_cell(event, key) for key in COLUMNS]


def particulars(author: str, made_at: datetime) -> Particulars:
    """What a workbook of events says about itself."""
    when = made_at.astimezone(TOKYO)
    rows = (("業務名", programme().contract.title), ("作成した日時", f"{when:{MINUTES}}"), ("個人情報", "含みません"))
    return Particulars(f"{programme().site.name}　イベント", author, when, rows)


def calendar(events: Iterable[Event]) -> bytes:
    """A calendar (RFC 5545) to subscribe to."""
    from icalendar import Calendar  # noqa: PLC0415 only this page pays for it
    from icalendar import Event as Entry  # noqa: PLC0415

    made = Calendar()
    for name, value in (("prodid", "-//Madoguchi//JA"), ("version", "2.0"), ("method", "PUBLISH")):
        made.add(name, value)
    made.add("x-wr-calname", f"{programme().site.name}　イベント")
    host = settings().public_url.partition("://")[2]
    for event in events:
        entry = Entry()
        entry.add("uid", f"{event.event_id}@{host}")
        entry.add("dtstamp", event.starts)
        entry.add("dtstart", event.starts)
        entry.add("dtend", event.ends)
        entry.add("summary", event.title)
        entry.add("location", event.place)
        entry.add("url", f"{settings().public_url}/events/{event.event_id}")
        made.add_component(entry)
    written: bytes = made.to_ical()
    return written


def read_table(table: Table, now: datetime) -> list[Row]:
    """The events of a table; InvalidEventError with every problem, by line and column."""
    keys = [_key_of(header) for header in table.headers]
    problems: list[tuple[str, str]] = []
    rows = []
    for line in table.lines[:MOST_EVENTS]:
        cells = {key: cell.strip() for key, cell in zip(keys, line.cells, strict=False) if key}
        try:
            draft = read_draft(_typed(cells).get, now)
        except InvalidEventError as refusal:
            for control, message in refusal.problems:
                column = COLUMNS[COLUMN_OF.get(control, control)]
                problems.append(("file", f"{line.number}行目、{column}：{message}"))
        else:
            # The same row again is the same event.
            rows.append(Row("\n".join(["file", draft.title, draft.place, str(draft.starts)]), draft))
    if len(table.lines) > MOST_EVENTS:
        problems.append(("file", f"一度に取り込めるのは{MOST_EVENTS}件までです。ファイルを分けてください。"))
    if problems or not rows:
        raise InvalidEventError(problems or [("file", "見出しの下にイベントがありません。")])
    return rows


def _cell(event: Event, key: str) -> str:
    value = getattr(event, key)
    return f"{value.astimezone(TOKYO):{MINUTES}}" if isinstance(value, datetime) else str(value)


def _key_of(header: str) -> str:
    return next((key for key, name in COLUMNS.items() if header in {key, name}), "")


def _typed(cells: Mapping[str, str]) -> "_Typed":
    day, _, starts = cells.get("starts", "").replace("/", "-").partition(" ")
    year, month, date = [*day.split("-"), "", "", ""][:3]
    ends = cells.get("ends", "").rpartition(" ")[2]
    parts = {"day_year": year, "day_month": month, "day_day": date, "starts": starts, "ends": ends}
    return _Typed({**cells, **parts})


class _Typed(dict[str, str]):
    """What was typed into the form of a new event; a missing field reads as empty."""

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        return super().get(name, default)
