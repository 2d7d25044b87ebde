"""What staff do with one member: evidence, stage, coordinator, organisation, corrections."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from msgspec.structs import replace as with_values

from madoguchi.japan.time import tokyo_day
from madoguchi.members import casework, changes
from madoguchi.members.changes import Wanted
from madoguchi.members.proxies import eased
from madoguchi.members.rules import AlreadyRegisteredError, Member, Place
from madoguchi.programme.forms import Reading, read
from madoguchi.programme.questions import Form
from madoguchi.refusals import ConflictError, InvalidError
from madoguchi.settings import settings
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.form_pages import Speech, form_facts
from madoguchi.web.postal_search import Search, search
from madoguchi.web.visits import Visit
from staff.counter_app import app
from staff.member_page import member_page
from staff.member_parts import ADDRESS_TAKEN, OTHER, clerk_of, coordinators


@app.page("POST", "/members/{member_id}/evidence")
def mark_evidence(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Note that the evidence of a class was seen, or take the note back (`step` is shown or undo)."""
    form, class_id = visit.form, visit.form.get("class_id")
    if form.get("step") == "undo":
        return _taken(
            visit, member_id, "not_shown", "what", lambda **seen: casework.undo_shown(member_id, class_id, **seen)
        )
    what = form.get("other") if form.get("what") in {"", OTHER} else form.get("what")
    return _taken(
        visit, member_id, "shown", "what", lambda **seen: casework.note_shown(member_id, class_id, what, **seen)
    )


@app.page("POST", "/members/{member_id}/stage")
def move(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Put the member into another stage."""
    stage, reason = visit.form.get("stage"), visit.form.get("reason")
    return _taken(
        visit,
        member_id,
        "stage",
        "stage" if not stage else "reason",
        lambda **seen: casework.move(member_id, stage, reason, **seen),
    )


@app.page("POST", "/members/{member_id}/coordinator")
def assign(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Say who looks after the member."""
    chosen = visit.form.get("coordinator")
    if chosen and chosen not in dict(coordinators(visit)):
        raise InvalidError
    return _taken(
        visit, member_id, "coordinator", "coordinator", lambda **seen: casework.assign(member_id, chosen, **seen)
    )


@app.page("POST", "/members/{member_id}/organisation")
def link(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Say to which organisation the member belongs."""
    number = visit.form.get("number")
    return _taken(visit, member_id, "organisation", "number", lambda **seen: casework.link(member_id, number, **seen))


@app.page("GET", "/members/{member_id}/edit")
def see_edit_form(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Show the member's form, filled in."""
    member = casework.see(member_id, by=clerk_of(visit), now=visit.now)
    form = _form_of(member)
    return _edit_page(member, form, Reading.of(form, member.all_answers), member.revision)


@app.page("POST", "/members/{member_id}/edit")
def edit(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Save what somebody asked staff to correct; the member gets a mail about it."""
    clerk, revision = clerk_of(visit), _revision(visit)
    member = casework.see(member_id, by=clerk, now=visit.now)
    form = _form_of(member)
    reading = read(form, visit.form, today=tokyo_day(visit.now))
    if visit.form.get("step") == "address":
        typed, searches = search(form, reading.typed, visit.form)
        return _edit_page(member, form, replace(reading, typed=typed), revision, searches=searches)
    if reading.errors:
        return _edit_page(member, form, reading, revision, reading.errors)
    place = Place(f"/members/{member_id}/edit", f"staff/{clerk.staff_id}")
    try:
        wanted = Wanted(answers=reading.values)
        changes.change(member_id, wanted, revision=revision, by=clerk.staff_id, place=place, now=visit.now)
    except AlreadyRegisteredError:
        return replace(_edit_page(member, form, reading, revision, [("email", ADDRESS_TAKEN)]), status=409)
    except ConflictError as refusal:
        return replace(_edit_page(member, form, reading, revision, [("", refusal.message)]), status=409)
    casework.note_change(member_id, clerk, visit.now, "answers")
    return Redirect(f"/members/{member_id}?done=edited")


def _taken(visit: Visit[StaffMember], member_id: str, done: str, field: str, take: Callable[..., object]) -> Answer:
    """Take a step; what is wrong with it is told on the member's page."""
    try:
        take(revision=_revision(visit), by=clerk_of(visit), now=visit.now)
    except InvalidError as refusal:
        member = casework.see(member_id, by=clerk_of(visit), now=visit.now)
        return member_page(visit, member, [(field, refusal.message)])
    return Redirect(f"/members/{member_id}?done={done}")


def _revision(visit: Visit[StaffMember]) -> int:
    return visit.form.number("revision")


def _form_of(member: Member) -> Form:
    """The member's form without its consents: those are the member's own words. Who has an address keeps one."""
    return with_values(member.form if member.email else eased(member.form), consents=[])


def _edit_page(
    member: Member,
    form: Form,
    reading: Reading,
    revision: int,
    errors: Iterable[tuple[str, str]] = (),
    *,
    searches: Mapping[str, Search] | None = None,
) -> Page:
    facts = form_facts(Speech(form), reading, nonce="", searches=searches)
    facts |= {"member": member, "revision": revision, "public_url": settings().public_url}
    return Page("members_staff/edit.html", "登録内容を直す", facts, errors=list(errors))
