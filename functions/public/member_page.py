"""A member's own page: number, class, newsletters, and everything that is held about the person."""

from datetime import timedelta

from madoguchi.japan.time import instant_text, tokyo_day
from madoguchi.members import usecases
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import shown
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from public.counter_app import app
from public.mailed_links import place_of

DONE = {
    "registered": "利用登録が完了しました。登録番号を控えてください。",
    "newsletter-on": "お知らせメールの受け取りを始めました。",
    "newsletter-off": "お知らせメールの受け取りをやめました。",
}


@app.page("GET", "/me")
def see_own_page(visit: Visit[Member]) -> Answer:
    """Everything that the programme holds about the member, and what to do next."""
    member = visit.member()
    member_class = programme().members.member_class(member.class_id)
    done = DONE.get(visit.query.get("done"))
    facts = {
        "member": member,
        "class_label": member_class.label,
        "days_ahead": member_class.days_ahead,
        "last_day": tokyo_day(visit.now) + timedelta(days=member_class.days_ahead),
        "newsletter": member.consents_to(programme().newsletters.consent),
        "rows": _rows(member),
        "history": _history(member),
    }
    return Page("members/me.html", "マイページ", facts, notice=("success", done) if done else None)


@app.page("POST", "/me/newsletter")
def choose_newsletter(visit: Visit[Member]) -> Answer:
    """Take newsletters, or no more of them."""
    choose = usecases.subscribe if visit.form.get("choice") == "yes" else usecases.unsubscribe
    choose(visit.member().member_id, place=place_of(visit, "/me"), now=visit.now)
    return Redirect(f"/me?done=newsletter-{'on' if choose is usecases.subscribe else 'off'}")


def _rows(member: Member) -> list[tuple[str, str]]:
    answers = [(field.label, shown(field, member.all_answers)) for field in member.form.fields]
    return [*answers, ("登録日時", instant_text(member.registered_at))]


def _history(member: Member) -> list[tuple[str, str]]:
    labels = {consent.id: consent.label for form in programme().registration.forms for consent in form.consents}
    return [
        (
            labels.get(each.consent_id, each.consent_id),
            f"{'はい' if each.given else 'いいえ'}（{instant_text(each.at)}）",
        )
        for each in member.consent_history
    ]
