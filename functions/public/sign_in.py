"""Signing in by a mailed link, and signing out."""

from madoguchi.members import links, sessions, usecases
from madoguchi.members.rules import Link, Member
from madoguchi.refusals import GoneError, InvalidError
from madoguchi.web.answers import Answer, Page, Redirect, safe_path
from madoguchi.web.visits import Visit
from public.counter_app import app
from public.mailed_links import unusable

OWN_PAGE = "/me"


@app.page("GET", "/sign-in")
def see_form(visit: Visit[Member]) -> Answer:
    """The form; ?next= is the page to come back to."""
    leads_to = safe_path(visit.query.get("next"), OWN_PAGE)
    if visit.viewer:
        return Redirect(leads_to)
    return Page("members/sign_in.html", "サインイン", {"email": "", "leads_to": leads_to})


@app.page("POST", "/sign-in")
def ask(visit: Visit[Member]) -> Answer:
    """Promise a mail; the answer is the same whoever is registered."""
    email, leads_to = visit.form.get("email"), safe_path(visit.form.get("next"), OWN_PAGE)
    try:
        usecases.ask_to_sign_in(email, leads_to=leads_to, source=visit.source, now=visit.now)
    except InvalidError as refusal:
        facts = {"email": email, "leads_to": leads_to}
        return Page("members/sign_in.html", "サインイン", facts, errors=[("email", refusal.message)])
    return Redirect("/sign-in/sent")


@app.page("GET", "/sign-in/sent")
def see_sent(_visit: Visit[Member]) -> Answer:
    """The same page for everybody, registered or not."""
    return Page("members/sign_in_sent.html", "サインイン用のメールをお送りします")


@app.page("GET", "/sign-in/{token}")
def see_button(visit: Visit[Member], token: str) -> Answer:
    """The button that signs in; a mail scanner that follows the link does not use it up."""
    if visit.viewer:
        return Redirect(OWN_PAGE)
    try:
        links.sign_in_of(Link.read(token), visit.now)
    except GoneError as refusal:
        return unusable(visit, refusal)
    return Page("members/sign_in_link.html", "サインインする", {"token": token})


@app.page("POST", "/sign-in/{token}")
def sign_in(visit: Visit[Member], token: str) -> Answer:
    """Use the link, once, and lead to the page that the person wanted."""
    try:
        session_id, leads_to = usecases.sign_in(token, visit.now)
    except GoneError as refusal:
        return unusable(visit, refusal)
    sessions.give(visit, session_id)
    return Redirect(leads_to)


@app.page("POST", "/sign-out")
def sign_out(visit: Visit[Member]) -> Answer:
    """Revoke the session, here and in the browser."""
    sessions.end(visit)
    return Redirect("/")
