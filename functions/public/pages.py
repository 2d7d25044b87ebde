"""The front page and the pages about the site itself."""

from typing import Any

from madoguchi.events import store as events
from madoguchi.japan.time import tokyo_day
from madoguchi.members.rules import Member
from madoguchi.office.outlook import next_days
from madoguchi.programme.definition import programme
from madoguchi.settings import settings
from madoguchi.web.answers import Answer, Page, Text
from madoguchi.web.visits import Visit
from public.counter_app import app

DAYS_ON_FRONT_PAGE = 4
EVENTS_ON_FRONT_PAGE = 3
CACHE_SECONDS = 60


@app.page("GET", "/")
def see_front_page(visit: Visit[Member]) -> Answer:
    """Show what the programme is, how to take part, and what comes next: vacancies and events."""
    now = programme()
    facts = {
        "about": now.site,
        "texts": {name: now.pages.get(name, "").splitlines() for name in ("about", "join")},
        "forms": now.registration.forms,
        "next_days": _next_days(visit) if now.module_on("office") else [],
        "events": events.upcoming(visit.now, EVENTS_ON_FRONT_PAGE) if now.module_on("events") else [],
    }
    return Page("home.html", "トップページ", facts, cache_seconds=CACHE_SECONDS)


@app.page("GET", "/healthz")
def see_that_it_answers(_visit: Visit[Member]) -> Answer:
    """Answer without touching any table."""
    return Text(f"ok {settings().stack}")


@app.page("GET", "/accessibility")
def read_accessibility_policy(_visit: Visit[Member]) -> Answer:
    """Show the accessibility policy (JIS X 8341-3:2016, 附属書 JA.1)."""
    return Page("accessibility.html", "アクセシビリティ", cache_seconds=CACHE_SECONDS)


def _next_days(visit: Visit[Member]) -> list[Any]:
    return next_days(tokyo_day(visit.now), at=visit.now, most=DAYS_ON_FRONT_PAGE)
