"""The tables about people: they follow what each definition asks and counts."""

from datetime import date

import pytest

from madoguchi.japan.time import Month
from madoguchi.programme.definition import Programme
from madoguchi.reports import people, rules
from madoguchi.reports.activity import Activity, Joiner, Move
from madoguchi.reports.figures import Figure
from madoguchi.reports.rules import figures_of
from tests.support.programmes import the_programme

MARCH = Month(2027, 3)


def counted(activity: Activity, programme: Programme, table: str) -> dict[tuple[str, str], Figure]:
    """The figures of one table by item and group."""
    return {(each.item, each.group): each for each in figures_of(activity, programme) if each.table == table}


def an_activity(
    *joiners: Joiner, moves: tuple[Move, ...] = (), earlier: dict[Month, dict[str, float]] | None = None
) -> Activity:
    return Activity(MARCH, (), (), joiners, (), (), moves, earlier or {})


@pytest.mark.meets("C-001")
def test_the_tokyo_area_is_the_four_prefectures_of_the_specification() -> None:
    programme = the_programme("cross-sendai")
    (tokyo,) = [each for each in programme.reports.regions if each.label == "東京圏"]
    assert sorted(tokyo.prefectures) == ["11", "12", "13", "14"]

    joiners = [Joiner(f"m{code}", "general", code) for code in ("11", "12", "13", "14", "04")]
    table = counted(an_activity(*joiners), programme, people.BY_REGION)
    assert table["東京圏", ""].records == ("m11", "m12", "m13", "m14")


@pytest.mark.meets("C-002")
def test_the_share_of_the_people_aimed_at_is_reported() -> None:
    programme = the_programme("cross-sendai")
    target = programme.reports.target
    assert target
    inside = {field: values[0] for field, values in target.when.items()}
    outside = [inside | {field: "somewhere-else"} for field in target.when]
    joiners = [Joiner("in", "general", "13", inside)]
    joiners += [Joiner(f"out-{number}", "general", "13", facts) for number, facts in enumerate(outside)]

    table = counted(an_activity(*joiners), programme, people.IN_TARGET)

    assert table[target.label, "対象者"].records == ("in",)
    assert table[target.label, "新規登録"].value == len(joiners)
    assert table[target.label, "割合"].value == pytest.approx(100 / len(joiners), abs=0.06)


@pytest.mark.parametrize("programme_id", ["tsunagaru", "telework-office"])
def test_registrations_are_counted_by_where_they_came_from(programme_id: str) -> None:
    programme = the_programme(programme_id)
    source = programme.members.sources[0]
    table = counted(
        an_activity(
            Joiner("m1", "x", "", source=source.id), Joiner("m2", "x", ""), Joiner("m3", "x", "", source="old")
        ),
        programme,
        people.BY_SOURCE,
    )
    assert table[source.label, ""].records == ("m1",)
    assert table[people.UNKNOWN, ""].records == ("m2", "m3")


def test_a_choice_of_several_counts_a_person_once_for_each() -> None:
    programme = the_programme("konan-jinzai")
    field = next(each for each in programme.registration.counted if each.kind == "checkboxes")
    first, second, *_ = field.options
    joiner = Joiner("m1", "x", "", {field.id: f"{first.value},{second.value}"})

    table = counted(an_activity(joiner, Joiner("m2", "x", "")), programme, people.BY_ANSWER.format(label=field.label))

    assert table[first.label, ""].records == table[second.label, ""].records == ("m1",)
    assert table[people.UNKNOWN, ""].records == ("m2",)


@pytest.mark.meets("D-011")
def test_members_and_organisations_are_counted_by_sector() -> None:
    programme = the_programme("konan-jinzai")
    sector = programme.registration.fields["sector"]
    assert {"industry", "government", "academia", "finance", "labour", "media", "profession", "other"} <= {
        option.value for option in sector.options
    }
    forms = [form.id for form in programme.registration.forms if form.field("sector")]
    assert {programme.registration.form(form).subject for form in forms} == {"person", "organisation"}

    joiners = [Joiner(option.value, "x", "", {"sector": option.value}) for option in sector.options]
    table = counted(an_activity(*joiners), programme, people.BY_ANSWER.format(label=sector.label))
    assert {item: figure.records for (item, _), figure in table.items() if figure.records} == {
        option.label: (option.value,) for option in sector.options
    }


@pytest.mark.meets("D-012")
def test_moves_between_stages_are_counted_from_each_to_each() -> None:
    programme = the_programme("konan-jinzai")
    first, second, third, *_ = programme.members.stages
    moves = (Move("m1", first.id, second.id), Move("m2", first.id, second.id), Move("m1", second.id, third.id))

    table = counted(an_activity(moves=moves), programme, people.STAGE_MOVES)

    assert table[first.label, second.label].records == ("m1", "m2")
    assert table[second.label, third.label].records == ("m1",)
    assert table[first.label, third.label].value == 0


def test_a_programme_without_an_office_has_no_figures_of_one() -> None:
    programme = the_programme("konan-jinzai")
    assert not programme.module_on("office")
    tables = {each.table for each in figures_of(an_activity(Joiner("m1", "x", "")), programme)}
    assert not tables & {rules.AREAS, rules.HOURS, rules.CLASSES_RATE, rules.PREFECTURE_USE}
    assert ("開館日数", "") not in counted(an_activity(), programme, rules.OVERVIEW)


def test_totals_are_cut_by_fiscal_year_and_by_contract() -> None:
    programme = the_programme("telework-office")
    earlier = {Month(2026, 4): {"新規登録": 10.0}, Month(2026, 3): {"新規登録": 5.0}}

    table = counted(an_activity(Joiner("m1", "x", ""), earlier=earlier), programme, rules.SO_FAR)

    values = {group.split("（")[0]: figure.value for (item, group), figure in table.items() if item == "新規登録"}
    assert values == {"当月": 1, "年度累計": 11, "契約期間累計": 16}
    whole = table["新規登録", f"契約期間累計（{date(2026, 4, 1)}から）"]
    assert whole.records == ("2026-03", "2026-04", "2027-03")
