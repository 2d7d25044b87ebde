"""What leaves one stack as files comes into an empty one equal, through the pages of the console, as documented."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from madoguchi.events import files
from madoguchi.exchange import columns, salesforce
from madoguchi.members import store
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.storage import transaction
from tests.integration.exchange.test_exporting import add, essence, made, the_file
from tests.support.gateway import Browser
from tests.support.lists import Importer
from tests.support.members import NOW, a_member

FORM = programme().registration.usual
FIELD_MAP = Path(__file__).resolve().parents[3] / "docs" / "field-map.md"
EVERYTHING: dict[str, str | list[str]] = {"columns": [each.key for each in columns.columns_of(FORM)]}


def the_members(*numbers: str) -> dict[str, Member]:
    found = {number: store.of_number(number) for number in numbers}
    return {number: store.get(member_id) for number, member_id in found.items() if member_id}


@pytest.mark.meets("A-006", "C-015")
def test_members_leave_one_stack_and_come_into_an_empty_one_equal(
    importer: Importer, operator: Browser, owner: Browser
) -> None:
    answers = {"affiliation": "sole", "home_prefecture": "35", "work_prefecture": "34", "aim": "relocation"}
    another = replace(
        a_member("b", class_id="migrant", email="jiro@example.jp"),
        number="0000-0001",
        family_name='髙橋, "次',
        given_name="-郎",
        answers=answers,
        registered_at=NOW - timedelta(days=120),
        source="flyer",
    )
    add(replace(a_member(), form_id=FORM.id), replace(another, form_id=FORM.id))
    numbers = ("1234-5678", "0000-0001")
    before = the_members(*numbers)
    file = the_file(made(operator, owner, **EVERYTHING).rpartition("/")[2])
    for member in before.values():
        with transaction() as t:
            store.remove(t, member)
    assert the_members(*numbers) == {}

    importer.take_over(file)

    after = the_members(*numbers)
    assert {number: essence(after[number]) for number in numbers} == {
        number: essence(before[number]) for number in numbers
    }


@pytest.mark.meets("A-006", "C-015")
def test_the_field_map_names_every_column_of_every_format() -> None:
    documented = FIELD_MAP.read_text(encoding="utf-8")
    fixed = [each.name for each in columns.columns_of(FORM) if each.key.startswith("-") and "consent" not in each.key]
    names = [
        *fixed,
        *files.COLUMNS.values(),
        *(name for _, lead, contact in salesforce.FIELDS for name in (lead, contact)),
    ]

    assert [name for name in names if name not in documented] == []
    assert all(each in documented for each in ("./madoguchi export", "UTF-8", "Shift_JIS", "XLSX", ".ics"))
