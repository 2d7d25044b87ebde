"""Prospects at the console: the list, one prospect, moving on, the list as a workbook."""

from collections.abc import Iterable, Mapping

from madoguchi.japan.time import TOKYO, Month, tokyo_day
from madoguchi.members import store as members
from madoguchi.programme.definition import programme
from madoguchi.prospects import store, usecases
from madoguchi.prospects.rules import (
    BASIS_LABELS,
    HEARING_LABELS,
    STATE_LABELS,
    TEXTS,
    YES_NO,
    InvalidProspectError,
    Prospect,
    ProspectChangedError,
    State,
    read_note,
)
from madoguchi.prospects.usecases import NoPurposeError
from madoguchi.refusals import InvalidError
from madoguchi.spreadsheets import XLSX_TYPE
from madoguchi.staff import store as accounts
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Download, Page, Redirect
from madoguchi.web.visits import Visit, nonce
from staff.counter_app import app
from staff.member_parts import clerk_of

TITLE = "候補者"
PARTS = ("heard_on_year", "heard_on_month", "heard_on_day")
FIELDS = (*TEXTS, "kind", "hearing", "basis", "may_contact", *PARTS)
BADGES = {State.CANDIDATE: "info", State.CONTACTED: "warning", State.REGISTERED: "success", State.DROPPED: "neutral"}
NO_STATE = "次の状態を選んでください。"
DONE = {
    "noted": ("success", "候補者を控えました。"),
    "corrected": ("success", "内容を直しました。"),
    "moved": ("success", "状態を変えました。"),
    "erased": ("success", "控えた情報を消去しました。人数だけが集計に残ります。"),
}


@app.page("GET", "/prospects")
def see_prospects(visit: Visit[StaffMember]) -> Answer:
    """List the prospects, with what became of all of them."""
    return _list(visit)


@app.page("POST", "/prospects/list")
def take_list(visit: Visit[StaffMember]) -> Answer:
    """Hand out the list as a workbook."""
    purpose, staff = visit.form.get("purpose"), visit.member()
    try:
        content = usecases.take_list(purpose, by=clerk_of(visit), author=staff.name, now=visit.now)
    except NoPurposeError as refusal:
        return _list(visit, [("purpose", refusal.message)])
    return Download(f"候補者一覧_{visit.now.astimezone(TOKYO):%Y%m%d}.xlsx", XLSX_TYPE, content)


@app.page("GET", "/prospects/new")
def see_new_form(_visit: Visit[StaffMember]) -> Answer:
    """Show the empty form."""
    return _form("/prospects/new", dict.fromkeys(FIELDS, ""), form_nonce=nonce())


@app.page("POST", "/prospects/new")
def note(visit: Visit[StaffMember]) -> Answer:
    """Put somebody on the list."""
    form_nonce = visit.form.get("nonce")
    try:
        noted = read_note(visit.form.get, usecases.kinds(), tokyo_day(visit.now))
    except InvalidProspectError as refusal:
        return _form("/prospects/new", _typed(visit), refusal.problems, form_nonce=form_nonce)
    prospect_id = usecases.note(noted, nonce=form_nonce, by=clerk_of(visit), now=visit.now)
    return Redirect(f"/prospects/{prospect_id}?done=noted")


@app.page("GET", "/prospects/{prospect_id}")
def see_prospect(visit: Visit[StaffMember], prospect_id: str) -> Answer:
    """Show what is noted of somebody."""
    return _prospect(visit, prospect_id)


@app.page("GET", "/prospects/{prospect_id}/edit")
def see_edit_form(visit: Visit[StaffMember], prospect_id: str) -> Answer:
    """Show the form, filled in."""
    found = usecases.see(prospect_id, by=clerk_of(visit), now=visit.now)
    typed = {field: str(getattr(found.note, field)) for field in (*TEXTS, "kind", "hearing", "basis")}
    day = found.note.heard_on
    typed |= dict(zip(PARTS, (str(day.year), str(day.month), str(day.day)), strict=True))
    typed["may_contact"] = "yes" if found.note.may_contact else "no"
    return _form(f"/prospects/{prospect_id}/edit", typed, revision=found.revision)


@app.page("POST", "/prospects/{prospect_id}/edit")
def correct(visit: Visit[StaffMember], prospect_id: str) -> Answer:
    """Save what was corrected."""
    seen = _seen(visit, prospect_id)
    try:
        noted = read_note(visit.form.get, usecases.kinds(), tokyo_day(visit.now))
    except InvalidProspectError as refusal:
        return _form(f"/prospects/{prospect_id}/edit", _typed(visit), refusal.problems, revision=seen.revision)
    usecases.correct(seen, noted, by=clerk_of(visit), now=visit.now)
    return Redirect(f"/prospects/{prospect_id}?done=corrected")


