"""What every page of the console shows and asks first: the menu, and the notice on personal data."""

from typing import Any
from urllib.parse import urlencode

from madoguchi.programme.definition import programme
from madoguchi.staff.rules import StaffMember
from madoguchi.web.access import may, route_of
from madoguchi.web.site import staff_facts
from madoguchi.web.visits import Visit

# In the order in which they are shown. An entry appears where its route is in the access table, its module
# is on and the person's role may open it; the first one is where the person starts.
MENU: tuple[tuple[str, str], ...] = (
    ("/today", "今日の予約"),
    ("/members", "利用者"),
    ("/prospects", "候補者"),
    ("/organisations", "団体・企業"),
    ("/events", "イベント"),
    ("/newsletters", "お知らせ配信"),
    ("/sources", "登録のきっかけ"),
    ("/imports", "取込み"),
    ("/exports", "取り出し"),
    ("/reports", "月次報告"),
    ("/definition", "設定"),
    ("/register-of-data", "個人情報台帳"),
    ("/staff", "担当者"),
    ("/audit", "操作の記録"),
)
NOTICE = "/notice"
# What stays open to somebody who has not accepted the notice.
BEFORE_NOTICE = frozenset({NOTICE, "/sign-in", "/sign-out", "/healthz"})


def menu(staff: StaffMember | None) -> list[tuple[str, str]]:
    """The entries that this person may open; none before the notice is accepted."""
    if staff is None or not staff.has_accepted:
        return []
    return [(path, label) for path, label in MENU if may(staff.role, path) and _is_on(path)]


def _is_on(path: str) -> bool:
    module = route_of("staff", "GET", path).module
    return not module or programme().module_on(module)


def facts_of(visit: Visit[StaffMember]) -> dict[str, Any]:
    """What each page of the console gets besides its own facts."""
    return staff_facts(visit) | {"menu": menu(visit.viewer)}


def detour(visit: Visit[StaffMember]) -> str:
    """Where a person must go before the page asked for opens; '' when nothing is in its way."""
    staff = visit.viewer
    if staff is None or staff.has_accepted or visit.path in BEFORE_NOTICE:
        return ""
    onward = visit.address if visit.method == "GET" else "/"
    return f"{NOTICE}?{urlencode({'next': onward})}"
