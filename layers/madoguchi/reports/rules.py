"""The figures of a month: pure aggregation, each figure with the ids of the records behind it.

A figure stands in a table, in the row `item` and the column `group`, so that every rendering
(page, CSV, workbook) is a layout of the same list. Used time counts the bookings that were checked
in; a room that is booked as a whole counts with all its seats.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.japan.time import QUARTER_MINUTES, Month, tokyo_day
from madoguchi.japan.working_days import first_working_day
from madoguchi.programme.definition import Contract, Programme
from madoguchi.programme.places import Area, Office
from madoguchi.reports import people
from madoguchi.reports.activity import Activity
from madoguchi.reports.counting import ALL, ELSEWHERE, QUARTERS_PER_HOUR, Count, Tally, open_hours
from madoguchi.reports.figures import Figure, percent

OVERVIEW = "概要"
SO_FAR = "累計"
THIS_MONTH = "当月"
TOTALS = frozenset(
    {"開館日数", "新規登録", "予約", "うち取消し", "利用者（延べ）", "延べ利用時間", "イベント", "イベントの申込み",
     "お知らせの発行", "お知らせの送信"}
)  # fmt: skip
"""Items of the overview that add up over months; people counted once a month do not."""
AREAS = "席種別の利用"
HOURS = "席種別・時間帯別の稼働率"
CLASSES_VISITORS = "利用者区分別・居住地別の利用者（延べ）"
CLASSES_RATE = "利用者区分別・居住地別の稼働率"
PREFECTURE_USE = "居住地（都道府県）別の利用"
EVENTS = "イベント"
NEWSLETTERS = "お知らせの配信"


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
    """Every figure of the month, table by table; those of an office only where there is one."""
    figures = list(_of_the_month(activity, programme))
    overview = [figure for figure in figures if figure.table == OVERVIEW]
    yield from overview
    yield from totals(overview, activity, programme.contract)
    yield from (figure for figure in figures if figure.table != OVERVIEW)


def _of_the_month(activity: Activity, programme: Programme) -> Iterator[Figure]:
    has_office = programme.module_on("office")
    days = len(activity.open_days)
    count = Count(activity.uses, programme) if has_office else None
    office = programme.office_part
    whole = list(_measures(count.whole, _available(office, days, office.areas))) if office and count else []
    yield from _overview(activity, whole, programme)
    yield from people.tables(activity.joiners, activity.moves, programme)
    if office and count:
        yield from _areas(count, whole, office, days)
        yield from _hours(count, office, days)
        yield from _classes_and_regions(count, programme, days)
        yield from _prefectures(count, office, days)
    yield from _events(activity)
    yield from _newsletters(activity)


def totals(overview: list[Figure], activity: Activity, contract: Contract) -> Iterator[Figure]:
    """This month, the fiscal year and the contract so far, of the items that add up; each names its months."""
    months, year = activity.earlier, activity.month.fiscal_year
    spans = {
        "年度累計": {month: sums for month, sums in months.items() if month.fiscal_year == year},
        f"契約期間累計（{contract.starts.isoformat()}から）": months,
    }
    for figure in overview:
        if figure.item not in TOTALS:
            continue
        yield figure._replace(table=SO_FAR, group=THIS_MONTH)
        for group, earlier in spans.items():
            value = figure.value + sum(sums.get(figure.item, 0) for sums in earlier.values())
            counted = (*(str(month) for month in sorted(earlier)), str(activity.month))
            yield Figure(SO_FAR, figure.item, group, value, figure.unit, counted)


def seats_of(area: Area) -> int:
    """How many people an area seats."""
    return area.units * area.seats_per_unit


def _overview(activity: Activity, whole: list[Figure], programme: Programme) -> Iterator[Figure]:
    def row(item: str, value: float, unit: str, records: Iterable[str]) -> Figure:
        return Figure(OVERVIEW, item, "", value, unit, tuple(records))

    if programme.module_on("office"):
        yield row("開館日数", len(activity.open_days), "日", (day.isoformat() for day in activity.open_days))
    joined = [each.member_id for each in activity.joiners]
    yield row("新規登録", len(joined), "人", joined)
    for measure in whole:
        yield Figure(OVERVIEW, measure.group, "", measure.value, measure.unit, measure.records)
    if programme.module_on("events"):
        yield from _gathered(activity)
    if programme.module_on("newsletters"):
        issues = [each.issue_id for each in activity.mailings]
        yield row("お知らせの発行", len(issues), "件", issues)
        yield row("お知らせの送信", sum(each.sent for each in activity.mailings), "通", issues)


def _gathered(activity: Activity) -> Iterator[Figure]:
    signed_up = [each for gathering in activity.gatherings for each in gathering.sign_ups]
    events = tuple(each.event_id for each in activity.gatherings)
    yield Figure(OVERVIEW, "イベント", "", len(events), "件", events)
    yield Figure(OVERVIEW, "イベントの申込み", "", len(signed_up), "件", tuple(signed_up))


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
    regions = people.regions(programme)
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
