"""The figures of a month: pure aggregation, each figure with the ids of the records behind it.

A figure stands in a table, in the row `item` and the column `group`, so that every rendering
(page, CSV, workbook) is a layout of the same list. Used time counts the bookings that were checked
in; a room that is booked as a whole counts with all its seats.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.japan.time import QUARTER_MINUTES, Month, tokyo_day
from madoguchi.japan.working_days import first_working_day
from madoguchi.programme.definition import Contract, Programme
from madoguchi.programme.places import Area, Office
from madoguchi.reports.counting import ALL, ELSEWHERE, QUARTERS_PER_HOUR, Count, Tally, Use, open_hours, region_of

OVERVIEW = "概要"
REGISTRATIONS_BY_CLASS = "新規登録（利用者区分別）"
REGISTRATIONS_BY_REGION = "新規登録（居住地別）"
AREAS = "席種別の利用"
HOURS = "席種別・時間帯別の稼働率"
CLASSES_VISITORS = "利用者区分別・居住地別の利用者（延べ）"
CLASSES_RATE = "利用者区分別・居住地別の稼働率"
PREFECTURE_USE = "居住地（都道府県）別の利用"
EVENTS = "イベント"
NEWSLETTERS = "お知らせの配信"


class Figure(NamedTuple):
    """One number of the report: where it stands, its unit, and the records that it counts."""

    table: str
    item: str
    group: str
    value: int | float
    unit: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joiner:
    """A registration as the report counts it."""

    member_id: str
    member_class: str
    home: str


@dataclass(frozen=True, slots=True)
class Gathering:
    """An event of the month with the ids of its sign-ups."""

    event_id: str
    title: str
    day: date
    capacity: int
    sign_ups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mailing:
    """A newsletter that began to be sent in the month, with what became of its deliveries."""

    issue_id: str
    subject: str
    recipients: int
    sent: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Everything that happened in a month. Its bookings may be a stream, which is counted once."""

    month: Month
    open_days: tuple[date, ...]
    uses: Iterable[Use]
    joiners: tuple[Joiner, ...]
    gatherings: tuple[Gathering, ...]
    mailings: tuple[Mailing, ...]


def month_due(now: datetime, contract: Contract) -> Month | None:
    """Last month, from the first working day of this one on, if the contract reaches into it."""
    today = tokyo_day(now)
    this = Month.of(today)
    last = this.previous()
    if today < first_working_day(this) or last.last_day < contract.starts or last.first_day > contract.ends:
        return None
    return last


def is_over(month: Month, now: datetime) -> bool:
    """Whether the month has ended in Tokyo."""
    return month.last_day < tokyo_day(now)


def figures_of(activity: Activity, programme: Programme) -> Iterator[Figure]:
    """Every figure of the month, table by table."""
    office, days = programme.office, len(activity.open_days)
    count = Count(activity.uses, programme)
    whole = list(_measures(count.whole, _available(office, days, office.areas)))
    yield from _overview(activity, whole)
    yield from _registrations(activity, programme)
    yield from _areas(count, whole, office, days)
    yield from _hours(count, office, days)
    yield from _classes_and_regions(count, programme, days)
    yield from _prefectures(count, office, days)
    yield from _events(activity)
    yield from _newsletters(activity)


def percent(part: int, whole: int) -> float:
    """A rate with one decimal, halves rounded up, computed without binary fractions."""
    return (part * 2000 + whole) // (whole * 2) / 10 if whole else 0.0


def seats_of(area: Area) -> int:
    """How many people an area seats."""
    return area.units * area.seats_per_unit


def _overview(activity: Activity, whole: list[Figure]) -> Iterator[Figure]:
    def row(item: str, value: float, unit: str, records: Iterable[str]) -> Figure:
        return Figure(OVERVIEW, item, "", value, unit, tuple(records))

    yield row("開館日数", len(activity.open_days), "日", (day.isoformat() for day in activity.open_days))
    joined = [each.member_id for each in activity.joiners]
    yield row("新規登録", len(joined), "人", joined)
    for measure in whole:
        yield Figure(OVERVIEW, measure.group, "", measure.value, measure.unit, measure.records)
    signed_up = [each for gathering in activity.gatherings for each in gathering.sign_ups]
    yield row("イベント", len(activity.gatherings), "件", (each.event_id for each in activity.gatherings))
    yield row("イベントの申込み", len(signed_up), "件", signed_up)
    issues = [each.issue_id for each in activity.mailings]
    yield row("お知らせの発行", len(issues), "件", issues)
    yield row("お知らせの送信", sum(each.sent for each in activity.mailings), "通", issues)