@app.page("POST", "/prospects/{prospect_id}/state")
def move(visit: Visit[StaffMember], prospect_id: str) -> Answer:
    """Move somebody on."""
    seen, number = _seen(visit, prospect_id), visit.form.get("number")
    try:
        is_kept = usecases.move(seen, _state_of(visit), number, by=clerk_of(visit), now=visit.now)
    except InvalidError as refusal:
        return _prospect(visit, prospect_id, [("state", refusal.message)])
    return Redirect(f"/prospects/{prospect_id}?done=moved" if is_kept else "/prospects?done=erased")


@app.page("POST", "/prospects/{prospect_id}/delete")
def erase(visit: Visit[StaffMember], prospect_id: str) -> Answer:
    """Take somebody off the list."""
    usecases.erase(_seen(visit, prospect_id), by=clerk_of(visit), now=visit.now)
    return Redirect("/prospects?done=erased")


def _seen(visit: Visit[StaffMember], prospect_id: str) -> Prospect:
    """The prospect, if it is as the page showed it."""
    found = store.get(prospect_id, visit.now)
    if visit.form.get("revision") != str(found.revision):
        raise ProspectChangedError
    return found


def _state_of(visit: Visit[StaffMember]) -> State:
    try:
        return State(visit.form.get("state"))
    except ValueError as unknown:
        raise InvalidError(NO_STATE) from unknown


def _typed(visit: Visit[StaffMember]) -> dict[str, str]:
    return {field: visit.form.get(field) for field in FIELDS}


def _list(visit: Visit[StaffMember], errors: Iterable[tuple[str, str]] = ()) -> Page:
    found, today = usecases.see_all(by=clerk_of(visit), now=visit.now), tokyo_day(visit.now)
    year = Month(Month.of(today).fiscal_year, 4)
    moved = store.moves_between(year.first_day, today)
    facts = {
        "found": [(each, usecases.kinds().get(each.note.kind, ""), _badge(each)) for each in found],
        "counts": [(label, moved[state], "人") for state, label in STATE_LABELS.items()],
        "year": year.fiscal_year,
        "typed": visit.form.get("purpose"),
    }
    notice = DONE.get(visit.query.get("done"))
    return Page("prospects/list.html", TITLE, facts, errors=list(errors), notice=notice)


def _prospect(visit: Visit[StaffMember], prospect_id: str, errors: Iterable[tuple[str, str]] = ()) -> Page:
    found = usecases.see(prospect_id, by=clerk_of(visit), now=visit.now)
    note = found.note
    rows = [(label, getattr(note, field)) for field, (label, _, _) in TEXTS.items()]
    rows += [
        ("候補の種類", usecases.kinds().get(note.kind, note.kind)),
        ("だれから聞いたか", HEARING_LABELS[note.hearing]),
        ("控えてよい根拠", BASIS_LABELS[note.basis]),
        ("連絡の可否", YES_NO["yes" if note.may_contact else "no"]),
    ]
    facts = {
        "prospect": found,
        "rows": rows,
        "badge": _badge(found),
        "noted_by": accounts.names_of({found.noted_by}).get(found.noted_by, ""),
        "member_name": members.names_of([found.member_id]).get(found.member_id, "") if found.member_id else "",
        "next_states": [(each.value, STATE_LABELS[each]) for each in found.next_states],
        "months": programme().retention_of("prospects").months,
        "typed": {name: visit.form.get(name) for name in ("state", "number")},
    }
    notice = DONE.get(visit.query.get("done"))
    return Page("prospects/prospect.html", note.name, facts, errors=list(errors), notice=notice)


def _badge(prospect: Prospect) -> tuple[str, str]:
    return BADGES[prospect.state], STATE_LABELS[prospect.state]


def _form(
    action: str,
    typed: Mapping[str, str],
    errors: Iterable[tuple[str, str]] = (),
    *,
    form_nonce: str = "",
    revision: int = 0,
) -> Page:
    options = {
        "kind": list(usecases.kinds().items()),
        "hearing": list(HEARING_LABELS.items()),
        "basis": list(BASIS_LABELS.items()),
        "may_contact": list(YES_NO.items()),
    }
    facts = {"action": action, "typed": typed, "nonce": form_nonce, "revision": revision, "options": options}
    return Page("prospects/form.html", "候補者を控える", facts, errors=list(errors))
