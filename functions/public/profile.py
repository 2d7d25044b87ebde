"""Changing one's own answers and one's words on consents."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from msgspec import structs

from madoguchi.japan.time import tokyo_day
from madoguchi.members import changes
from madoguchi.members.changes import Wanted
from madoguchi.members.rules import ChangedMeanwhileError, Member
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import TICKED, Reading, read, shown
from madoguchi.programme.membership import Registration
from madoguchi.programme.questions import Consent, Form, values_of
from madoguchi.refusals import NotFoundError
from madoguchi.web.addresses import Search, search
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.counter import status_of
from madoguchi.web.form_pages import Speech, check_facts, form_facts, language_of
from madoguchi.web.site import page_facts
from madoguchi.web.visits import Visit, nonce
from public.counter_app import app
from public.mailed_links import place_of

CHANGE, CHECK, CONSENTS = "登録内容の変更", "変更内容の確認", "お知らせなどの受け取り"


@app.page("GET", "/me/change")
def see_form(visit: Visit[Member]) -> Answer:
    """The form filled in with what is stored."""
    speech, member = _speech(visit), visit.member()
    return _form(visit, speech, Reading.of(speech.form, member.all_answers), nonce())


@app.page("POST", "/me/change")
def change(visit: Visit[Member]) -> Answer:
    """`step` says which button was pressed: address or check (of the form), edit or send (of the confirmation page)."""
    speech, step, form_nonce = _speech(visit), visit.form.get("step"), visit.form.get("nonce")
    reading = read(speech.form, visit.form, today=tokyo_day(visit.now), language=speech.language)
    if step == "address":
        typed, searches = search(speech.form, reading.typed, visit.form)
        return _form(visit, speech, replace(reading, typed=typed), form_nonce, searches=searches)
    if reading.errors or step == "edit":
        return _form(visit, speech, reading, form_nonce, errors=reading.errors if step != "edit" else ())
    if step == "send":
        return _change(visit, speech, reading)
    facts = check_facts(speech, reading, nonce=form_nonce) | _frame(visit, speech)
    return Page("members/change_check.html", CHECK, facts)


@app.page("GET", "/me/consents")
def see_consents(visit: Visit[Member]) -> Answer:
    """Every consent that may be given and taken back, as it is now."""
    member = visit.member()
    return _consents(visit, {each.id for each in _optional(member) if member.consents_to(each.id)})


@app.page("POST", "/me/consents")
def choose(visit: Visit[Member]) -> Answer:
    """Give the ticked consents, take the others back."""
    member = visit.member()
    wanted = {each.id: visit.form.get(each.id) == TICKED for each in _optional(member)}
    try:
        _apply(visit, Wanted(consents=wanted), page="/me/consents")
    except ChangedMeanwhileError as refusal:
        ticked = {each for each, given in wanted.items() if given}
        return replace(_consents(visit, ticked), errors=[("", refusal.message)], status=status_of(refusal))
    return Redirect("/me?done=consents")


def _change(visit: Visit[Member], speech: Speech, reading: Reading) -> Answer:
    member = visit.member()
    consents = {each.id: each.id in reading.ticked for each in speech.form.consents if each.id in reading.asked}
    try:
        _apply(visit, Wanted(reading.values, consents, speech.form.id), page="/me/change")
    except ChangedMeanwhileError as refusal:
        page = _form(visit, speech, reading, visit.form.get("nonce"), errors=[("held", refusal.message)])
        return replace(page, status=status_of(refusal), facts=page.facts | {"held": _held(member, speech, reading)})
    return Redirect("/me?done=changed")


def _apply(visit: Visit[Member], wanted: Wanted, *, page: str) -> None:
    member, seen = visit.member(), visit.form.get("revision")
    revision = int(seen) if seen.isascii() and seen.isdigit() else 0
    place = place_of(visit, page)
    changes.change(member.member_id, wanted, revision=revision, by=member.member_id, place=place, now=visit.now)


def _held(member: Member, speech: Speech, reading: Reading) -> list[tuple[str, str]]:
    """What is stored where something else was typed."""
    answers = member.all_answers
    return [
        (field.label, shown(field, answers))
        for field in speech.form.fields
        if list(values_of(answers, field.id)) != list(values_of(reading.values, field.id))
    ]


def _form(
    visit: Visit[Member],
    speech: Speech,
    reading: Reading,
    form_nonce: str,
    *,
    errors: Iterable[tuple[str, str]] = (),
    searches: Mapping[str, Search] | None = None,
) -> Page:
    facts = form_facts(speech, reading, nonce=form_nonce, searches=searches)
    return Page("members/change.html", CHANGE, facts | _frame(visit, speech) | {"held": []}, errors=list(errors))


def _frame(visit: Visit[Member], speech: Speech) -> dict[str, Any]:
    """The frame of both pages; the revision is that of the profile which the form shows."""
    member, wanted = visit.member(), visit.query.get("form")
    return page_facts(speech.language) | {
        "action": f"/me/change?form={speech.form.id}" if wanted else "/me/change",
        "revision": visit.form.get("revision") if _goes_on(visit) else member.revision,
        "email": member.email,
    }


def _goes_on(visit: Visit[Member]) -> bool:
    """Whether a form is on its way; one that was refused as stale goes on from what is stored now."""
    return bool(visit.form.get("revision")) and visit.form.get("step") != "send"


def _speech(visit: Visit[Member]) -> Speech:
    spoken = programme().spoken
    language = language_of(visit, spoken)
    registration = programme(language=language).registration
    form = _form_of(visit.member(), registration, visit.query.get("form"))
    return Speech(_without_address(form, visit.member()), language, spoken)


def _form_of(member: Member, registration: Registration, wanted: str) -> Form:
    """The form by which the member registered; after a light registration also a full one of a person."""
    own = registration.form(member.form_id) if member.form_id else registration.usual
    if not wanted or wanted == own.id:
        return own
    for each in registration.forms:
        if each.id == wanted and own.light and not each.light and each.subject == own.subject:
            return each
    raise NotFoundError


def _without_address(form: Form, member: Member) -> Form:
    """The form without the address, which both mailboxes must confirm, and without consents that were asked before."""
    sections = [
        structs.replace(section, fields=[field for field in section.fields if field.id != "email"])
        for section in form.sections
    ]
    asked_before = form.id == (member.form_id or form.id)
    consents = [] if asked_before else [each for each in form.consents if not member.consents_to(each.id)]
    return structs.replace(form, sections=[each for each in sections if each.fields], consents=consents, steps=False)


def _optional(member: Member) -> list[Consent]:
    return [each for each in member.form.consents if not each.required]


def _consents(visit: Visit[Member], ticked: set[str]) -> Page:
    member = visit.member()
    facts = {"consents": _optional(member), "ticked": ticked, "revision": member.revision}
    return Page("members/consents.html", CONSENTS, facts)
