"""The privacy notice, derived from the definition of the day."""

from madoguchi.handover.retention import PASSING, Plan
from madoguchi.japan.time import tokyo_day
from madoguchi.members.rules import Member
from madoguchi.programme.data_register import kept
from madoguchi.programme.definition import programme
from madoguchi.web.answers import Answer, Page
from madoguchi.web.visits import Visit
from public.counter_app import app

CACHE_SECONDS = 60


@app.page("GET", "/privacy")
def read_privacy_notice(visit: Visit[Member]) -> Answer:
    """Show what is asked, for what, who sees it and for how long: derived from the definition of the day."""
    now = programme()
    facts = {
        "forms": now.registration.forms,
        "periods": {each.id: kept(each) for each in now.retention},
        "kept": _kept(Plan.of(now, tokyo_day(visit.now))),
        "processors": now.processors,
        "contract": now.contract,
        "holds_from": now.holds_from,
        "version": now.version,
    }
    return Page("privacy.html", "プライバシー", facts, cache_seconds=CACHE_SECONDS)


def _kept(plan: Plan) -> list[tuple[str, str, str]]:
    """What becomes of each kind of data when somebody leaves, and why: what the page of leaving says, for any day."""
    chosen = [(each.label, kept(each), each.why) for each in (*plan.erased, *plan.kept, *plan.counted)]
    return chosen + [(label, f"退会から{days}日以内に消去", why) for label, days, why in PASSING]
