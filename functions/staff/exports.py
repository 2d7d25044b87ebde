"""Taking data of members out: ask, approve or refuse, download."""

from madoguchi.exchange import columns, export_store, exporting
from madoguchi.exchange.export_store import Export, State, Wish
from madoguchi.exchange.exporting import WishIncompleteError
from madoguchi.programme.definition import programme
from madoguchi.programme.questions import Form
from madoguchi.refusals import NotFoundError
from madoguchi.staff import store as accounts
from madoguchi.staff.rules import StaffMember
from madoguchi.web.access import may
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit, nonce
from staff.counter_app import app

TITLE = "利用者の取り出し"
DONE = {
    "requested": ("success", "依頼しました。責任者か発注者が承認すると、ファイルがつくられます。"),
    "approved": ("success", "承認しました。ファイルをつくっています。"),
    "refused": ("success", "承認しないことを伝えました。"),
}


@app.page("GET", "/exports")
def see_exports(visit: Visit[StaffMember]) -> Answer:
    """List the latest requests."""
    found = export_store.newest()
    facts = {
        "exports": [(each, _state_of(each, visit)) for each in found],
        "names": accounts.names_of({each.by for each in found}),
        "may_ask": may(visit.role, "/exports/new"),
    }
    return Page("exports/list.html", TITLE, facts)


@app.page("GET", "/exports/new")
def see_form(visit: Visit[StaffMember]) -> Answer:
    """Show the form that asks for data; no personal column is chosen beforehand."""
    form = _form(visit.query.get("form_id"))
    plain = tuple(each.key for each in columns.columns_of(form) if each.key in {columns.NUMBER, columns.CLASS})
    return _wish_form(Wish(form.id, (), plain, exporting.OWN, "xlsx", "", ""), nonce())


@app.page("POST", "/exports/new")
def ask(visit: Visit[StaffMember]) -> Answer:
    """Ask for data."""
    posted = visit.form
    wish = Wish(
        _form(posted.get("form_id")).id,
        tuple(posted.all("classes")),
        tuple(posted.all("columns")),
        posted.get("layout"),
        posted.get("kind"),
        posted.get("purpose"),
        posted.get("recipient"),
    )
    form_nonce = posted.get("nonce")
    try:
        export_id = exporting.request(wish, nonce=form_nonce, by=visit.member(), source=visit.source, now=visit.now)
    except WishIncompleteError as refusal:
        return _wish_form(wish, form_nonce, refusal.problems)
    return Redirect(f"/exports/{export_id}?done=requested")


@app.page("GET", "/exports/{export_id}")
def see_export(visit: Visit[StaffMember], export_id: str) -> Answer:
    """Show a request, and what the viewer may do with it."""
    return _export(visit, export_store.get(export_id))


@app.page("POST", "/exports/{export_id}/approve")
def approve(visit: Visit[StaffMember], export_id: str) -> Answer:
    """Let the file be made."""
    exporting.approve(export_id, by=visit.member(), source=visit.source, now=visit.now)
    return Redirect(f"/exports/{export_id}?done=approved")


@app.page("POST", "/exports/{export_id}/refuse")
def refuse(visit: Visit[StaffMember], export_id: str) -> Answer:
    """Say no."""
    reason, by = visit.form.get("reason"), visit.member()
    try:
        exporting.refuse(export_id, reason=reason, by=by, source=visit.source, now=visit.now)
    except WishIncompleteError as refusal:
        return _export(visit, export_store.get(export_id), refusal.problems)
    return Redirect(f"/exports/{export_id}?done=refused")


@app.page("POST", "/exports/{export_id}/file")
def download(visit: Visit[StaffMember], export_id: str) -> Answer:
    """Note who takes the file, then lead to it by a page: the file lies on another host."""
    by = visit.member()
    address = exporting.hand_out(export_id, author=by.name, by=by, source=visit.source, now=visit.now)
    facts = {"address": address, "seconds": exporting.LINK_SECONDS, "back": f"/exports/{export_id}"}
    return Page("exports/download.html", "ファイルのダウンロード", facts)


def _wish_form(wish: Wish, form_nonce: str, errors: list[tuple[str, str]] | None = None) -> Page:
    form = _form(wish.form_id)
    facts = {
        "wish": wish,
        "forms": programme().registration.forms,
        "columns": [(each.key, each.name, each.is_personal) for each in columns.columns_of(form)],
        "classes": [(each.id, each.label) for each in programme().members.classes],
        "layouts": list(exporting.LAYOUTS.items()),
        "kinds": list(exporting.KINDS.items()),
        "nonce": form_nonce,
    }
    return Page("exports/new.html", "利用者の取り出しを依頼する", facts, errors=errors or [])


def _export(visit: Visit[StaffMember], known: Export, errors: list[tuple[str, str]] | None = None) -> Page:
    form, wish, viewer = _form(known.wish.form_id), known.wish, visit.member()
    names = {each.key: each.name for each in columns.columns_of(form)}
    classes = {each.id: each.label for each in programme().members.classes}
    may_decide = may(visit.role, "/exports/{export_id}/approve", method="POST")
    facts = {
        "export": known,
        "state": _state_of(known, visit),
        "form": form,
        "columns": [names.get(key, key) for key in wish.columns],
        "classes": [classes.get(each, each) for each in wish.classes],
        "layout": exporting.LAYOUTS[wish.layout],
        "kind": exporting.KINDS[wish.kind],
        "names": accounts.names_of({known.by, known.decided_by} - {""}),
        "is_own": known.by == viewer.staff_id,
        "may_decide": may_decide and known.state is State.REQUESTED and known.by != viewer.staff_id,
        "may_take": known.is_ready(visit.now) and known.by == viewer.staff_id,
        "reason": visit.form.get("reason") if errors else "",
    }
    notice = DONE.get(visit.query.get("done"))
    return Page("exports/export.html", TITLE, facts, errors=errors or [], notice=notice)


def _state_of(known: Export, visit: Visit[StaffMember]) -> str:
    is_over = known.state is State.READY and not known.is_ready(visit.now)
    return (State.GONE if is_over else known.state).value


def _form(form_id: str) -> Form:
    registration = programme().registration
    try:
        return registration.form(form_id) if form_id else registration.usual
    except KeyError as missing:
        raise NotFoundError from missing
