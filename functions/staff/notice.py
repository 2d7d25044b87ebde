"""The notice on personal data that each person accepts before anything else opens."""

from madoguchi.content.markdown import to_html
from madoguchi.programme.definition import programme
from madoguchi.staff import store, usecases
from madoguchi.staff.rules import NotAcceptedError, NoticeChangedError, StaffMember
from madoguchi.web.answers import Answer, Page, Redirect, safe_path
from madoguchi.web.visits import Visit
from staff.counter_app import app

TITLE = "個人情報の取扱い"


@app.page("GET", "/notice")
def see_notice(visit: Visit[StaffMember]) -> Answer:
    """Show the notice, and whether and when the person accepted it."""
    return _notice(visit, onward=safe_path(visit.query.get("next")))


@app.page("POST", "/notice")
def accept(visit: Visit[StaffMember]) -> Answer:
    """Note that the person accepts it, then lead on."""
    form, onward = visit.form, safe_path(visit.form.get("next"))
    if form.get("accept") != "yes":
        return _notice(visit, onward=onward, errors=[("accept", NotAcceptedError.message)])
    try:
        usecases.accept_notice(form.get("version"), by=visit.member(), source=visit.source, now=visit.now)
    except NoticeChangedError as refusal:
        return _notice(visit, onward=onward, errors=[("accept", refusal.message)], status=409)
    return Redirect(onward)


def _notice(
    visit: Visit[StaffMember], *, onward: str, errors: list[tuple[str, str]] | None = None, status: int = 200
) -> Page:
    notice, staff = programme().staff_notice, visit.member()
    newest = next(iter(store.acceptances(staff.staff_id)), None)
    facts = {
        "version": notice.version,
        "text": to_html(notice.text),
        "accepted": newest if staff.has_accepted else None,
        "before": None if staff.has_accepted else newest,
        "next": onward,
    }
    return Page("staff/notice.html", TITLE, facts, errors=errors or [], status=status)
