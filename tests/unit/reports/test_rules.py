from datetime import UTC, date, datetime

import msgspec
import pytest

from madoguchi.japan.time import Month
from madoguchi.programme.definition import Region, programme
from madoguchi.reports import people, rules
from madoguchi.reports.activity import Activity, Gathering, Joiner, Mailing
from madoguchi.reports.counting import ALL, ELSEWHERE
from madoguchi.reports.figures import Figure, percent
from madoguchi.reports.rules import figures_of, month_due
from tests.support.reports import a_use, an_activity


def figure(activity: Activity, table: str, item: str, group: str = "") -> Figure:
    """The one figure at that place."""
    wanted = (table, item, group)
    (found,) = [each for each in figures_of(activity, programme()) if each[:3] == wanted]
    return found


def test_visitors_are_counted_gross_by_party_and_unique_by_member() -> None:
    activity = an_activity(
        a_use("b1", member="m1", party=3, area="meeting"),
        a_use("b2", member="m1"),
        a_use("b3", member="m2"),
        a_use("b4", member="m3", state="forgotten"),
        a_use("b5", member="m4", state="cancelled"),
    )

    gross = figure(activity, rules.OVERVIEW, "利用者（延べ）")
    unique = figure(activity, rules.OVERVIEW, "利用者（実人数）")

    assert (gross.value, gross.unit, gross.records) == (5, "人", ("b1", "b2", "b3"))
    assert (unique.value, unique.records) == (2, ("m1", "m2"))
    assert figure(activity, rules.OVERVIEW, "予約").value == 5
    assert figure(activity, rules.OVERVIEW, "うち取消し").records == ("b5",)


def test_the_use_rate_of_an_area_is_used_time_over_seats_times_open_time() -> None:
    # 8 seats x 35 quarter-hours x 2 days = 560; one desk for 7 hours is 28.
    activity = an_activity(a_use("b1", start="09:00", end="16:00"), a_use("b2", state="forgotten"))

    rate = figure(activity, rules.AREAS, "パーソナルデスク", "稼働率")

    assert (rate.value, rate.unit, rate.records) == (5.0, "%", ("b1",))


def test_a_room_booked_as_a_whole_counts_with_all_its_seats() -> None:
    # 4 seats x 35 x 2 = 280; the room for 3.5 hours is 14 x 4 = 56.
    activity = an_activity(a_use("b1", area="meeting", start="09:00", end="12:30", party=2))

    assert figure(activity, rules.AREAS, "会議室", "稼働率").value == 20.0
    assert figure(activity, rules.AREAS, "会議室", "延べ利用時間").value == 14.0


def test_the_use_rate_by_hour_knows_that_the_first_and_last_hour_are_short() -> None:
    activity = an_activity(
        a_use("b1", area="booth", start="08:30", end="09:30"), a_use("b2", area="booth", start="17:00", end="17:15")
    )

    by_hour = {hour: figure(activity, rules.HOURS, "Web会議用ブース", f"{hour}時台") for hour in (8, 9, 10, 17)}

    assert by_hour[8].value == 25.0  # 2 of 2 seats x 2 quarter-hours x 2 days
    assert by_hour[9].value == 12.5  # 2 of 2 x 4 x 2
    assert by_hour[10].value == 0
    assert (by_hour[17].value, by_hour[17].records) == (25.0, ("b2",))  # 1 of 2 x 1 x 2


