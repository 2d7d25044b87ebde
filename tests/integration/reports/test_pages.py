"""The report pages and the short-lived links, through the app."""

import html
import re
from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from madoguchi import wiring
from madoguchi.audit import store as audit
from madoguchi.audit.store import Entry
from madoguchi.japan.time import Month
from madoguchi.settings import settings
from madoguchi.web.access import Role
from monthly_rollup.handler import handler
from staff import reports
from staff.counter_app import app
from tests.support.gateway import Browser
from tests.support.office import tokyo
from tests.support.staff import signed_in

NOW = tokyo(date(2026, 11, 24), 9)
PAGES = (reports,)


@pytest.fixture
def manager(october: object) -> Browser:  # noqa: ARG001 it needs the bookings
    """A manager on 24 November, when October is frozen."""
    wiring.use(clock=lambda: NOW)
    handler({}, None)
    return signed_in(app, Role.MANAGER, now=NOW)


def downloads() -> list[Entry]:
    return [entry for entry in audit.entries(Month(2026, 11)) if entry.action == "download report"]


def test_the_list_leads_to_the_figures(manager: Browser) -> None:
    assert 'href="/reports/2026-10"' in manager.get("/reports").body

    page = manager.get("/reports/2026-10").body

    for text in (
        "令和8年10月の利用状況",
        "開館日数",
        "席種別・時間帯別の稼働率（単位：%）",
        "17時台",
        "東京圏",
        "移住相談会",
    ):
        assert text in page


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_a_download_is_noted_and_leads_to_a_link_that_lives_a_minute(manager: Browser, kind: str) -> None:
    answer = manager.submit("/reports/2026-10", f"/reports/2026-10/{kind}", {"reason": " 委託者へ提出するため "})

    assert answer.status == 200
    links = re.findall(r'(?:href="|url=)(https://[^"]+)"', answer.body)
    assert len(set(links)) == 1
    link = urlsplit(html.unescape(links[0]))
    query = parse_qs(link.query)
    assert unquote(link.path).endswith(f"reports/2026-10/r1/figures.{kind}")
    assert settings().reports_bucket in links[0]
    assert query["X-Amz-Expires"] == ["60"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    (disposition,) = query["response-content-disposition"]
    assert unquote(disposition) == f"attachment; filename*=UTF-8''利用状況月次報告_2026-10_第1版.{kind}"
    (entry,) = downloads()
    assert (entry.actor, entry.action, entry.record, entry.reason, entry.source) == (
        "sub-manager",
        "download report",
        f"reports/2026-10/r1/{kind}",
        "委託者へ提出するため",
        "192.0.2.1",
    )


@pytest.mark.parametrize("reason", ["", "　 ", "あ" * 201])
def test_without_a_reason_nothing_is_handed_out_and_nothing_noted(manager: Browser, reason: str) -> None:
    answer = manager.submit("/reports/2026-10", "/reports/2026-10/csv", {"reason": reason})

    assert answer.status == 422
    assert "取り出す目的を入力してください" in answer.body
    assert "X-Amz-Signature" not in answer.body
    assert downloads() == []


@pytest.mark.parametrize("path", ["/reports/2026-09/csv", "/reports/nonsense/csv", "/reports/2026-10/pdf"])
def test_what_was_not_frozen_is_not_found(manager: Browser, path: str) -> None:
    answer = manager.submit("/reports/2026-10", path, {"reason": "確認"})

    assert answer.status == 404
    assert downloads() == []


def test_the_desk_sees_figures_and_takes_no_files(manager: Browser) -> None:  # noqa: ARG001
    desk = signed_in(app, Role.DESK, now=NOW)

    assert "Excelを取り出す" not in desk.get("/reports/2026-10").body
    assert desk.submit("/reports/2026-10", "/reports/2026-10/csv", {"reason": "確認"}).status == 403
    assert downloads() == []
