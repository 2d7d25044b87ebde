"""The figures of a month: pure aggregation, each figure with the ids of the records behind it.

A figure stands in a table, in the row `item` and the column `group`, so that every rendering
(page, CSV, workbook) is a layout of the same list. Used time counts the bookings that were checked
in; a room that is booked as a whole counts with all its seats.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.japan.time import QUARTER_MINUTES, Month, tokyo_day
from madoguchi.japan.working_days import first_working_day
from madoguchi.programme.definition import Area, Contract, Office, Programme

ALL = "全体"
ELSEWHERE = "その他の都道府県・海外"
QUARTERS_PER_HOUR = 60 // QUARTER_MINUTES

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
class Use:
    """A booking as the report counts it. Moved bookings are not among them: their successor is."""

    booking_id: str
    member_id: str
    member_class: str
    home: str
    area: str
    quarters: range
    party: int
    was_used: bool
    was_cancelled: bool


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
    """Everything that happened in a month."""

    month: Month
    open_days: tuple[date, ...]
    uses: tuple[Use, ...]
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
    yield from _overview(activity, programme.office)
    yield from _registrations(activity, programme)
    yield from _areas(activity, programme.office)
    yield from _hours(activity, programme.office)
    yield from _classes_and_regions(activity, programme)
    yield from _prefectures(activity, programme.office)
    yield from _events(activity)
    yield from _newsletters(activity)


def percent(part: int, whole: int) -> float:
    """A rate with one decimal, halves rounded up, computed without binary fractions."""
    return (part * 2000 + whole) // (whole * 2) / 10 if whole else 0.0


def region_of(home: str, programme: Programme) -> str:
    """The label of the region that a prefecture's code belongs to."""
    return next((each.label for each in programme.regions if home in each.prefectures), ELSEWHERE)


def seats_of(area: Area) -> int:
    """How many people an area seats."""
    return area.units * area.seats_per_unit


def _overview(activity: Activity, office: Office) -> Iterator[Figure]:
    def row(item: str, value: float, unit: str, records: Iterable[str]) -> Figure:
        return Figure(OVERVIEW, item, "", value, unit, tuple(records))

    yield row("開館日数", len(activity.open_days), "日", (day.isoformat() for day in activity.open_days))
    joined = [each.member_id for each in activity.joiners]
    yield row("新規登録", len(joined), "人", joined)
    for measure in _measures(activity.uses, office, activity.open_days, office.areas):
        yield Figure(OVERVIEW, measure.group, "", measure.value, measure.unit, measure.records)
    signed_up = [each for gathering in activity.gatherings for each in gathering.sign_ups]
    yield row("イベント", len(activity.gatherings), "件", (each.event_id for each in activity.gatherings))
    yield row("イベントの申込み", len(signed_up), "件", signed_up)
    issues = [each.issue_id for each in activity.mailings]
    yield row("お知らせの発行", len(issues), "件", issues)
    yield row("お知らせの送信", sum(each.sent for each in activity.mailings), "通", issues)


def _registrations(activity: Activity, programme: Programme) -> Iterator[Figure]:
    for each in programme.classes:
        ids = [joiner.member_id for joiner in activity.joiners if joiner.member_class == each.id]
        yield Figure(REGISTRATIONS_BY_CLASS, each.label, "", len(ids), "人", tuple(ids))
    for label in _regions(programme):
        ids = [one.member_id for one in activity.joiners if region_of(one.home, programme) == label]
        yield Figure(REGISTRATIONS_BY_REGION, label, "", len(ids), "人", tuple(ids))


def _areas(activity: Activity, office: Office) -> Iterator[Figure]:
    for area in office.areas:
        uses = [use for use in activity.uses if use.area == area.id]
        yield from _in_row(AREAS, area.label, _measures(uses, office, activity.open_days, [area]))
    yield from _in_row(AREAS, ALL, _measures(activity.uses, office, activity.open_days, office.areas))


def _hours(activity: Activity, office: Office) -> Iterator[Figure]:
    """The use rate of each area and of all, in each clock hour that is at least partly open."""
    areas = {area.id: area for area in office.areas}
    used = [use for use in activity.uses if use.was_used]
    for label, chosen in [*((area.label, [area]) for area in office.areas), (ALL, office.areas)]:
        ids = {area.id for area in chosen}
        seats = sum(seats_of(area) for area in chosen)
        mine = [use for use in used if use.area in ids]
        for hour, quarters in _open_hours(office):
            inside = [(use, _overlap(use.quarters, quarters)) for use in mine]
            taken = sum(count * areas[use.area].seats_per_unit for use, count in inside)
            rate = percent(taken, seats * len(quarters) * len(activity.open_days))
            records = tuple(use.booking_id for use, count in inside if count)
            yield Figure(HOURS, label, f"{hour}時台", rate, "%", records)


