"""Data of members leave with a purpose, another person's approval and an entry of each step; and come back equal."""

import io
import re
import string
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from chalice.app import Chalice
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi import wiring
from madoguchi.audit import store as audit
from madoguchi.exchange import columns, exporting
from madoguchi.exchange.export_store import Wish
from madoguchi.exchange.import_lines import Arrangement, Draughtsman, Known
from madoguchi.exchange.import_store import Import, State
from madoguchi.exchange.import_work import Job
from madoguchi.japan.time import Month
from madoguchi.members import store
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import choices
from madoguchi.settings import settings as of_the_stack
from madoguchi.spreadsheets import read_csv, write_csv
from madoguchi.storage import client, transaction
from madoguchi.web.access import Role
from tests.support.gateway import Answered, Browser
from tests.support.lists import Worker
from tests.support.members import NOW, a_member
from tests.support.post_office import Clock
from tests.support.staff import signed_in

FORM = programme().registration.usual
PERSONAL = ["-number", "family_name", "given_name", "email"]
WISH: dict[str, str | list[str]] = {
    "form_id": FORM.id, "purpose": "交流会の案内を郵送するため", "recipient": "運営事務局", "columns": PERSONAL,
    "layout": "own", "kind": "csv",
}  # fmt: skip
STEPS = ["request export", "approve export", "make export", "download export"]


def ask(browser: Browser, **changes: str | list[str]) -> Answered:
    """Ask for data."""
    return browser.submit("/exports/new", "/exports/new", WISH | changes)


def press(browser: Browser, page: str, button: str, **form: str) -> Answered:
    """Press a button on a page, whether or not it is shown."""
    return browser.submit("/exports", f"{page}/{button}", form)


def the_file(export_id: str) -> bytes:
    answer = client("s3").get_object(Bucket=of_the_stack().exchange_bucket, Key=f"exports/{export_id}")
    content: bytes = answer["Body"].read()
    return content


def add(*members: Member) -> None:
    for member in members:
        with transaction() as t:
            store.add(t, member)


def made(operator: Browser, owner: Browser, **changes: str | list[str]) -> str:
    """An export that was approved and made; its page."""
    page = ask(operator, **changes).location.partition("?")[0]
    assert press(owner, page, "approve").status == 303
    Worker().work()
    return page


@pytest.mark.meets("A-065", "A-068")
def test_data_leave_with_a_purpose_and_anothers_approval_and_every_step_is_logged(
    operator: Browser, owner: Browser, clock: Clock
) -> None:
    add(a_member())
    incomplete = ask(operator, purpose="", recipient=" ", columns=[])
    assert incomplete.status == 422
    assert all(each in incomplete.body for each in ("取り出す目的を", "提供先を", "取り出す項目を"))

    page = ask(operator).location.partition("?")[0]
    export_id = page.rpartition("/")[2]
    Worker().work()
    assert press(operator, page, "file").status == 409
    assert press(operator, page, "approve").status == 403
    assert press(owner, page, "approve").status == 303
    Worker().work()
    clock.forward(minutes=1)
    taken = press(operator, page, "file")

    assert (taken.status, "filename" in taken.body) == (200, True)
    assert press(owner, page, "file").status == 403
    assert the_file(export_id).decode("utf-8-sig").splitlines() == [
        "登録番号,氏,名,メールアドレス", "1234-5678,山田,花子,hanako@example.jp",
    ]  # fmt: skip
    entries = [each for each in audit.entries(Month(2026, 11)) if each.record == f"exports/{export_id}"]
    assert sorted(each.action for each in entries) == sorted(STEPS)
    assert {each.action: each.actor for each in entries}["approve export"] == "sub-owner"
    assert all(each.reason == "交流会の案内を郵送するため（提供先：運営事務局）" for each in entries)


def test_nobody_approves_their_own_request_and_a_second_decision_is_refused(manager: Browser, owner: Browser) -> None:
    page = ask(manager).location.partition("?")[0]

    assert "自分の依頼は承認できません" in manager.get(page).body
    assert press(manager, page, "approve").status == 403
    assert press(owner, page, "refuse", reason="").status == 422
    assert press(owner, page, "refuse", reason="目的に要らない項目があります").status == 303
    assert press(owner, page, "approve").status == 409
    assert "目的に要らない項目があります" in manager.get(page).body
    Worker().work()
    assert client("s3").list_objects_v2(Bucket=of_the_stack().exchange_bucket)["KeyCount"] == 0


def test_no_personal_column_is_chosen_beforehand(operator: Browser) -> None:
    page = operator.get("/exports/new").body
    boxes = re.findall(r'name="columns"[^>]*value="([^"]+)"([^>]*)>', page)

    assert {key for key, rest in boxes if "checked" in rest} == {"-number", "-class"}
    assert "メールアドレス（個人情報）" in page


def test_a_file_is_deleted_after_a_day(operator: Browser, owner: Browser, clock: Clock, console: Chalice) -> None:
    page = made(operator, owner)

    clock.forward(hours=24, minutes=1)
    next_day = signed_in(console, Role.OPERATOR, now=wiring.clock())
    assert press(next_day, page, "file").status == 409
    exporting.tidy(wiring.clock())

    assert client("s3").list_objects_v2(Bucket=of_the_stack().exchange_bucket)["KeyCount"] == 0
    assert any(each.action == "delete export" for each in audit.entries(Month(2026, 11)))


