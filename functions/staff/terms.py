"""How many registrations are active and how many have ended; numbers only, nobody's name."""

from madoguchi.members import terms
from madoguchi.programme.definition import programme
from madoguchi.refusals import NotFoundError
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page
from madoguchi.web.visits import Visit
from staff.counter_app import app


@app.page("GET", "/reports/terms")
def see_terms(visit: Visit[StaffMember]) -> Answer:
    """Count the registrations as they stand now; a programme without terms has no such page."""
    members = programme().members
    if members.term is None:
        raise NotFoundError
    facts = {
        "scheme": members.scheme,
        "version": programme().version,
        "standing": terms.standing(visit.now),
        "now": visit.now,
    }
    return Page("reports/terms.html", "登録の期限の状況", facts)
