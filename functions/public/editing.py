"""Changing stored answers on a page: the form filled in, its confirmation page, and what an older form is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from msgspec import structs

from madoguchi.japan.time import tokyo_day
from madoguchi.members import changes
from madoguchi.members.changes import Wanted
from madoguchi.members.rules import ChangedMeanwhileError, Member
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading, read, shown
from madoguchi.programme.membership import Registration
from madoguchi.programme.questions import Form, values_of
from madoguchi.refusals import NotFoundError
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.counter import status_of
from madoguchi.web.form_pages import Speech, check_facts, form_facts, language_of
from madoguchi.web.postal_search import Search, search
from madoguchi.web.site import page_facts
from madoguchi.web.visits import Visit, nonce
from public.mailed_links import place_of


@dataclass(frozen=True, slots=True)
class Editing:
    """Somebody who edits the answers of a member: their own, or those of the organisation that they represent."""

    visit: Visit[Member]
    whose: Member
    page: str
    title: str
    done: str

    def see(self) -> Answer:
        """The form filled in with what is stored."""
        speech = self._speech()
        return self._form(speech, Reading.of(speech.form, self.whose.all_answers), nonce())

    def go(self) -> Answer:
        """`step` says which button was pressed: address, check (of the form), edit or send (after it)."""
        speech, form = self._speech(), self.visit.form
        step, form_nonce = form.get("step"), form.get("nonce")
        reading = read(speech.form, form, today=tokyo_day(self.visit.now), language=speech.language)
        if step == "address":
            typed, searches = search(speech.form, reading.typed, form)
            return self._form(speech, replace(reading, typed=typed), form_nonce, searches=searches)
        if reading.errors or step == "edit":
            return self._form(speech, reading, form_nonce, errors=reading.errors if step != "edit" else ())
        if step == "send":
            return self._change(speech, reading)
        facts = check_facts(speech, reading, nonce=form_nonce) | self._frame(speech)
        return Page("members/change_check.html", "変更内容の確認", facts)

    def apply(self, wanted: Wanted) -> None:
        """Change what is stored, if it is still as the form showed it; ChangedMeanwhileError otherwise."""
        visit, revision = self.visit, self.visit.form.number("revision")
        by, place = visit.member().member_id, place_of(visit, self.page)
        changes.change(self.whose.member_id, wanted, revision=revision, by=by, place=place, now=visit.now)

    def _change(self, speech: Speech, reading: Reading) -> Answer:
        consents = {each.id: each.id in reading.ticked for each in speech.form.consents if each.id in reading.asked}
        try:
            self.apply(Wanted(reading.values, consents, speech.form.id))
        except ChangedMeanwhileError as refusal:
            page = self._form(speech, reading, self.visit.form.get("nonce"), errors=[("held", refusal.message)])
            return replace(page, status=status_of(refusal), facts=page.facts | {"held": self._held(speech, reading)})
        return Redirect(self.done)

    def _held(self, speech: Speech, reading: Reading) -> list[tuple[str, str]]:
        """What is stored where something else was typed."""
        answers = self.whose.all_answers
        return [
            (field.label, shown(field, answers))
            for field in speech.form.fields
            if list(values_of(answers, field.id)) != list(values_of(reading.values, field.id))
        ]

    def _form(
        self,
        speech: Speech,
        reading: Reading,
        form_nonce: str,
        *,
        errors: Iterable[tuple[str, str]] = (),
        searches: Mapping[str, Search] | None = None,
    ) -> Page:
        facts = form_facts(speech, reading, nonce=form_nonce, searches=searches) | self._frame(speech)
        return Page("members/change.html", self.title, facts | {"held": []}, errors=list(errors))

    def _frame(self, speech: Speech) -> dict[str, Any]:
        """The frame of both pages; the revision is that of the answers which the form shows."""
        form, wanted = self.visit.form, self.visit.query.get("form")
        # A form that was refused as too old goes on from what is stored now.
        goes_on = bool(form.get("revision")) and form.get("step") != "send"
        return page_facts(speech.language) | {
            "action": f"{self.page}?form={speech.form.id}" if wanted else self.page,
            "revision": form.get("revision") if goes_on else self.whose.revision,
            "email": self.whose.email,
            "is_own": self.whose.member_id == self.visit.member().member_id,
        }

    def _speech(self) -> Speech:
        spoken = programme().spoken
        language = language_of(self.visit, spoken)
        registration = programme(language=language).registration
        form = _form_of(self.whose, registration, self.visit.query.get("form"))
        return Speech(_without_address(form, self.whose), language, spoken)


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
