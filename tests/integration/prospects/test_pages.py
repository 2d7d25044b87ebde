"""Prospects at the console: noted with a lawful basis, moved on, counted, handed out as a workbook, erased."""

import base64
import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from madoguchi.audit.store import entries
from madoguchi.handover import erasure
from madoguchi.japan.time import Month
from madoguchi.members import withdrawal
from madoguchi.members.withdrawal import Wish
from madoguchi.programme.definition import Programme
from madoguchi.prospects import store
from madoguchi.web.access import Role
from staff.counter_app import app
from tests.support.gateway import Browser, gateway_event
from tests.support.members import NOW
from tests.support.people import registered
from tests.support.staff import signed_in

NOTE = {
    "name": "青木 はじめ",
    "organisation": "湖あい高等学校",
    "kind": "coordinator",
    "hearing": "school",
    "heard_on_year": "2026",
    "heard_on_month": "11",
    "heard_on_day": "2",
    "summary": "地域の活動を広げたいと先生から聞いた",
    "skills": "話合いの進行",
    "qualities": "粘り強い",
    "experience": "防災訓練の企画",
    "basis": "introduced",
    "may_contact": "yes",
    "contact": "053-000-0002",
}


def noted(browser: Browser, **changed: str) -> str:
    done = browser.submit("/prospects/new", "/prospects/new", NOTE | changed)
    assert done.status == 303, re.findall(r"field__error[^<]*<?[^<]*", done.body)
    return str(done.location).partition("?")[0]


def move(browser: Browser, page: str, **form: str) -> Any:  # noqa: ANN401 an answer of the app
    revision = re.search(r'name="revision" value="(\d+)"', browser.get(page).body)
    assert revision
    return browser.submit(page, f"{page}/state", {"revision": revision[1], **form})


def count_of(label: str, page: str) -> str:
    found = re.search(rf'tiles__label">{label}</dt>\s*<dd class="tiles__value">(\d+)', page)
    assert found
    return found[1]


@pytest.mark.meets("D-037")
def test_a_prospect_is_contacted_and_registers_and_all_is_counted(manager: Browser) -> None:
    page = noted(manager)
    assert move(manager, page, state="contacted").status == 303
    member = registered("aoki", "青木 はじめ", "アオキ ハジメ")
    assert move(manager, page, state="registered", number=member.number).status == 303
    noted(manager, name="別の 候補")

    listed = manager.get("/prospects").body
    assert [count_of(label, listed) for label in ("候補", "連絡済み", "登録済み", "見送り")] == ["2", "1", "1", "0"]
    assert f'href="/members/{member.member_id}"' in manager.get(page).body


@pytest.mark.meets("D-046")
def test_nobody_is_contacted_without_permission_nor_kept_without_a_basis(manager: Browser) -> None:
    refused = manager.submit("/prospects/new", "/prospects/new", NOTE | {"may_contact": "no", "basis": ""})
    assert refused.status == 422
    assert "控えてよい根拠を選んでください" in refused.body
    assert "連絡してはいけない方の連絡先は控えられません" in refused.body
    assert store.prospects(NOW) == []

    page = noted(manager, may_contact="no", contact="")
    shown = manager.get(page).body
    assert "連絡してはいけない" in shown
    assert "紹介した人が、本人の了解を得ている" in shown
    barred = move(manager, page, state="contacted")
    assert barred.status == 422
    assert "連絡してよいと確かめていない方には、連絡できません" in barred.body


@pytest.mark.meets("D-062")
def test_candidates_for_coordinator_leave_as_a_workbook_for_a_purpose(manager: Browser) -> None:
    noted(manager)
    without = manager.submit("/prospects", "/prospects/list", {"purpose": " "})
    assert without.status == 422

    token = re.search(r'name="csrf" value="([^"]+)"', manager.get("/prospects").body)
    assert token
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "cookie": "; ".join(f"{name}={value}" for name, value in manager.cookies.items()),
    }
    body = f"csrf={token[1]}&purpose=%E8%A1%A8%E5%BD%B0"
    answer = app(gateway_event("POST", "/prospects/list", headers=headers, body=body), None)
    sheet = load_workbook(io.BytesIO(base64.b64decode(answer["body"])))["データ"]
    header, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    listed = dict(zip(header, row, strict=True))

    assert listed["氏名・団体名"] == "青木 はじめ"
    assert listed["資質・人柄"] == "粘り強い"
    assert listed["経験・経歴"] == "防災訓練の企画"
    assert listed["候補の種類"] == "中間支援コーディネーターの候補"
    (entry,) = (each for each in entries(Month(2026, 11)) if each.action == "download prospects")
    assert (entry.record, entry.reason) == ("prospects", "表彰")


def test_who_is_dropped_is_erased_and_stays_a_number(manager: Browser) -> None:
    page = noted(manager)
    gone = move(manager, page, state="dropped")
    assert gone.location == "/prospects?done=erased"
    assert manager.get(page).status == 404
    assert count_of("見送り", manager.get("/prospects").body) == "1"


def test_what_was_noted_goes_with_the_member_who_leaves(manager: Browser) -> None:
    page = noted(manager)
    member = registered("aoki", "青木 はじめ", "アオキ ハジメ")
    move(manager, page, state="registered", number=member.number)
    withdrawal.withdraw("aoki", Wish(by="sub-manager", source="192.0.2.1", reason="phone"), now=NOW)
    erasure.finish_all(NOW)
    assert store.prospects(NOW) == []
    assert manager.get(page).status == 404


def test_what_somebody_else_corrected_is_not_overwritten(manager: Browser) -> None:
    page = noted(manager)
    seen = {"revision": "1"}
    assert manager.submit(page, f"{page}/edit", NOTE | seen | {"organisation": "湖あい大学"}).status == 303
    assert manager.submit(page, f"{page}/edit", NOTE | seen).status == 409
    assert "湖あい大学" in manager.get(page).body


def test_the_same_form_sent_twice_is_one_prospect(manager: Browser) -> None:
    nonce = re.search(r'name="nonce" value="([^"]+)"', manager.get("/prospects/new").body)
    assert nonce
    for _ in range(2):
        manager.submit("/prospects", "/prospects/new", NOTE | {"nonce": nonce[1]})
    assert len(store.prospects(NOW)) == 1


def test_the_desk_sees_no_prospects(platform: Programme) -> None:
    assert platform.module_on("prospects")
    assert signed_in(app, Role.DESK, now=NOW).get("/prospects").status == 403