def _classes_and_regions(activity: Activity, programme: Programme) -> Iterator[Figure]:
    office = programme.office
    whole = _available(office, activity.open_days, office.areas)
    used = [use for use in activity.uses if use.was_used]

    def cells(table: str, unit: str, measure: Callable[[list[Use]], float]) -> Iterator[Figure]:
        rows = [*((each.id, each.label) for each in programme.classes), ("", ALL)]
        for class_id, label in rows:
            for region in (*_regions(programme), ALL):
                uses = [
                    use
                    for use in used
                    if class_id in {"", use.member_class} and region in {ALL, region_of(use.home, programme)}
                ]
                ids = tuple(use.booking_id for use in uses)
                yield Figure(table, label, region, measure(uses), unit, ids)

    yield from cells(CLASSES_VISITORS, "人", lambda uses: sum(use.party for use in uses))
    yield from cells(CLASSES_RATE, "%", lambda uses: percent(_taken(uses, office), whole))


def _prefectures(activity: Activity, office: Office) -> Iterator[Figure]:
    """Only the prefectures that somebody came from."""
    for code in sorted({use.home for use in activity.uses}):
        uses = [use for use in activity.uses if use.home == code]
        label = PREFECTURES.get(code, ELSEWHERE)
        yield from _in_row(PREFECTURE_USE, label, _measures(uses, office, activity.open_days, office.areas))


def _events(activity: Activity) -> Iterator[Figure]:
    for each in activity.gatherings:
        item = f"{each.day.isoformat()} {each.title}"
        yield Figure(EVENTS, item, "定員", each.capacity, "人", (each.event_id,))
        yield Figure(EVENTS, item, "申込み", len(each.sign_ups), "人", each.sign_ups)


def _newsletters(activity: Activity) -> Iterator[Figure]:
    for each in activity.mailings:
        yield Figure(NEWSLETTERS, each.subject, "対象", each.recipients, "人", (each.issue_id,))
        yield Figure(NEWSLETTERS, each.subject, "送信", each.sent, "通", (each.issue_id,))


def _measures(uses: Iterable[Use], office: Office, open_days: tuple[date, ...], areas: list[Area]) -> Iterator[Figure]:
    """What is counted of a set of bookings; `group` names the measure."""
    uses = list(uses)
    cancelled = [use.booking_id for use in uses if use.was_cancelled]
    used = [use for use in uses if use.was_used]
    came, people = tuple(use.booking_id for use in used), sorted({use.member_id for use in used})
    taken = _taken(used, office)
    yield Figure("", "", "予約", len(uses), "件", tuple(use.booking_id for use in uses))
    yield Figure("", "", "うち取消し", len(cancelled), "件", tuple(cancelled))
    yield Figure("", "", "利用者（延べ）", sum(use.party for use in used), "人", came)
    yield Figure("", "", "利用者（実人数）", len(people), "人", tuple(people))
    yield Figure("", "", "延べ利用時間", taken / QUARTERS_PER_HOUR, "席・時間", came)
    yield Figure("", "", "稼働率", percent(taken, _available(office, open_days, areas)), "%", came)


def _in_row(table: str, item: str, measures: Iterable[Figure]) -> Iterator[Figure]:
    return (measure._replace(table=table, item=item) for measure in measures)


def _taken(used: Iterable[Use], office: Office) -> int:
    """Seat-quarter-hours of the bookings that were used."""
    seats = {area.id: area.seats_per_unit for area in office.areas}
    return sum(len(use.quarters) * seats.get(use.area, 1) for use in used)


def _available(office: Office, open_days: tuple[date, ...], areas: list[Area]) -> int:
    """Seat-quarter-hours that were open."""
    quarters = (office.closes - office.opens) // QUARTER_MINUTES
    return sum(seats_of(area) for area in areas) * quarters * len(open_days)


def _open_hours(office: Office) -> Iterator[tuple[int, range]]:
    opens, closes = office.opens // QUARTER_MINUTES, office.closes // QUARTER_MINUTES
    for hour in range(opens // QUARTERS_PER_HOUR, -(-closes // QUARTERS_PER_HOUR)):
        first = hour * QUARTERS_PER_HOUR
        yield hour, range(max(first, opens), min(first + QUARTERS_PER_HOUR, closes))


def _overlap(one: range, other: range) -> int:
    return max(0, min(one.stop, other.stop) - max(one.start, other.start))


def _regions(programme: Programme) -> list[str]:
    return [*(region.label for region in programme.regions), ELSEWHERE]
