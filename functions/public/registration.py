"""Registration: the choice of a form, the form, its confirmation page, the mailed link, the button."""

import re
from dataclasses import replace

from madoguchi.japan.time import tokyo_day
from madoguchi.members import links, sessions, usecases
from madoguchi.members.rules import Link, Member, Wish
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading, read
from madoguchi.refusals import ConflictError, GoneError
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.form_pages import check_facts, language_of
from madoguchi.web.page_words import page_words
from madoguchi.web.postal_search import search
from madoguchi.web.site import page_facts
from madoguchi.web.visits import Visit, nonce
from public import steps
from public.counter_app import app
from public.mailed_links import INVITATION, place_of, unusable
from public.registration_form import Asked, asked_form, form_page

SOURCE = "from"
"""The cookie that keeps where somebody came from until they register."""
SOURCE_SECONDS = 30 * 24 * 60 * 60
INVITED = re.compile(r"[A-Za-z0-9_-]{65}")


@app.page("GET", "/register")
def see_form(visit: Visit[Member]) -> Answer:
    """The empty form, nothing ticked; where there are several forms and none is named, the choice of them."""
    if visit.viewer:
        return Redirect("/me")
    _remember_source(visit)
    asked = asked_form(visit)
    if asked is None:
        return _choice(visit)
    if asked.form.steps:
        return steps.see(visit, asked)
    return form_page(asked, Reading.empty(asked.form), nonce())


@app.page("POST", "/register")
def register(visit: Visit[Member]) -> Answer:
    """`step` says which button was pressed: address, back, next, check, erase (of the form), edit, send (after it)."""
    asked = asked_form(visit)
    if asked is None:
        return _choice(visit)
    reading = read(asked.form, visit.form, today=tokyo_day(visit.now), language=asked.language)
    if visit.form.get("step") == "address":
        return _with_address(visit, asked, reading)
    if asked.form.steps and (answer := steps.go(visit, asked, reading)):
        return answer
    return _go_on(visit, asked, reading)


@app.page("GET", "/register/sent")
def see_sent(visit: Visit[Member]) -> Answer:
    """The same page for everybody, registered or not."""
    facts = page_facts(language_of(visit, programme().spoken))
    return Page("members/register_sent.html", facts["say"]["sent_title"], facts)


@app.page("GET", "/register/{token}")
def see_button(visit: Visit[Member], token: str) -> Answer:
    """The button that completes the registration; a mail scanner that follows the link changes nothing."""
    try:
        pending = links.pending_of(Link.read(token), visit.now)
    except (GoneError, ConflictError) as refusal:
        return Redirect("/me") if visit.viewer else unusable(visit, refusal)
    facts = page_facts(pending.language) | {"token": token, "expires_at": pending.expires_at}
    return Page("members/register_link.html", facts["say"]["link_title"], facts)


@app.page("POST", "/register/{token}")
def confirm(visit: Visit[Member], token: str) -> Answer:
    """Complete the registration and lead to the new member's page."""
    try:
        session_id = usecases.confirm_registration(token, visit.now)
    except (GoneError, ConflictError) as refusal:
        return unusable(visit, refusal)
    sessions.give(visit, session_id)
    visit.set_cookie(SOURCE, "", seconds=0)
    invitation = visit.cookie(INVITATION)
    return Redirect(f"/invitations/{invitation}" if INVITED.fullmatch(invitation) else "/me?done=registered")


def _choice(visit: Visit[Member]) -> Page:
    spoken = programme().spoken
    language = language_of(visit, spoken)
    forms = programme(language=language).registration.forms
    facts = page_facts(language) | {"forms": forms, "languages": spoken}
    return Page("members/register_choice.html", facts["say"]["choose_form"], facts)


def _with_address(visit: Visit[Member], asked: Asked, reading: Reading) -> Page:
    typed, searches = search(asked.form, reading.typed, visit.form)
    reading, section = replace(reading, typed=typed), steps.section_of(visit, asked.form)
    return form_page(asked, reading, visit.form.get("nonce"), searches=searches, section=section)


def _go_on(visit: Visit[Member], asked: Asked, reading: Reading) -> Answer:
    """To the form again, to the confirmation page, or to the mail."""
    step, form_nonce = visit.form.get("step"), visit.form.get("nonce")
    if step == "edit":
        return form_page(asked, reading, form_nonce)
    if reading.errors:
        return form_page(asked, reading, form_nonce, errors=reading.errors)
    if step == "send":
        return _send(visit, asked, reading)
    facts = check_facts(asked.speech, reading, nonce=form_nonce) | page_facts(asked.language) | {"action": asked.action}
    return Page("members/register_check.html", page_words(asked.language)["check_title"], facts)


def _send(visit: Visit[Member], asked: Asked, reading: Reading) -> Answer:
    usecases.ask_to_register(
        Wish(asked.form, reading, _source(visit), asked.language),
        nonce=visit.form.get("nonce"),
        place=place_of(visit, "/register"),
        source=visit.source,
        now=visit.now,
    )
    steps.forget(visit, asked.form)
    return Redirect("/register/sent")


def _remember_source(visit: Visit[Member]) -> None:
    code = visit.query.get("from")
    if programme().members.source(code):
        visit.set_cookie(SOURCE, code, seconds=SOURCE_SECONDS)


def _source(visit: Visit[Member]) -> str:
    """The code of the link or poster that led here; '' when the definition knows none such (any more)."""
    code = visit.cookie(SOURCE)
    return code if programme().members.source(code) else ""