def test_a_workbook_holds_names_and_values_and_says_beside_them_what_it_is_for(
    operator: Browser, owner: Browser
) -> None:
    add(a_member())
    page = made(operator, owner, kind="xlsx")

    with ZipFile(io.BytesIO(the_file(page.rpartition("/")[2]))) as book:
        texts = {name: book.read(name).decode() for name in book.namelist()}
    assert 'name="データ"' in texts["xl/workbook.xml"]
    assert 'name="この資料について"' in texts["xl/workbook.xml"]
    assert "交流会の案内を郵送するため" in texts["docProps/core.xml"]
    assert "<mergeCell" not in "".join(texts.values())
    assert "交流会" not in texts["xl/worksheets/sheet1.xml"]
    shown = press(operator, page, "file").body
    assert "利用者_20261121-1200_高橋次郎_交流会の案内を郵送するため.xlsx" in unquote(unquote(shown))


def test_what_shift_jis_does_not_have_is_replaced_and_listed(operator: Browser, owner: Browser) -> None:
    add(replace(a_member(), family_name="𠮷田", given_name="♡子"))
    page = made(operator, owner, kind="cp932")

    assert "〓田,〓子" in the_file(page.rpartition("/")[2]).decode("cp932")
    shown = operator.get(page).body
    assert "𠮷（1か所）" in shown
    assert "♡（1か所）" in shown


def test_only_active_members_of_the_chosen_classes_are_in_it(operator: Browser, owner: Browser) -> None:
    inside = replace(a_member("b", class_id="inside", email="b@example.jp"), number="2")
    gone = replace(a_member("c", email="c@example.jp"), number="3", status="withdrawn")
    early = replace(a_member("d", email="d@example.jp"), number="4", registered_at=NOW - timedelta(days=200))
    add(a_member(), inside, gone, early)

    page = made(operator, owner, classes=["outside"], columns=["-number"])

    assert the_file(page.rpartition("/")[2]).decode("utf-8-sig").split() == ["登録番号", "4", "1234-5678"]


@pytest.mark.parametrize(
    ("layout", "heading"),
    [
        ("lead", "Madoguchi_Number__c,LastName,FirstName,Company,Email"),
        ("contact", "Madoguchi_Number__c,LastName,FirstName,Email"),
    ],
)
def test_salesforce_gets_its_own_names_and_its_file_comes_back(
    operator: Browser, owner: Browser, layout: str, heading: str
) -> None:
    add(a_member())
    refused = ask(operator, layout=layout, columns=["email"])
    assert "氏を選んでください" in refused.body
    page = made(operator, owner, layout=layout)

    table = read_csv(the_file(page.rpartition("/")[2]))
    assert ",".join(table.headers) == heading
    known = columns.recognised(FORM, table.headers)
    assert [known[each] for each in ("Madoguchi_Number__c", "LastName", "FirstName", "Email")] == PERSONAL


def test_a_cell_that_a_spreadsheet_would_compute_is_harmless(operator: Browser, owner: Browser) -> None:
    add(replace(a_member(), family_name='=HYPERLINK("https://example.jp")'))
    page = made(operator, owner)

    assert "\"'=HYPERLINK(" in the_file(page.rpartition("/")[2]).decode("utf-8-sig")


# The round trip: what goes out comes back equal.

SIGNS = st.characters(codec="utf-8", categories=("L", "N", "P", "S"), include_characters=" ー々")
TEXTS = st.text(SIGNS, min_size=1, max_size=20).map(str.strip).filter(bool)
KANA = st.text("アイウエオカキクケコヴー", min_size=1, max_size=10)
LOCAL = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20)


@st.composite
def members(draw: st.DrawFn) -> Member:
    """Any member whom the form accepts."""
    answers: dict[str, Any] = {}
    for field in FORM.fields:
        if options := [value for value, _ in choices(field)]:
            answers[field.id] = draw(st.sampled_from(options))
    number = draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,20}", fullmatch=True))
    return replace(
        a_member(email=f"{draw(LOCAL)}@example.jp"),
        number=number,
        family_name=draw(TEXTS),
        given_name=draw(TEXTS),
        family_kana=draw(KANA),
        given_kana=draw(KANA),
        answers=answers,
        class_id=programme().members.class_of(answers, NOW.date()).id,
        registered_at=NOW - timedelta(seconds=draw(st.integers(0, 10**9))),
        source=draw(st.sampled_from(["", *(each.id for each in programme().members.sources)])),
        form_id=FORM.id,
    )


def there_and_back(member: Member) -> Member:
    """The member who comes of a file in which this one stands, in a stack that knows nobody."""
    offered = [each.key for each in columns.columns_of(FORM)]
    wish = Wish(FORM.id, (), tuple(offered), exporting.OWN, "csv", "移行", "次の受託者")
    file = io.BytesIO()
    write_csv(file, exporting.rows_of(wish, iter([member])))
    table = read_csv(file.getvalue())
    found = columns.recognised(FORM, table.headers)
    arrangement = Arrangement(keys=[found.get(each, "") for each in table.headers], consents=["terms"], basis="移行")
    nobody = Known(lambda _: {}, lambda _: set())
    draughtsman = Draughtsman(FORM, arrangement, nobody, NOW, NOW.date())
    assert list(draughtsman.draw(table)) == [1]
    assert draughtsman.drawn.findings == []
    known = Import("import", State.RUNNING, "名簿.csv", FORM.id, "staff-1", NOW, 1, table.headers, {})
    return Job(known, arrangement, NOW).member(draughtsman.drawn.people[0])


def essence(member: Member) -> dict[str, object]:
    """What the file carries of a member."""
    names = ("number", "name", "kana", "email", "answers", "class_id", "registered_at", "source", "stage", "form_id")
    return {name: getattr(member, name) for name in names}


@given(members())
@settings(max_examples=150, deadline=None)
def test_any_member_comes_back_equal(member: Member) -> None:
    assert essence(there_and_back(member)) == essence(member)
