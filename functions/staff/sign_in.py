"""Signing in with password and one-time code, and signing out."""

from madoguchi.staff import usecases
from madoguchi.staff.rules import SignInRefusedError, StaffMember
from madoguchi.staff.sessions import COOKIE
from madoguchi.staff.usecases import Credentials
from madoguchi.web.answers import Answer, Page, Redirect, safe_path
from madoguchi.web.visits import Visit
from staff.counter_app import app

TITLE = "サインイン"
NOTICES = {"out": ("success", "サインアウトしました。")}


@app.page("GET", "/sign-in")
def see_form(visit: Visit[StaffMember]) -> Answer:
    """Show the form."""
    onward = safe_path(visit.query.get("next"))
    if visit.viewer:
        return Redirect(onward)
    return _form(email="", onward=onward, notice=NOTICES.get(visit.query.get("done")))


@app.page("POST", "/sign-in")
def sign_in(visit: Visit[StaffMember]) -> Answer:
    """Open a session; whatever is wrong, the answer is the same."""
    form = visit.form
    typed = Credentials(form.get("email"), form.get("password"), form.get("code"), visit.source)
    onward = safe_path(form.get("next"))
    try:
        token = usecases.sign_in(typed, now=visit.now)
    except SignInRefusedError as refusal:
        return _form(email=typed.email, onward=onward, errors=[("email", refusal.message)])
    visit.set_cookie(COOKIE, token)
    return Redirect(onward)


@app.page("POST", "/sign-out")
def sign_out(visit: Visit[StaffMember]) -> Answer:
    """End the session."""
    usecases.sign_out(visit.cookie(COOKIE), visit.member(), source=visit.source, now=visit.now)
    visit.set_cookie(COOKIE, "", seconds=0)
    return Redirect("/sign-in?done=out")


def _form(
    *,
    email: str,
    onward: str,
    errors: list[tuple[str, str]] | None = None,
    notice: tuple[str, str] | None = None,
) -> Page:
    facts = {"email": email, "next": onward}
    return Page("staff/sign_in.html", TITLE, facts, errors=errors or [], notice=notice)
