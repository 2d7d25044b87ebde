"""Registration: form, confirmation page, mailed link, button."""

from madoguchi.japan.time import tokyo_day
from madoguchi.members import links, sessions, usecases
from madoguchi.members.rules import Link, Member, Wish
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading, choices, read, shown
from madoguchi.refusals import ConflictError, GoneError
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit, nonce
from public.counter_app import app
from public.mailed_links import place_of, unusable


@app.page("GET", "/register")
def see_form(visit: Visit[Member]) -> Answer:
    """The empty form; nothing is ticked."""
    if visit.viewer:
        return Redirect("/me")
    return _form(Reading.empty(programme().registration.usual), nonce())


@app.page("POST", "/register")
def register(visit: Visit[Member]) -> Answer:
    """`step` says which button was pressed: check (of the form), edit or send (of the confirmation page)."""
    form = programme().registration.usual
    reading = read(form, visit.form, today=tokyo_day(visit.now))
    step, form_nonce = visit.form.get("step"), visit.form.get("nonce")
    if step == "edit":
        return _form(reading, form_nonce)
    if reading.errors:
        return _form(reading, form_nonce, list(reading.errors))
    if step == "send":
        usecases.ask_to_register(
            Wish(form, reading),
            nonce=form_nonce,
            place=place_of(visit, "/register"),
            source=visit.source,
            now=visit.now,
        )
        return Redirect("/register/sent")
    return _confirmation(reading, form_nonce)


@app.page("GET", "/register/sent")
def see_sent(_visit: Visit[Member]) -> Answer:
    """The same page for everybody, registered or not."""
    return Page("members/register_sent.html", "確認のメールをお送りします")


@app.page("GET", "/register/{token}")
def see_button(visit: Visit[Member], token: str) -> Answer:
    """The button that completes the registration; a mail scanner that follows the link changes nothing."""
    try:
        pending = links.pending_of(Link.read(token), visit.now)
    except (GoneError, ConflictError) as refusal:
        return Redirect("/me") if visit.viewer else unusable(refusal)
    return Page("members/register_link.html", "利用登録を完了する", {"token": token, "expires_at": pending.expires_at})


@app.page("POST", "/register/{token}")
def confirm(visit: Visit[Member], token: str) -> Answer:
    """Complete the registration and lead to the new member's page."""
    try:
        session_id = usecases.confirm_registration(token, visit.now)
    except (GoneError, ConflictError) as refusal:
        return unusable(refusal)
    sessions.give(visit, session_id)
    return Redirect("/me?done=registered")


def _form(reading: Reading, form_nonce: str, errors: list[tuple[str, str]] | None = None) -> Page:
    form = programme().registration.usual
    facts = {
        "form": form,
        "choices": {field.id: choices(field) for field in form.fields},
        "typed": reading.typed,
        "ticked": reading.ticked,
        "nonce": form_nonce,
    }
    return Page("members/register.html", "利用登録", facts, errors=errors or [])


def _confirmation(reading: Reading, form_nonce: str) -> Page:
    form = programme().registration.usual
    answers = [(field.label, shown(field, reading.values)) for field in form.fields]
    words = [(each.label, "はい" if each.id in reading.ticked else "いいえ") for each in form.consents]
    facts = {
        "rows": answers + words,
        "typed": reading.typed,
        "ticked": sorted(reading.ticked),
        "purpose": form.purpose,
        "nonce": form_nonce,
    }
    return Page("members/register_check.html", "利用登録の確認", facts)
