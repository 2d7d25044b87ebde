"""The organisation that a member represents: its data, its representatives, and invitations to join them."""

from madoguchi.members.rules import Member
from madoguchi.organisations import usecases
from madoguchi.organisations.rules import NotRepresentedError
from madoguchi.programme.definition import programme
from madoguchi.refusals import ConflictError, GoneError, InvalidError
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.counter import status_of
from madoguchi.web.visits import Visit
from public.counter_app import app
from public.editing import Editing
from public.mailed_links import INVITATION, unusable

TITLE = "団体・企業の担当者"
DONE = {
    "invited": "招待のメールをお送りします。7日以内に、メールの中のリンクから担当者になれます。",
    "removed": "担当者から外しました。",
    "changed": "団体・企業の登録内容を変更しました。",
    "joined": "団体・企業の担当者になりました。",
}
PAGE = "/me/organisation"


@app.page("GET", "/me/organisation")
def see_organisation(visit: Visit[Member]) -> Answer:
    """The organisation and its representatives; for everybody else how to register one."""
    done = DONE.get(visit.query.get("done"))
    return _page(visit, notice=("success", done) if done else None)


@app.page("POST", "/me/organisation")
def see_to_representatives(visit: Visit[Member]) -> Answer:
    """`choice` is invite (an address) or remove (a representative, perhaps oneself)."""
    member, choice, typed = visit.member(), visit.form.get("choice"), visit.form.get("email")
    try:
        if choice == "remove":
            usecases.remove(member, visit.form.get("member_id"))
            return Redirect(f"{PAGE}?done=removed")
        usecases.invite(member, typed, now=visit.now)
    except (InvalidError, ConflictError) as refusal:
        field = "email" if isinstance(refusal, InvalidError) else ""
        return _page(visit, typed, [(field, refusal.message)], status=status_of(refusal))
    return Redirect(f"{PAGE}?done=invited")


@app.page("GET", "/me/organisation/change")
def see_form(visit: Visit[Member]) -> Answer:
    """The organisation's answers, to be changed by whoever represents it."""
    return _editing(visit).see()


@app.page("POST", "/me/organisation/change")
def change(visit: Visit[Member]) -> Answer:
    """Check, confirm and change the organisation's answers."""
    return _editing(visit).go()


@app.page("GET", "/invitations/{token}")
def see_button(visit: Visit[Member], token: str) -> Answer:
    """The button for a member; for everybody else the ways to become one, after which they come back here."""
    try:
        invitation, organisation = usecases.invited(token, visit.now)
    except GoneError as refusal:
        return unusable(visit, refusal)
    if visit.viewer is None:
        visit.set_cookie(INVITATION, token)
    person = next((form for form in programme().registration.forms if form.subject == "person"), None)
    facts = {
        "token": token,
        "organisation": usecases.title_of(organisation),
        "expires_at": invitation.expires_at,
        "form": person.id if person else "",
    }
    return Page("organisations/invitation.html", "担当者へのご招待", facts)


@app.page("POST", "/invitations/{token}")
def accept(visit: Visit[Member], token: str) -> Answer:
    """Represent the organisation from now on."""
    try:
        usecases.accept(token, visit.member(), visit.now)
    except GoneError as refusal:
        return unusable(visit, refusal)
    visit.set_cookie(INVITATION, "", seconds=0)
    return Redirect(f"{PAGE}?done=joined")


def _editing(visit: Visit[Member]) -> Editing:
    organisation = usecases.organisation_of(visit.member())
    if organisation is None:
        raise NotRepresentedError
    return Editing(visit, organisation, f"{PAGE}/change", "団体・企業の登録内容の変更", f"{PAGE}?done=changed")


def _page(
    visit: Visit[Member],
    typed: str = "",
    errors: list[tuple[str, str]] | None = None,
    *,
    status: int = 200,
    notice: tuple[str, str] | None = None,
) -> Page:
    member = visit.member()
    organisation = usecases.organisation_of(member)
    forms = [form for form in programme().registration.forms if form.subject == "organisation"]
    facts = {
        "own_id": member.member_id,
        "organisation": organisation,
        "title": usecases.title_of(organisation) if organisation else "",
        "rows": usecases.answers_of(organisation) if organisation else [],
        "people": usecases.representatives(organisation) if organisation else [],
        "forms": forms,
        "typed": typed,
    }
    return Page("organisations/own.html", TITLE, facts, errors=errors or [], status=status, notice=notice)
