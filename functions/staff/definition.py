"""What staff may change of the definition: look, propose, see what it touches, confirm, undo."""

from datetime import date
from typing import Any

from madoguchi.audit.store import Entry, record
from madoguchi.japan.time import tokyo_day, typed_day
from madoguchi.office.touched import touched_by
from madoguchi.programme import overrides, usecases
from madoguchi.programme.definition import Overridable, programme
from madoguchi.programme.editing import LABELS, Editor, editor_of, spoken, told
from madoguchi.programme.questions_edit import QUESTIONS, told_change, told_value
from madoguchi.programme.usecases import Proposal
from madoguchi.refusals import ConflictError, InvalidError
from madoguchi.staff import store as accounts
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.counter import status_of
from madoguchi.web.visits import Visit
from staff.counter_app import app

DONE = {
    "changed": "設定を変更しました。すべての画面に反映されるまで、10秒ほどかかります。",
    "undone": "変更を取り消しました。すべての画面に反映されるまで、10秒ほどかかります。",
    "undone-one": "変更を取り消しました。同じ項目にはほかの変更があり、その適用する日からは、そちらの内容になります。",
}
MOST_TOUCHED = 100
UNREADABLE_DAY = "適用する日を、西暦の年・月・日で入力してください。例）2026年12月1日"
IN_THE_WHOLE = "設定の全体を見ると、つじつまが合いません。"


@app.page("GET", "/definition")
def list_settings(visit: Visit[StaffMember]) -> Answer:
    """Show what may be changed, its present value, what will hold later, and what was changed."""
    today = tokyo_day(visit.now)
    history = list(overrides.history())
    facts = {
        "settings": [_shown(each, visit, today) for each in programme().overridable],
        "history": [(each, *told_change(each.key, each.before, each.typed)) for each in history],
        "labels": {each.key: each.label for each in programme().overridable},
        "names": accounts.names_of({each.made_by for each in history} | {each.undone_by for each in history}),
        "version": programme().version,
        "holds_from": programme().holds_from,
    }
    done = DONE.get(visit.query.get("done"))
    return Page("definition/list.html", "設定", facts, notice=("success", done) if done else None)


@app.page("GET", "/definition/change")
def see_form(visit: Visit[StaffMember]) -> Answer:
    """Show the controls of one value."""
    key, today = visit.query.get("key"), tokyo_day(visit.now)
    found = usecases.setting(key, visit.role)
    if QUESTIONS.fullmatch(key):
        return Redirect(f"/definition/questions?key={key}")
    return _form(found, usecases.typed_value(key, today), today.isoformat().split("-"), reason="")


@app.page("POST", "/definition/change")
def change(visit: Visit[StaffMember]) -> Answer:
    """Check what was typed and show what it touches (`step` check); make the change (`step` make)."""
    found = usecases.setting(visit.form.get("key"), visit.role)
    editor, today = editor_of(found.key), tokyo_day(visit.now)
    shown, reason = usecases.typed_value(found.key, today), visit.form.get("reason")
    typed = editor.read(visit.form, list(programme().spoken), shown)
    parts = [visit.form.get(f"from_{part}") for part in ("year", "month", "day")]
    if visit.form.get("step") == "edit":
        return _form(found, typed, parts, reason=reason)
    try:
        day = typed_day(*parts)
    except ValueError:
        return _form(found, typed, parts, reason=reason, errors=[("from_year", UNREADABLE_DAY)])
    try:
        proposal = usecases.propose(found.key, typed, holds_from=day, today=today)
        reason = usecases.reason_of(reason)
    except InvalidError as refusal:
        return _form(found, typed, parts, reason=reason, errors=[(_field_of(refusal, editor), refusal.message)])
    if proposal.problems:
        return _form(found, typed, parts, reason=reason, errors=_problems(proposal, editor))
    if visit.form.get("step") == "make":
        return _make(visit, found, proposal, reason)
    return _confirmation(visit, found, proposal, reason)


