"""Compares the one pass with the slow way: look through all bookings for each figure."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.japan.time import QUARTER_MINUTES
from madoguchi.programme.definition import programme
from madoguchi.programme.places import Area
from madoguchi.reports import rules
from madoguchi.reports.counting import ALL, ELSEWHERE, Kind, Use, open_hours, region_of
from madoguchi.reports.figures import percent
from madoguchi.reports.rules import figures_of, seats_of
from tests.support.reports import TWO_DAYS, an_activity

OFFICE = programme().office
CLASSES = {each.label: each.id for each in programme().members.classes}
AREAS = {each.label: each for each in OFFICE.areas}
TABLES = {
    rules.OVERVIEW,
    rules.AREAS,
    rules.HOURS,
    rules.CLASSES_VISITORS,
    rules.CLASSES_RATE,
    rules.PREFECTURE_USE,
}
NOT_OF_BOOKINGS = {
    (rules.OVERVIEW, item)
    for item in ("開館日数", "新規登録", "イベント", "イベントの申込み", "お知らせの発行", "お知らせの送信")
}
OPEN_QUARTERS = (OFFICE.closes - OFFICE.opens) // QUARTER_MINUTES * len(TWO_DAYS)


class Place(NamedTuple):
    """A figure as it must be."""

    table: str
    item: str
    group: str
    value: float
    records: list[str]


def many_uses(draw: random.Random) -> list[Use]:
    """Every mixture, with areas and classes that the programme no longer has."""
    outcomes = [(True, False), (False, True), (False, False)]
    uses = []
    for number in range(600):
        used, cancelled = draw.choice(outcomes)
        kind = Kind(
            draw.choice([*CLASSES.values(), "former"]),
            draw.choice(["01", "13", "14", "34", "35", "99"]),
            draw.choice([*(area.id for area in OFFICE.areas), "former"]),
            draw.randrange(1, 4),
            was_used=used,
            was_cancelled=cancelled,
        )
        start = draw.randrange(30, 68)
        uses.append(Use(f"b{number:03}", f"m{draw.randrange(90)}", kind, start, start + draw.randrange(1, 9)))
    return uses


def taken(uses: list[Use], quarters: range | None = None) -> int:
    """Seat-quarter-hours, of those quarter-hours if some are given."""
    seats = {area.id: area.seats_per_unit for area in OFFICE.areas}
    inside = quarters or range(1000)
    return sum(len([q for q in range(use.start, use.end) if q in inside]) * seats.get(use.kind.area, 1) for use in uses)


def measures(uses: list[Use], areas: list[Area]) -> Iterator[tuple[str, float, list[str]]]:
    """What must be said of these bookings."""
    cancelled, came = [u for u in uses if u.kind.was_cancelled], [u for u in uses if u.kind.was_used]
    people = sorted({use.member_id for use in came})
    whole = sum(seats_of(area) for area in areas) * OPEN_QUARTERS
    yield "予約", len(uses), ids(uses)
    yield "うち取消し", len(cancelled), ids(cancelled)
    yield "利用者（延べ）", sum(use.kind.party for use in came), ids(came)
    yield "利用者（実人数）", len(people), people
    yield "延べ利用時間", taken(came) / 4, ids(came)
    yield "稼働率", percent(taken(came), whole), ids(came)


def ids(uses: list[Use]) -> list[str]:
    return [use.booking_id for use in uses]


def expected(uses: list[Use]) -> Iterator[Place]:
    """Table, item, group, value and records of every figure about bookings."""
    yield from (each._replace(item=each.group, group="") for each in rows(rules.OVERVIEW, "", uses, OFFICE.areas))
    yield from rows(rules.AREAS, ALL, uses, OFFICE.areas)
    for label, area in AREAS.items():
        yield from rows(rules.AREAS, label, [use for use in uses if use.kind.area == area.id], [area])
    for home in sorted({use.kind.home for use in uses}):
        mine = [use for use in uses if use.kind.home == home]
        yield from rows(rules.PREFECTURE_USE, PREFECTURES.get(home, ELSEWHERE), mine, OFFICE.areas)
    came = [use for use in uses if use.kind.was_used]
    yield from expected_by_hour(came)
    yield from expected_by_class(came)


def rows(table: str, item: str, uses: list[Use], areas: list[Area]) -> Iterator[Place]:
    return (Place(table, item, name, value, records) for name, value, records in measures(uses, areas))


def expected_by_hour(came: list[Use]) -> Iterator[Place]:
    for label, areas in [*((label, [area]) for label, area in AREAS.items()), (ALL, OFFICE.areas)]:
        known = {area.id for area in areas}
        for hour, quarters in open_hours(OFFICE):
            inside = [u for u in came if u.kind.area in known and set(range(u.start, u.end)) & set(quarters)]
            whole = sum(seats_of(area) for area in areas) * len(quarters) * len(TWO_DAYS)
            yield Place(rules.HOURS, label, f"{hour}時台", percent(taken(inside, quarters), whole), ids(inside))


def expected_by_class(came: list[Use]) -> Iterator[Place]:
    whole = sum(seats_of(area) for area in OFFICE.areas) * OPEN_QUARTERS
    for label, class_id in [*CLASSES.items(), (ALL, "")]:
        for region in [*(each.label for each in programme().reports.regions), ELSEWHERE, ALL]:
            group = [
                use
                for use in came
                if class_id in {"", use.kind.member_class} and region in {ALL, region_of(use.kind.home, programme())}
            ]
            visitors = sum(use.kind.party for use in group)
            yield Place(rules.CLASSES_VISITORS, label, region, visitors, ids(group))
            yield Place(rules.CLASSES_RATE, label, region, percent(taken(group), whole), ids(group))


def test_one_pass_counts_what_a_search_for_each_figure_finds() -> None:
    uses = many_uses(random.Random(20261121))  # noqa: S311 invented data
    found = {
        each[:3]: (each.value, list(each.records))
        for each in figures_of(an_activity(*uses), programme())
        if each.table in TABLES and (each.table, each.item) not in NOT_OF_BOOKINGS
    }

    assert found == {each[:3]: (each.value, each.records) for each in expected(uses)}


def test_a_stream_of_bookings_gives_the_same_figures() -> None:
    uses = many_uses(random.Random(7))  # noqa: S311 invented data
    streamed = an_activity()
    object.__setattr__(streamed, "uses", iter(uses))

    assert list(figures_of(streamed, programme())) == list(figures_of(an_activity(*uses), programme()))
