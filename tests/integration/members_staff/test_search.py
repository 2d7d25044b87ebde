"""Finding members at the console: by number, address, beginning of the name; by filters; never by a scan."""

import pytest

from madoguchi.audit.store import entries
from madoguchi.japan.time import Month
from tests.support.gateway import Browser
from tests.support.people import ANSWERS, months_ago, registered


@pytest.fixture
def people(platform: object) -> None:  # noqa: ARG001
    registered("takahashi", "髙橋 はな", "タカハシ ハナ", consents=("terms", "interview"))
    registered("takada", "高田 一郎", "タカダ イチロウ", at=months_ago(2))
    enrolled = ANSWERS | {"cohort": "enrolled", "cohort_year": "2026", "prefecture": "13"}
    registered("yamasaki", "山﨑 まり", "ヤマサキ マリ", answers=enrolled, source="poster")


def found(browser: Browser, query: str) -> set[str]:
    page = browser.get(f"/members?{query}")
    assert page.status == 200
    return {each for each in ("takahashi", "takada", "yamasaki") if f'/members/{each}"' in page.body}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("高橋", {"takahashi"}),
        ("髙橋はな", {"takahashi"}),
        ("タカハシ", {"takahashi"}),
        ("たか", {"takahashi", "takada"}),
        ("ﾀｶﾀﾞ", {"takada"}),
        ("山崎", {"yamasaki"}),
        ("ＴＡＫＡＤＡ＠example.jp", {"takada"}),
        ("takada@example", set()),
        ("橋", set()),
        ("0000-0000", set()),
    ],
)
def test_people_are_found_by_what_staff_would_type(desk: Browser, typed: str, expected: set[str]) -> None:
    assert found(desk, f"q={typed}") == expected


def test_a_number_finds_its_member_in_any_width(desk: Browser) -> None:
    member = registered("takada", "高田 一郎", "タカダ イチロウ")
    wide = member.number.replace("-", "－").translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert found(desk, f"q={member.number}") == found(desk, f"q={wide}") == {"takada"}


@pytest.mark.meets("B-103")
@pytest.mark.usefixtures("people")
def test_those_who_may_be_asked_for_an_interview_are_filtered(desk: Browser) -> None:
    assert found(desk, "find=1&consent=interview") == {"takahashi"}


@pytest.mark.usefixtures("people")
def test_a_cohort_is_filtered_by_its_year(desk: Browser) -> None:
    assert found(desk, "find=1&fact_cohort=enrolled&fact_cohort_year=2026") == {"yamasaki"}
    assert found(desk, "find=1&fact_cohort=completed") == {"takahashi", "takada"}
    assert found(desk, "find=1&fact_cohort=completed&fact_cohort_year=2026") == set()


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"takahashi", "takada", "yamasaki"}),
        ("form_id=group", set()),
        ("source=poster", {"yamasaki"}),
        ("fact_prefecture=13", {"yamasaki"}),
        ("fact_skills=it", {"takahashi", "takada", "yamasaki"}),
        ("since=2026-11-01", {"takahashi", "yamasaki"}),
        ("until=2026-10-31", {"takada"}),
        ("status=merged", set()),
    ],
)
def test_each_filter_leaves_who_fits(desk: Browser, query: str, expected: set[str]) -> None:
    assert found(desk, f"find=1&{query}") == expected


def test_a_day_that_is_none_is_told(desk: Browser) -> None:
    page = desk.get("/members?find=1&since=2026-13-45")
    assert page.status == 422
    assert "登録した日（から）を確かめてください" in page.body


def test_results_come_in_pages_with_their_number(desk: Browser) -> None:
    for index in range(53):
        registered(f"m{index:02}", "田中 実", "タナカ ミノル", number=f"0000-{index:04}")
    first, second = desk.get("/members?find=1"), desk.get("/members?find=1&page=2")
    assert "結果 53人" in first.body
    assert first.body.count('<th scope="row"><a href="/members/') == 50
    assert second.body.count('<th scope="row"><a href="/members/') == 3
    assert "2ページのうち2ページ" in second.body


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("query", ["q=たか", "q=takada@example.jp", "find=1&consent=interview", "find=1"])
def test_no_search_reads_the_whole_table(desk: Browser, operations: list[str], query: str) -> None:
    desk.get("/members?q=0000-0000")
    del operations[:]
    desk.get(f"/members?{query}")
    assert "Query" in operations or "GetItem" in operations
    assert "Scan" not in operations


@pytest.mark.usefixtures("people")
def test_every_search_is_audited_without_what_was_typed(desk: Browser) -> None:
    desk.get("/members?q=たかはし")
    desk.get("/members?find=1&fact_cohort=enrolled")
    searches = [each for each in entries(Month(2026, 11)) if each.action == "search members"]
    assert {each.reason: each.record for each in searches} == {
        "by text": "members/takahashi",
        "by cohort": "members/yamasaki",
    }
    assert "たかはし" not in str(searches)