@app.page("POST", "/definition/{override_id}/undo")
def undo(visit: Visit[StaffMember], override_id: str) -> Answer:
    """Take a change back."""
    found = overrides.get(override_id)
    usecases.setting(found.key, visit.role)
    staff_id = visit.member().staff_id
    usecases.undo(override_id, by=staff_id, today=tokyo_day(visit.now), now=visit.now)
    record(Entry(visit.now, staff_id, "undo setting", f"definition/{found.key}", visit.source))
    others = any(each.key == found.key and not each.holds_until for each in overrides.current()[0])
    return Redirect(f"/definition?done={'undone-one' if others else 'undone'}")


def _make(visit: Visit[StaffMember], found: Overridable, proposal: Proposal, reason: str) -> Answer:
    staff_id, revision = visit.member().staff_id, visit.form.number("revision", -1)
    try:
        usecases.make(proposal, reason=reason, by=staff_id, revision=revision, now=visit.now)
    except ConflictError as refusal:
        parts = proposal.holds_from.isoformat().split("-")
        return _form(found, proposal.typed, parts, reason=reason, errors=[("", refusal.message)], refusal=refusal)
    record(Entry(visit.now, staff_id, "change setting", f"definition/{found.key}", visit.source, reason))
    return Redirect("/definition?done=changed")


def _shown(each: Overridable, visit: Visit[StaffMember], today: date) -> dict[str, Any]:
    coming = [one for one in overrides.current()[0] if one.key == each.key and one.holds_from > today]
    return {
        "key": each.key,
        "label": each.label,
        "value": told_value(each.key, usecases.typed_value(each.key, today)),
        "coming": [(one.holds_from, told_value(one.key, one.typed)) for one in coming],
        "may_change": visit.role in each.roles,
    }


def _form(
    found: Overridable,
    typed: Any,  # noqa: ANN401 whatever the definition has there
    parts: list[str],
    *,
    reason: str,
    errors: list[tuple[str, str]] | None = None,
    refusal: ConflictError | None = None,
) -> Page:
    editor = editor_of(found.key)
    facts = {
        "setting": found,
        "parts": parts,
        "reason": reason,
        **_controls(editor, typed),
    }
    status = status_of(refusal) if refusal else 200
    return Page("definition/form.html", f"設定の変更：{found.label}", facts, errors=errors or [], status=status)


def _controls(editor: Editor, typed: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "editor": editor,
        "value": editor.lines(typed) if editor.kind == "lines" else typed,
        "texts": [(code, name, spoken(typed, code)) for code, name in programme().spoken.items()],
        "rows": editor.cells(typed) if editor.kind == "rows" else [],
        "columns": [LABELS.get(column, column) for column in editor.columns],
    }


def _confirmation(visit: Visit[StaffMember], found: Overridable, proposal: Proposal, reason: str) -> Page:
    touched = []
    if found.key.startswith("office.") and proposal.shaped:
        touched = list(touched_by(proposal.shaped.office, since=proposal.holds_from, at=visit.now))
    facts = {
        "setting": found,
        "before": told(proposal.before),
        "after": told(proposal.typed),
        "holds_from": proposal.holds_from,
        "reason": reason,
        "touched": touched[:MOST_TOUCHED],
        "touched_count": len(touched),
        "is_office": found.key.startswith("office."),
        "posted": [(name, value) for name, values in visit.form.values.items() for value in values if _is_kept(name)],
        "revision": overrides.current()[1],
    }
    return Page("definition/check.html", f"設定の変更の確認：{found.label}", facts)


def _is_kept(name: str) -> bool:
    return name not in {"csrf", "step", "revision"}


def _field_of(refusal: InvalidError, editor: Editor) -> str:
    match refusal:
        case usecases.ReasonMissingError():
            return "reason"
        case usecases.PastDayError():
            return "from_year"
    return _first_control(editor)


def _problems(proposal: Proposal, editor: Editor) -> list[tuple[str, str]]:
    own = [advice for key, advice in proposal.problems if key == proposal.key or key.startswith(f"{proposal.key}.")]
    others = [f"{IN_THE_WHOLE}{advice}" for key, advice in proposal.problems if advice not in own]
    return [(_first_control(editor), advice) for advice in dict.fromkeys([*own, *others])]


def _first_control(editor: Editor) -> str:
    if editor.kind == "rows":
        return f"row-0-{editor.columns[0]}"
    return "value-ja" if editor.kind == "text" else "value"