def _registrations(activity: Activity, programme: Programme) -> Iterator[Figure]:
    for each in programme.members.classes:
        ids = [joiner.member_id for joiner in activity.joiners if joiner.member_class == each.id]
        yield Figure(REGISTRATIONS_BY_CLASS, each.label, "", len(ids), "人", tuple(ids))
    for label in _regions(programme):
        ids = [one.member_id for one in activity.joiners if region_of(one.home, programme) == label]
        yield Figure(REGISTRATIONS_BY_REGION, label, "", len(ids), "人", tuple(ids))


def _areas(count: Count, whole: list[Figure], office: Office, days: int) -> Iterator[Figure]:
    for area in office.areas:
        yield from _in_row(AREAS, area.label, _measures(count.areas[area.id], _available(office, days, [area])))
    yield from _in_row(AREAS, ALL, whole)


def _hours(count: Count, office: Office, days: int) -> Iterator[Figure]:
    """The use rate of each area and of all, in each clock hour that is at least partly open."""
    for area_id, label, chosen in [*((area.id, area.label, [area]) for area in office.areas), (ALL, ALL, office.areas)]:
        seats = sum(seats_of(area) for area in chosen)
        for hour, quarters in open_hours(office):
            tally = count.hours[area_id, hour]
            rate = percent(tally.taken, seats * len(quarters) * days)
            yield Figure(HOURS, label, f"{hour}時台", rate, "%", tuple(tally.came))


def _classes_and_regions(count: Count, programme: Programme, days: int) -> Iterator[Figure]:
    whole = _available(programme.office, days, programme.office.areas)
    regions = _regions(programme)
    cells = []
    for class_id, label in [*((each.id, each.label) for each in programme.members.classes), (ALL, ALL)]:
        for region in (*regions, ALL):
            tally = count.groups[class_id, region]
            cells.append((label, region, tally, tuple(tally.came)))
    for label, region, tally, came in cells:
        yield Figure(CLASSES_VISITORS, label, region, tally.visitors, "人", came)
    for label, region, tally, came in cells:
        yield Figure(CLASSES_RATE, label, region, percent(tally.taken, whole), "%", came)


def _prefectures(count: Count, office: Office, days: int) -> Iterator[Figure]:
    """Only the prefectures that somebody came from."""
    whole = _available(office, days, office.areas)
    for code, tally in sorted(count.homes.items()):
        yield from _in_row(PREFECTURE_USE, PREFECTURES.get(code, ELSEWHERE), _measures(tally, whole))


def _events(activity: Activity) -> Iterator[Figure]:
    for each in activity.gatherings:
        item = f"{each.day.isoformat()} {each.title}"
        yield Figure(EVENTS, item, "定員", each.capacity, "人", (each.event_id,))
        yield Figure(EVENTS, item, "申込み", len(each.sign_ups), "人", each.sign_ups)


def _newsletters(activity: Activity) -> Iterator[Figure]:
    for each in activity.mailings:
        yield Figure(NEWSLETTERS, each.subject, "対象", each.recipients, "人", (each.issue_id,))
        yield Figure(NEWSLETTERS, each.subject, "送信", each.sent, "通", (each.issue_id,))


def _measures(tally: Tally, available: int) -> Iterator[Figure]:
    """What is counted of a set of bookings; `group` names the measure."""
    cancelled, came, people = tuple(tally.cancelled), tuple(tally.came), tuple(sorted(tally.people))
    yield Figure("", "", "予約", len(tally.booked), "件", tuple(tally.booked))
    yield Figure("", "", "うち取消し", len(cancelled), "件", cancelled)
    yield Figure("", "", "利用者（延べ）", tally.visitors, "人", came)
    yield Figure("", "", "利用者（実人数）", len(people), "人", people)
    yield Figure("", "", "延べ利用時間", tally.taken / QUARTERS_PER_HOUR, "席・時間", came)
    yield Figure("", "", "稼働率", percent(tally.taken, available), "%", came)


def _in_row(table: str, item: str, measures: Iterable[Figure]) -> Iterator[Figure]:
    return (measure._replace(table=table, item=item) for measure in measures)


def _available(office: Office, days: int, areas: list[Area]) -> int:
    """Seat-quarter-hours that were open."""
    quarters = (office.closes - office.opens) // QUARTER_MINUTES
    return sum(seats_of(area) for area in areas) * quarters * days


def _regions(programme: Programme) -> list[str]:
    return [*(region.label for region in programme.reports.regions), ELSEWHERE]
