"""The audit log: who did what to which record, and why."""

from itertools import islice

from madoguchi.audit import store
from madoguchi.japan.eras import era_month
from madoguchi.japan.time import Month, tokyo_day
from madoguchi.staff import store as accounts
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page
from madoguchi.web.visits import Visit
from staff.counter_app import app

MOST_SHOWN = 200


@app.page("GET", "/audit")
def see_log(visit: Visit[StaffMember]) -> Answer:
    """Show a month's newest entries, newest first; without a month, this one's."""
    this = Month.of(tokyo_day(visit.now))
    try:
        month = Month.parse(visit.query.get("month"))
    except ValueError:
        month = this
    entries = list(islice(store.entries(month, most=MOST_SHOWN), MOST_SHOWN))
    facts = {
        "month": month,
        "month_name": era_month(month),
        "is_latest": month >= this,
        "entries": entries,
        "names": accounts.names_of({entry.actor for entry in entries}),
        "most": MOST_SHOWN,
    }
    return Page("audit/log.html", "操作の記録", facts)
