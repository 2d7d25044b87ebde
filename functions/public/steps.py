"""A registration form with steps: one section a page, each of them checked and saved on the way."""

from dataclasses import replace
from typing import Any

from madoguchi.japan.time import tokyo_day
from madoguchi.members import drafts
from madoguchi.programme.forms import Reading, read
from madoguchi.programme.questions import Form
from madoguchi.web import limits
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.site import page_facts
from madoguchi.web.visits import FormData, Visit, nonce
from public.registration_form import Asked, form_page

DRAFT = "draft"
"""The cookie with the secret by which this browser's draft is found."""
# A lecture hall behind one source may fill in a form of several pages at the same time; a script saves more.
MOST_PER_SOURCE = 1000
TEN_MINUTES = 10 * 60
PARTS = ("", "_year", "_month", "_day", "_other")


def see(visit: Visit[Any], asked: Asked) -> Answer:
    """A section of the form; somebody who comes back is asked whether to go on with what is saved."""
    draft = drafts.find(visit.cookie(DRAFT), asked.form.id, visit.now)
    erased = ("success", page_facts(asked.language)["say"]["erased"]) if visit.query.get("done") == "erased" else None
    if draft is None:
        return replace(form_page(asked, Reading.empty(asked.form), nonce(), section=0), notice=erased)
    if not visit.query.get("section"):
        return _resume(asked, draft)
    section = min(_number(visit.query, asked.form), draft.reached)
    reading = read(asked.form, draft, today=tokyo_day(visit.now), language=asked.language)
    return form_page(asked, reading, nonce(), section=section)


def go(visit: Visit[Any], asked: Asked, reading: Reading) -> Answer | None:
    """What a button of the form leads to; None when the whole form can be checked or sent."""
    form, step = asked.form, visit.form.get("step")
    section = section_of(visit, form) or 0
    if step == "erase":
        forget(visit, form)
        return Redirect(asked.at(done="erased"))
    if step == "edit":
        return Redirect(asked.at(section=0))
    if step == "back":
        _save(visit, form, reading, reached=section)
        return Redirect(asked.at(section=max(section - 1, 0)))
    whole = step in {"check", "send"}
    found = [(at, error) for error in reading.errors if (at := _home(form, error[0])) <= section or whole]
    if found:
        first = min(at for at, _ in found)
        errors = [error for at, error in found if at == first]
        return form_page(asked, reading, visit.form.get("nonce"), errors=errors, section=first)
    if step == "send":
        return None
    last = len(form.sections) - 1
    _save(visit, form, reading, reached=min(section + 1, last))
    return None if whole or section >= last else Redirect(asked.at(section=section + 1))


def section_of(visit: Visit[Any], form: Form) -> int | None:
    """The section that was sent, counted from 0; None when the form has no steps."""
    return _number(visit.form, form) if form.steps else None


def forget(visit: Visit[Any], form: Form) -> None:
    """Erase the draft of this browser."""
    drafts.erase(visit.cookie(DRAFT), form.id)


def _resume(asked: Asked, draft: drafts.Draft) -> Page:
    facts = page_facts(asked.language) | {"asked": asked, "reached": draft.reached, "expires_at": draft.expires_at}
    return Page("members/register_resume.html", facts["say"]["resume_title"], facts)


def _save(visit: Visit[Any], form: Form, reading: Reading, *, reached: int) -> None:
    limits.take("draft-source", visit.source, most=MOST_PER_SOURCE, seconds=TEN_MINUTES, now=visit.now)
    secret = visit.cookie(DRAFT) or drafts.new_secret()
    before = drafts.find(secret, form.id, visit.now)
    drafts.keep(secret, form.id, reading.typed, reached=max(reached, before.reached if before else 0), now=visit.now)
    visit.set_cookie(DRAFT, secret, seconds=int(drafts.LIVES.total_seconds()))


def _number(sent: FormData, form: Form) -> int:
    """A section's number as it was sent; whatever cannot be one is the first."""
    return min(sent.number("section"), len(form.sections) - 1)


def _home(form: Form, control: str) -> int:
    """The section in which a control stands; consents stand in the last one."""
    for at, section in enumerate(form.sections):
        if any(control == f"{field.id}{part}" for field in section.fields for part in PARTS):
            return at
    return len(form.sections) - 1
