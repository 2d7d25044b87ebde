"""Entering somebody at the console who cannot use the form (代理入力): the same form, and how they consented."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from madoguchi.japan.time import tokyo_day
from madoguchi.members import proxies
from madoguchi.members.proxies import NoConsentError, Proxy
from madoguchi.members.rules import REGISTRATION_LIVES, AlreadyRegisteredError, Origin, Pending, Place, consents_of
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading, read
from madoguchi.programme.questions import Form
from madoguchi.refusals import NotFoundError
from madoguchi.settings import settings
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.form_pages import Speech, check_facts, form_facts
from madoguchi.web.postal_search import Search, search
from madoguchi.web.visits import Visit, nonce
from staff.counter_app import app
from staff.member_parts import ADDRESS_TAKEN, clerk_of

ORIGINS = {Origin.PHONE: "電話", Origin.PAPER: "書面", Origin.COUNTER: "窓口"}
MISSING_ORIGIN = "申込みの受け方を選んでください。"
TITLE = "代理で登録する"


@app.page("GET", "/members/new")
def see_form(visit: Visit[StaffMember]) -> Answer:
    """Show the form that was chosen, or the usual one; nothing is ticked."""
    form = _form_of(visit)
    return _page(visit, form, Reading.empty(form), nonce())


@app.page("POST", "/members/new")
def enter(visit: Visit[StaffMember]) -> Answer:
    """`step` says which button was pressed: address or check (of the form), edit or send (of the confirmation page)."""
    form, step, form_nonce = _form_of(visit), visit.form.get("step"), visit.form.get("nonce")
    reading = read(form, visit.form, today=tokyo_day(visit.now))
    if step == "address":
        typed, searches = search(form, reading.typed, visit.form)
        return _page(visit, form, replace(reading, typed=typed), form_nonce, searches=searches)
    errors = [*_proxy_errors(visit), *reading.errors]
    if step == "edit" or errors:
        return _page(visit, form, reading, form_nonce, [] if step == "edit" else errors)
    if step == "send":
        return _enter(visit, form, reading, form_nonce)
    facts = check_facts(Speech(form), reading, nonce=form_nonce) | _proxy_facts(visit)
    return Page("members_staff/entry_check.html", "代理で登録する内容の確認", facts)


def _enter(visit: Visit[StaffMember], form: Form, reading: Reading, form_nonce: str) -> Answer:
    clerk, origin = clerk_of(visit), Origin(visit.form.get("origin"))
    place = Place(f"/members/new ({origin.value})", f"staff/{clerk.staff_id}")
    consents = consents_of(form, reading, at=visit.now, place=place)
    pending = Pending(reading.values, consents, visit.now + REGISTRATION_LIVES, form.id)
    proxy = Proxy(origin, visit.form.get("consented"))
    try:
        member_id = proxies.enter(pending, proxy, nonce=form_nonce, by=clerk, now=visit.now)
    except AlreadyRegisteredError:
        return replace(_page(visit, form, reading, form_nonce, [("email", ADDRESS_TAKEN)]), status=409)
    return Redirect(f"/members/{member_id}?done=entered")


def _form_of(visit: Visit[StaffMember]) -> Form:
    registration, wanted = programme().registration, visit.form.get("form") or visit.query.get("form")
    try:
        return proxies.eased(registration.form(wanted) if wanted else registration.usual)
    except KeyError as unknown:
        raise NotFoundError from unknown


def _proxy_errors(visit: Visit[StaffMember]) -> list[tuple[str, str]]:
    errors = []
    if visit.form.get("origin") not in set(ORIGINS):
        errors.append(("origin", MISSING_ORIGIN))
    if not visit.form.get("consented").strip():
        errors.append(("consented", NoConsentError.message))
    return errors


def _proxy_facts(visit: Visit[StaffMember]) -> dict[str, Any]:
    origin = visit.form.get("origin")
    return {
        "forms": [(each.id, each.label) for each in programme().registration.forms],
        "origins": [(each.value, label) for each, label in ORIGINS.items()],
        "origin": origin,
        "origin_label": ORIGINS.get(Origin(origin), "") if origin in set(ORIGINS) else "",
        "consented": visit.form.get("consented"),
        "public_url": settings().public_url,
    }


def _page(
    visit: Visit[StaffMember],
    form: Form,
    reading: Reading,
    form_nonce: str,
    errors: Iterable[tuple[str, str]] = (),
    *,
    searches: Mapping[str, Search] | None = None,
) -> Page:
    facts = form_facts(Speech(form), reading, nonce=form_nonce, searches=searches) | _proxy_facts(visit)
    return Page("members_staff/entry.html", TITLE, facts, errors=list(errors))
