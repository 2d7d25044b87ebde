"""A member's own page: who they are here, and the ways to everything that they can do about it."""

from datetime import timedelta

from madoguchi.japan.time import tokyo_day
from madoguchi.members import directory, sessions, terms
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.programme.questions import Form
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from public.counter_app import app

DONE = {
    "registered": "利用登録が完了しました。登録番号を控えてください。",
    "changed": "登録内容を変更しました。変更した項目をメールでお知らせします。",
    "renewed": "登録を更新しました。新しい期限をメールでお知らせします。",
    "consents": "受け取りなどの選択を変更しました。",
}


@app.page("GET", "/me")
def see_own_page(visit: Visit[Member]) -> Answer:
    """The member's number, class and term, and what to do next."""
    member, definition = visit.member(), programme()
    member_class = definition.members.member_class(member.class_id)
    stage = definition.members.stage(member.stage)
    done = DONE.get(visit.query.get("done"))
    facts = {
        "member": member,
        "form_label": member.form.label,
        "class_label": member_class.label,
        "stage_label": stage.label if stage else "",
        "days_ahead": member_class.days_ahead,
        "last_day": tokyo_day(visit.now) + timedelta(days=member_class.days_ahead),
        "fuller": _fuller(member),
        "awaiting": definition.members.awaiting_evidence(member.all_answers, tokyo_day(visit.now), shown=member.shown),
        "term": terms.term_of(member, tokyo_day(visit.now)),
        "preview": directory.preview(member),
    }
    return Page("members/me.html", "マイページ", facts, notice=("success", done) if done else None)


@app.page("POST", "/me/sign-out")
def sign_out_everywhere(visit: Visit[Member]) -> Answer:
    """Revoke every session of the member, this one included."""
    sessions.end_all(visit.member().member_id)
    sessions.end(visit)
    return Redirect("/sign-in")


def _fuller(member: Member) -> Form | None:
    """After a light registration: the form by which one can complete it."""
    if not member.form.light:
        return None
    forms = programme().registration.forms
    return next((form for form in forms if not form.light and form.subject == member.form.subject), None)
