"""Events at the console: the list, a new event, who signed up."""

from madoguchi.events import store, usecases
from madoguchi.events.refusals import InvalidEventError
from madoguchi.events.rules import read_draft
from madoguchi.japan.eras import era_month
from madoguchi.japan.time import Month, tokyo_day
from madoguchi.staff.rules import StaffMember
from madoguchi.web.access import may
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit, nonce
from staff.counter_app import app

FIELDS = ("title", "description", "place", "day_year", "day_month", "day_day", "starts", "ends", "capacity")
DONE = {
    "published": ("success", "イベントを公開しました。"),
    "imported": ("success", "ファイルのイベントを公開しました。"),
}


@app.page("GET", "/events")
def see_events(visit: Visit[StaffMember]) -> Answer:
    """Show a month's events; without a month, this one's."""
    try:
        month = Month.parse(visit.query.get("month"))
    except ValueError:
        month = Month.of(tokyo_day(visit.now))
    facts = {
        "month": month,
        "month_name": era_month(month),
        "events": list(store.month_events(month)),
        "upcoming": store.upcoming(visit.now),
        "may_publish": may(visit.role, "/events/new"),
    }
    return Page("staff_events/list.html", "イベント", facts, notice=DONE.get(visit.query.get("done")))


@app.page("GET", "/events/new")
def see_form(_visit: Visit[StaffMember]) -> Answer:
    """Show the empty form of a new event."""
    return _form(dict.fromkeys(FIELDS, ""), nonce())


@app.page("POST", "/events/new")
def publish(visit: Visit[StaffMember]) -> Answer:
    """Publish an event."""
    form_nonce, staff = visit.form.get("nonce"), visit.member()
    try:
        draft = read_draft(visit.form.get, visit.now)
    except InvalidEventError as refusal:
        typed = {field: visit.form.get(field) for field in FIELDS}
        return _form(typed, form_nonce, refusal.problems)
    event = usecases.publish(draft, nonce=form_nonce, by=staff.staff_id, source=visit.source, now=visit.now)
    return Redirect(f"/events/{event.event_id}?done=published")


@app.page("GET", "/events/{event_id}")
def see_sign_ups(visit: Visit[StaffMember], event_id: str) -> Answer:
    """Show an event and who signed up; the view is noted in the audit log."""
    roll = usecases.see_roll(event_id, by=visit.member().staff_id, source=visit.source, now=visit.now)
    facts = {"event": roll.event, "people": roll.people, "taken": len(roll.coming)}
    return Page("staff_events/event.html", roll.event.title, facts, notice=DONE.get(visit.query.get("done")))


def _form(typed: dict[str, str], form_nonce: str, errors: list[tuple[str, str]] | None = None) -> Page:
    facts = {"typed": typed, "nonce": form_nonce}
    return Page("staff_events/new.html", "新しいイベント", facts, errors=errors or [])