@pytest.mark.meets("B-092")
def test_use_is_reported_by_groups_of_prefectures_which_the_definition_may_change() -> None:
    joiners = (Joiner("m1", "outside", "13"), Joiner("m2", "inside", "34"), Joiner("m3", "outside", "01"))
    activity = an_activity(
        a_use("b1", home="13", member_class="outside"),
        a_use("b2", home="27", member_class="outside"),
        a_use("b3", home="34", member_class="outside"),
        a_use("b4", home="35"),
        a_use("b5", home="01"),
        joiners=joiners,
    )

    def visitors(region: str) -> tuple[str, ...]:
        return figure(activity, rules.CLASSES_VISITORS, ALL, region).records

    assert [visitors(each) for each in ("東京圏", "関西圏", "隣県", "県内", ELSEWHERE)] == [
        ("b1",), ("b2",), ("b3",), ("b4",), ("b5",)
    ]  # fmt: skip
    assert figure(activity, people.BY_REGION, "隣県").records == ("m2",)
    assert figure(activity, rules.CLASSES_VISITORS, "県外勤務者", "東京圏").value == 1
    edited = msgspec.structs.replace(
        programme(), reports=msgspec.structs.replace(programme().reports, regions=[Region("north", "北海道", ["01"])])
    )
    changed = {each[:3]: each.value for each in figures_of(activity, edited)}
    assert changed[rules.CLASSES_VISITORS, ALL, "北海道"] == 1
    assert changed[rules.CLASSES_VISITORS, ALL, ELSEWHERE] == 4


def test_class_and_region_rates_add_up_to_the_whole() -> None:
    activity = an_activity(
        a_use("b1", home="13", member_class="outside", area="open", end="17:00"),
        a_use("b2", home="35", member_class="inside", area="open", end="17:00"),
    )

    whole = figure(activity, rules.CLASSES_RATE, ALL, ALL)
    part = figure(activity, rules.CLASSES_RATE, "県外勤務者", "東京圏")

    # 64 of 42 seats x 35 x 2 = 2,940, and half of it.
    assert (whole.value, part.value) == (2.2, 1.1)
    assert figure(activity, rules.PREFECTURE_USE, "東京都", "利用者（延べ）").records == ("b1",)


def test_events_and_newsletters_stand_in_the_report_with_their_counts() -> None:
    activity = an_activity(
        gatherings=(Gathering("e1", "移住相談会", date(2026, 10, 24), 20, ("s1", "s2")),),
        mailings=(Mailing("n1", "10月のお知らせ", 30, 28),),
    )

    assert figure(activity, rules.EVENTS, "2026-10-24 移住相談会", "定員").value == 20
    assert figure(activity, rules.EVENTS, "2026-10-24 移住相談会", "申込み").records == ("s1", "s2")
    assert figure(activity, rules.OVERVIEW, "イベントの申込み").value == 2
    assert figure(activity, rules.NEWSLETTERS, "10月のお知らせ", "送信").value == 28
    assert figure(activity, rules.OVERVIEW, "お知らせの送信").value == 28


def test_a_month_in_which_nothing_happened_has_figures_of_zero() -> None:
    assert {each.value for each in figures_of(an_activity(), programme()) if each.item != "開館日数"} == {0}


@pytest.mark.parametrize(
    ("part", "whole", "rate"), [(1, 8, 12.5), (1, 3, 33.3), (2, 3, 66.7), (1, 2000, 0.1), (0, 0, 0.0)]
)
def test_rates_have_one_decimal_with_halves_rounded_up(part: int, whole: int, rate: float) -> None:
    assert percent(part, whole) == rate


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 1, 14, 59, tzinfo=UTC), None),  # Sunday 1 November, 23:59 in Tokyo
        (datetime(2026, 11, 1, 15, 0, tzinfo=UTC), Month(2026, 10)),  # Monday the 2nd, midnight
        (datetime(2026, 11, 20, 0, 0, tzinfo=UTC), Month(2026, 10)),  # missed ticks are made up for
        (datetime(2026, 4, 1, 3, 0, tzinfo=UTC), None),  # March lies before the contract
        (datetime(2027, 4, 1, 3, 0, tzinfo=UTC), Month(2027, 3)),  # the contract's last month
        (datetime(2027, 5, 6, 3, 0, tzinfo=UTC), None),  # April lies after it
    ],
)
def test_last_month_is_due_from_the_first_working_day_in_tokyo(now: datetime, due: Month | None) -> None:
    assert month_due(now, programme().contract) == due
