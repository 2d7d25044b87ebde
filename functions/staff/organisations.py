"""Organisations at the console: the list, and one of them with its representatives."""

from madoguchi.audit.store import Entry, record
from madoguchi.members import store as members
from madoguchi.organisations import usecases
from madoguchi.programme.definition import programme
from madoguchi.refusals import NotFoundError
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page
from madoguchi.web.visits import Visit
from staff.counter_app import app


@app.page("GET", "/organisations")
def see_organisations(visit: Visit[StaffMember]) -> Answer:
    """Every organisation, perhaps only those of one kind."""
    kinds = [form for form in programme().registration.forms if form.subject == "organisation"]
    wanted = visit.query.get("kind")
    found = [each for each in usecases.every_organisation() if wanted in {"", each.form.id}]
    _note(visit, "see organisations", "organisations")
    rows = [
        (each.member_id, usecases.title_of(each), each.form.label, each.number, each.name, each.registered_at)
        for each in found
    ]
    facts = {"rows": rows, "kinds": [(form.id, form.label) for form in kinds], "kind": wanted}
    return Page("organisations/list.html", "団体・企業", facts)


@app.page("GET", "/organisations/{organisation_id}")
def see_organisation(visit: Visit[StaffMember], organisation_id: str) -> Answer:
    """What an organisation registered, and who represents it."""
    organisation = members.get(organisation_id)
    if not usecases.is_organisation(organisation):
        raise NotFoundError
    _note(visit, "see organisation", f"members/{organisation_id}")
    facts = {
        "title": usecases.title_of(organisation),
        "organisation": organisation,
        "rows": usecases.answers_of(organisation),
        "people": usecases.representatives(organisation),
    }
    return Page("organisations/view.html", "団体・企業の登録内容", facts)


def _note(visit: Visit[StaffMember], action: str, what: str) -> None:
    record(Entry(visit.now, visit.member().staff_id, action, what, visit.source))
