"""Changing one's own answers and one's words on consents."""

from dataclasses import replace

from madoguchi.members.changes import Wanted
from madoguchi.members.rules import ChangedMeanwhileError, Member
from madoguchi.programme.forms import TICKED
from madoguchi.programme.questions import Consent
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.counter import status_of
from madoguchi.web.visits import Visit
from public.counter_app import app
from public.editing import Editing

CHANGE, CONSENTS = "登録内容の変更", "お知らせなどの受け取り"


@app.page("GET", "/me/change")
def see_form(visit: Visit[Member]) -> Answer:
    """The form filled in with what is stored."""
    return _own(visit).see()


@app.page("POST", "/me/change")
def change(visit: Visit[Member]) -> Answer:
    """Check, confirm and change one's own answers."""
    return _own(visit).go()


@app.page("GET", "/me/consents")
def see_consents(visit: Visit[Member]) -> Answer:
    """Every consent that may be given and taken back, as it is now."""
    member = visit.member()
    return _consents(visit, {each.id for each in _optional(member) if member.consents_to(each.id)})


@app.page("POST", "/me/consents")
def choose(visit: Visit[Member]) -> Answer:
    """Give the ticked consents, take the others back."""
    wanted = {each.id: visit.form.get(each.id) == TICKED for each in _optional(visit.member())}
    try:
        _own(visit, "/me/consents").apply(Wanted(consents=wanted))
    except ChangedMeanwhileError as refusal:
        ticked = {each for each, given in wanted.items() if given}
        return replace(_consents(visit, ticked), errors=[("", refusal.message)], status=status_of(refusal))
    return Redirect("/me?done=consents")


def _own(visit: Visit[Member], page: str = "/me/change") -> Editing:
    return Editing(visit, visit.member(), page, CHANGE, "/me?done=changed")


def _optional(member: Member) -> list[Consent]:
    return [each for each in member.form.consents if not each.required]


def _consents(visit: Visit[Member], ticked: set[str]) -> Page:
    member = visit.member()
    facts = {"consents": _optional(member), "ticked": ticked, "revision": member.revision}
    return Page("members/consents.html", CONSENTS, facts)
