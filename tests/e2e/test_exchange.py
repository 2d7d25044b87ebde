"""A list of members in and out of the deployed stack, in browsers of two people, with each function's own role."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.eyes import look
from tests.support.lists import a_line, a_list
from tests.support.stack import RunningStack
from tests.support.visitor import Clerk

PATIENCE_MS = 120_000
BASIS = "旧システムの登録画面で同意を得ている"


@pytest.mark.meets("A-006")
def test_members_and_events_come_in_as_a_file_and_leave_as_one(
    clerk: Clerk, new_context: Callable[..., BrowserContext], stack: RunningStack, tmp_path: Path
) -> None:
    clerk.sign_in(stack.invite("lists.e2e@example.jp", "取込 花子", "operator"))
    _import(clerk, tmp_path)
    owner = Clerk(new_context().new_page(), stack)
    owner.sign_in(stack.invite("owner.e2e@example.jp", "発注 太郎", "owner"))
    table = _export(clerk, owner, tmp_path).decode("utf-8-sig").splitlines()

    head, *rows = table
    assert head == "登録番号,氏,名,メールアドレス,登録の区分"
    assert "E2E-1,山田,1子,e2e1@example.jp,県外勤務者" in rows
    assert not any("E2E-3" in row for row in rows)
    _events_there_and_back(clerk, tmp_path)


def _import(clerk: Clerk, folder: Path) -> None:
    lines = [a_line(each, 登録番号=f"E2E-{each}", メールアドレス=f"e2e{each}@example.jp") for each in (1, 2)]
    wrong = a_line(3, 登録番号="E2E-3", メールアドレス="e2e3@example.jp", 氏="")
    file = folder / "名簿.csv"
    file.write_bytes(a_list([*lines, wrong]).encode("cp932"))
    clerk.visit("/imports", picture="staff-imports")
    clerk.visit("/imports/new", picture="staff-import-new")
    page = clerk.page
    page.locator("#file").set_input_files(file)
    clerk.press("列の対応へ進む")
    look(page, "staff-import-columns")
    page.locator("#consents").check()
    page.locator("#basis").fill(BASIS)
    clerk.press("誤りがないか確かめる")
    expect(page.get_by_text("確認の結果")).to_be_visible(timeout=PATIENCE_MS)
    assert clerk.reads("氏を入力してください")
    look(page, "staff-import-checked")
    page.locator("#without_errors").check()
    clerk.press("取り込む")
    look(page, "staff-import-running")
    expect(page.get_by_text("取込みが終わりました")).to_be_visible(timeout=PATIENCE_MS)
    look(page, "staff-import-done")


def _export(clerk: Clerk, owner: Clerk, folder: Path) -> bytes:
    page = clerk.page
    clerk.visit("/exports/new", picture="staff-export-new")
    page.locator("#purpose").fill("交流会の案内を郵送するため")
    page.locator("#recipient").fill("運営事務局")
    for name in ("family_name", "given_name", "email"):
        page.locator(f"input[name=columns][value={name}]").check()
    page.locator("input[name=kind][value=csv]").check()
    clerk.press("依頼する")
    look(page, "staff-export-requested")
    address = page.url.removeprefix(clerk.stack.staff_url).partition("?")[0]
    owner.visit(address, picture="staff-export-approval")
    owner.press("承認する")
    owner.visit("/exports", picture="staff-exports")
    take = page.get_by_role("button", name="ファイルを受け取る")
    for _ in range(60):
        clerk.visit(address)
        if take.is_visible():
            break
        page.wait_for_timeout(1000)
    look(page, "staff-export-ready")
    with page.expect_download() as download:
        take.click()
    target = folder / "export.csv"
    download.value.save_as(target)
    assert download.value.suggested_filename.startswith("利用者_")
    return target.read_bytes()


def _events_there_and_back(clerk: Clerk, folder: Path) -> None:
    page = clerk.page
    file = folder / "events.csv"
    file.write_text(
        "イベント名,説明,場所,開始,終了,定員\nファイルの交流会,話します,会議室,2027-02-05 14:00,2027-02-05 16:00,10\n",
        encoding="utf-8-sig",
    )
    clerk.visit("/events/import", picture="staff-event-import")
    page.locator("#file").set_input_files(file)
    clerk.press("公開する")
    assert clerk.reads("ファイルの交流会")
    table = page.request.get(f"{clerk.stack.staff_url}/events/calendar.csv").text()
    assert "ファイルの交流会,話します,会議室,2027-02-05 14:00,2027-02-05 16:00,10,0" in table
    workbook = page.request.get(f"{clerk.stack.staff_url}/events/calendar.xlsx")
    assert workbook.body().startswith(b"PK")
    calendar = page.request.get(f"{clerk.stack.public_url}/events/calendar.ics").text()
    assert "SUMMARY:ファイルの交流会" in calendar
