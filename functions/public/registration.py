"""Registration: form, confirmation page, mailed link, button."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from madoguchi.japan.time import tokyo_day
from madoguchi.members import links, sessions, usecases
from madoguchi.members.rules import Link, Member, Wish
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading, read
from madoguchi.refusals import ConflictError, GoneError
from madoguchi.web.addresses import Search, search
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.form_pages import Speech, check_facts, form_facts, language_of
from madoguchi.web.visits import Visit, nonce
from public.counter_app import app
from public.mailed_links import place_of, unusable


@app.page("GET", "/register")
def see_form(visit: Visit[Member]) -> Answer:
    """The empty form; nothing is ticked."""
    if visit.viewer:
        return Redirect("/me")
    speech = _speech(visit)
    return _form(speech, Reading.empty(speech.form), nonce())


@app.page("POST", "/register")
def register(visit: Visit[Member]) -> Answer:
    """`step` says which button was pressed: address or check (of the form), edit or send (of the confirmation page)."""
    speech, step, form_nonce = _speech(visit), visit.form.get("step"), visit.form.get("nonce")
    reading = read(speech.form, visit.form, today=tokyo_day(visit.now), language=speech.language)
    if step == "address":
        typed, searches = search(speech.form, reading.typed, visit.form)
        return _form(speech, replace(reading, typed=typed), form_nonce, searches=searches)
    if step == "edit":
        return _form(speech, reading, form_nonce)
    if reading.errors:
        return _form(speech, reading, form_nonce, errors=reading.errors)
    if step == "send":
        usecases.ask_to_register(
            Wish(speech.form, reading),
            nonce=form_nonce,
            place=place_of(visit, "/register"),
            source=visit.source,
            now=visit.now,
        )
        return Redirect("/register/sent")
    return Page("members/register_check.html", "利用登録の確認", check_facts(speech, reading, nonce=form_nonce))


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


def _speech(visit: Visit[Member]) -> Speech:
    languages = programme().spoken
    language = language_of(visit, languages)
    return Speech(programme(language=language).registration.usual, language, languages)


def _form(
    speech: Speech,
    reading: Reading,
    form_nonce: str,
    *,
    errors: Iterable[tuple[str, str]] = (),
    searches: Mapping[str, Search] | None = None,
) -> Page:
    facts = form_facts(speech, reading, nonce=form_nonce, searches=searches)
    return Page("members/register.html", "利用登録", facts, errors=list(errors))
