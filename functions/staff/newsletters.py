"""Newsletters at the console: write, preview, schedule, and decide what nobody knows."""

from madoguchi.newsletters import mails, store, usecases
from madoguchi.newsletters.refusals import InvalidIssueError, NotADraftError, NothingChosenError
from madoguchi.newsletters.rules import OUTCOME_LABELS, Draft, Outcome, State, read_draft, read_schedule
from madoguchi.refusals import InvalidError
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit, nonce
from staff.counter_app import app

SCHEDULE_FIELDS = ("due_year", "due_month", "due_day", "due_time", "recipients")
DECISIONS = {"sent": Outcome.SENT, "again": Outcome.PLANNED}
DONE = {
    "saved": ("success", "下書きを保存しました。内容を確かめてから、配信を予約してください。"),
    "scheduled": ("success", "配信を予約しました。配信が始まるまでは、取り消せます。"),
    "unscheduled": ("success", "配信の予約を取り消しました。下書きに戻っています。"),
    "decided": ("success", "結果が不明だった宛先を処理しました。"),
}


@app.page("GET", "/newsletters")
def see_issues(_visit: Visit[StaffMember]) -> Answer:
    """Show the newest issues."""
    return Page("newsletters/list.html", "お知らせ配信", {"issues": store.newest()})


@app.page("GET", "/newsletters/new")
def see_new_form(_visit: Visit[StaffMember]) -> Answer:
    """Show the empty form of an issue."""
    return _form("/newsletters/new", {"subject": "", "body": ""}, nonce())


@app.page("POST", "/newsletters/new")
def write(visit: Visit[StaffMember]) -> Answer:
    """Save a new draft and show how it will look."""
    form_nonce = visit.form.get("nonce")
    try:
        draft = read_draft(visit.form.get)
    except InvalidIssueError as refusal:
        return _form("/newsletters/new", _typed(visit), form_nonce, refusal.problems)
    issue_id = usecases.write(draft, nonce=form_nonce, by=visit.member().staff_id, now=visit.now)
    return Redirect(f"/newsletters/{issue_id}?done=saved")


@app.page("GET", "/newsletters/{issue_id}")
def see_issue(visit: Visit[StaffMember], issue_id: str) -> Answer:
    """Show an issue exactly as its mail, and what became of its recipients."""
    return _issue(visit, issue_id)


@app.page("GET", "/newsletters/{issue_id}/edit")
def see_edit_form(_visit: Visit[StaffMember], issue_id: str) -> Answer:
    """Show the form of a draft."""
    issue = store.get(issue_id)
    if issue.state is not State.DRAFT:
        raise NotADraftError
    return _form(f"/newsletters/{issue_id}/edit", {"subject": issue.subject, "body": issue.body}, nonce())


@app.page("POST", "/newsletters/{issue_id}/edit")
def edit(visit: Visit[StaffMember], issue_id: str) -> Answer:
    """Save the text of a draft."""
    try:
        usecases.edit(issue_id, read_draft(visit.form.get))
    except InvalidIssueError as refusal:
        return _form(f"/newsletters/{issue_id}/edit", _typed(visit), visit.form.get("nonce"), refusal.problems)
    return Redirect(f"/newsletters/{issue_id}?done=saved")


@app.page("POST", "/newsletters/{issue_id}/schedule")
def schedule(visit: Visit[StaffMember], issue_id: str) -> Answer:
    """Schedule a draft; whoever does types how many people will get it."""
    try:
        due_at = read_schedule(visit.form.get, usecases.count_recipients(), visit.now)
    except InvalidIssueError as refusal:
        return _issue(visit, issue_id, refusal.problems)
    usecases.schedule(issue_id, due_at, by=visit.member().staff_id, source=visit.source, now=visit.now)
    return Redirect(f"/newsletters/{issue_id}?done=scheduled")


@app.page("POST", "/newsletters/{issue_id}/unschedule")
def unschedule(visit: Visit[StaffMember], issue_id: str) -> Answer:
    """Take a scheduled issue back."""
    usecases.unschedule(issue_id, by=visit.member().staff_id, source=visit.source, now=visit.now)
    return Redirect(f"/newsletters/{issue_id}?done=unscheduled")


@app.page("POST", "/newsletters/{issue_id}/unknown")
def decide(visit: Visit[StaffMember], issue_id: str) -> Answer:
    """Settle the chosen recipients whose outcome is unknown."""
    decision = DECISIONS.get(visit.form.get("decision"))
    if decision is None:
        raise InvalidError
    chosen, staff = visit.form.all("member"), visit.member()
    try:
        usecases.decide(issue_id, chosen, decision, by=staff.staff_id, source=visit.source, now=visit.now)
    except NothingChosenError as refusal:
        return _issue(visit, issue_id, [("member", refusal.message)])
    return Redirect(f"/newsletters/{issue_id}?done=decided")


def _typed(visit: Visit[StaffMember]) -> dict[str, str]:
    return {field: visit.form.get(field) for field in ("subject", "body")}


def _form(action: str, typed: dict[str, str], form_nonce: str, errors: list[tuple[str, str]] | None = None) -> Page:
    facts = {"action": action, "typed": typed, "nonce": form_nonce}
    return Page("newsletters/form.html", "お知らせを書く", facts, errors=errors or [])


def _issue(visit: Visit[StaffMember], issue_id: str, errors: list[tuple[str, str]] | None = None) -> Page:
    issue = store.get(issue_id)
    mail = mails.preview(Draft(issue.subject, issue.body))
    tally = store.tally(issue_id, visit.now)
    unknown = usecases.see_unknown(issue_id, by=visit.member().staff_id, source=visit.source, now=visit.now)
    facts = {
        "issue": issue,
        "mail": mail,
        "mail_html": mails.shown(mail),
        "is_draft": issue.state is State.DRAFT,
        "is_scheduled": issue.state is State.SCHEDULED,
        "recipients": usecases.count_recipients() if not issue.has_started else issue.frozen_count,
        "tally": [(label, getattr(tally, outcome.value), "人") for outcome, label in OUTCOME_LABELS.items()],
        "unknown": unknown,
        "typed": {field: visit.form.get(field) for field in SCHEDULE_FIELDS},
    }
    notice = DONE.get(visit.query.get("done"))
    return Page("newsletters/issue.html", issue.subject, facts, errors=errors or [], notice=notice)
