"""The questions of a form: staff change them in a draft, see what comes of it, and put it into force."""

import re
from typing import Any, NamedTuple

from madoguchi.audit.store import Entry, record
from madoguchi.japan.time import tokyo_day, typed_day
from madoguchi.programme import overrides, question_drafts, questions_edit, usecases
from madoguchi.programme.data_register import RECORDS, SEEN_BY
from madoguchi.programme.definition import JAPANESE, Overridable, programme
from madoguchi.programme.editing import spoken
from madoguchi.programme.forms import Reading
from madoguchi.programme.question_drafts import Draft
from madoguchi.programme.question_form import controls_of, read_question
from madoguchi.programme.questions_edit import BLOCKS, CHOOSING, KINDS, Question, Sections
from madoguchi.programme.reliance import Use, check_options, check_order, check_removal, reasons, uses
from madoguchi.programme.usecases import Proposal
from madoguchi.refusals import InvalidError, Refusal
from madoguchi.settings import settings
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.counter import status_of
from madoguchi.web.form_pages import Speech, form_facts
from madoguchi.web.visits import Visit
from staff.counter_app import app

PATH = "/definition/questions"
NEW_QUESTION, NEW_BLOCK = "new", "new-block"
DONE = {
    "kept": "下書きに入れました。まだ公開していません。",
    "removed": "下書きから消しました。まだ公開していません。",
    "moved": "下書きの順番を変えました。まだ公開していません。",
    "discarded": "下書きを捨てました。",
}
UNREADABLE_DAY = "適用する日を、西暦の年・月・日で入力してください。例）2026年12月1日"
PLACE = re.compile(r"sections\.(\d+)\.fields\.(\d+)")
STEPS = {"up": -1, "down": 1}


class Opened(NamedTuple):
    """The setting, and what the staff member made of it so far."""

    setting: Overridable
    draft: Draft


class When(NamedTuple):
    """From which day a change is to hold, as typed, and why."""

    parts: list[str]
    reason: str = ""


class NoTitleError(InvalidError):
    """A new section needs a title."""

    code = "no_title"
    message = "新しい見出しを入力してください。"


@app.page("GET", PATH)
def see_questions(visit: Visit[StaffMember]) -> Answer:
    """Show the questions of a form in order, what may be done with each, and what the draft changes."""
    done = DONE.get(visit.query.get("done"))
    return _list(visit, _opened(visit, visit.query.get("key")), notice=("success", done) if done else None)


@app.page("GET", f"{PATH}/edit")
def see_question(visit: Visit[StaffMember]) -> Answer:
    """Show the controls of one question, or of a new one."""
    found, draft = _opened(visit, visit.query.get("key"))
    name = visit.query.get("question")
    question = {} if name in {NEW_QUESTION, NEW_BLOCK} else questions_edit.find(draft.typed, name)
    return _form(found, draft, name, question, controls_of(question, list(programme().spoken)))


@app.page("POST", f"{PATH}/edit")
def write_question(visit: Visit[StaffMember]) -> Answer:
    """Take a question into the draft."""
    found, draft = _opened(visit, visit.form.get("key"))
    name, languages = visit.form.get("question"), list(programme().spoken)
    is_new = name in {NEW_QUESTION, NEW_BLOCK}
    was = {} if is_new else questions_edit.find(draft.typed, name)
    question, errors = read_question(
        visit.form,
        was,
        languages,
        new_id=questions_edit.new_id(question_drafts.ids_ever(draft)),
        used=set() if is_new else question_drafts.values_ever(draft, found.key, name),
    )
    try:
        typed = draft.typed if errors else _put(visit, found, draft, was, question)
    except Refusal as refusal:
        control = "title-ja" if isinstance(refusal, NoTitleError) else _first_control(name, question)
        errors = [(control, refusal.message)]
    if errors:
        posted = {each: visit.form.get(each) for each in (*controls_of({}, languages), "section", "title-ja")}
        return _form(found, draft, name, was, posted, errors=errors)
    question_drafts.keep(visit.member().staff_id, found.key, draft, typed, visit.now)
    return _back(found, "kept")


@app.page("POST", f"{PATH}/move")
def move(visit: Visit[StaffMember]) -> Answer:
    """Move a question of the draft up or down."""
    found, draft = _opened(visit, visit.form.get("key"))
    typed = questions_edit.move(draft.typed, visit.form.get("question"), STEPS.get(visit.form.get("to"), 1))
    try:
        check_order(typed)
    except Refusal as refusal:
        return _list(visit, Opened(found, draft), errors=[("", refusal.message)], status=status_of(refusal))
    question_drafts.keep(visit.member().staff_id, found.key, draft, typed, visit.now)
    return _back(found, "moved")


@app.page("POST", f"{PATH}/remove")
def remove(visit: Visit[StaffMember]) -> Answer:
    """Take a question out of the draft."""
    found, draft = _opened(visit, visit.form.get("key"))
    name = visit.form.get("question")
    try:
        check_removal(draft.typed, name, _uses(found, draft))
    except Refusal as refusal:
        return _list(visit, Opened(found, draft), errors=[("", refusal.message)], status=status_of(refusal))
    typed = questions_edit.remove(draft.typed, name)
    question_drafts.keep(visit.member().staff_id, found.key, draft, typed, visit.now)
    return _back(found, "removed")


@app.page("POST", f"{PATH}/discard")
def discard(visit: Visit[StaffMember]) -> Answer:
    """Forget the draft."""
    found, _ = _opened(visit, visit.form.get("key"))
    question_drafts.discard(visit.member().staff_id, found.key)
    return _back(found, "discarded")


@app.page("POST", f"{PATH}/check")
def check(visit: Visit[StaffMember]) -> Answer:
    """Show the form as people will see it and what differs (`step` check); put it into force (`step` make)."""
    opened = found, draft = _opened(visit, visit.form.get("key"))
    when = When([visit.form.get(f"from_{part}") for part in ("year", "month", "day")], visit.form.get("reason"))
    if visit.form.get("step") == "edit":
        return _list(visit, opened, when)
    try:
        day = typed_day(*when.parts)
    except ValueError:
        return _list(visit, opened, when, errors=[("from_year", UNREADABLE_DAY)])
    try:
        proposal = question_drafts.propose(found.key, draft, holds_from=day, today=tokyo_day(visit.now))
        reason = usecases.reason_of(when.reason)
        if proposal.problems:
            return _list(visit, opened, when, errors=_problems(proposal))
        if visit.form.get("step") == "make":
            return _make(visit, found, proposal, reason)
    except Refusal as refusal:
        control = "reason" if isinstance(refusal, usecases.ReasonMissingError) else "from_year"
        return _list(visit, opened, when, errors=[(control, refusal.message)], status=status_of(refusal))
    return _confirmation(found, proposal, reason)


def _opened(visit: Visit[StaffMember], key: str) -> Opened:
    """The setting, if the role may change it, with the draft."""
    question_drafts.form_of(key)
    found = usecases.setting(key, visit.role)
    return Opened(found, question_drafts.find_draft(visit.member().staff_id, key, visit.now))


def _uses(found: Overridable, draft: Draft) -> list[Use]:
    return uses(draft.typed, programme(), question_drafts.form_of(found.key))


def _put(visit: Visit[StaffMember], found: Overridable, draft: Draft, was: Question, question: Question) -> Sections:
    """The draft with a question in its place, or the refusal that says why not."""
    if was:
        check_options(question, _uses(found, draft))
        return questions_edit.replace(draft.typed, questions_edit.key_of(was), question)
    index = visit.form.number("section", len(draft.typed))
    title = visit.form.get("title-ja").strip()
    if index >= len(draft.typed) and not title:
        raise NoTitleError
    typed = questions_edit.add(draft.typed, question, section=index, title=title)
    check_order(typed)
    return typed


def _make(visit: Visit[StaffMember], found: Overridable, proposal: Proposal, reason: str) -> Answer:
    staff_id, revision = visit.member().staff_id, visit.form.number("revision", -1)
    usecases.make(proposal, reason=reason, by=staff_id, revision=revision, now=visit.now)
    record(Entry(visit.now, staff_id, "change setting", f"definition/{found.key}", visit.source, reason))
    question_drafts.discard(staff_id, found.key)
    return Redirect("/definition?done=changed")


def _list(
    visit: Visit[StaffMember],
    opened: Opened,
    when: When | None = None,
    *,
    errors: list[tuple[str, str]] | None = None,
    notice: tuple[str, str] | None = None,
    status: int = 200,
) -> Page:
    found, draft = opened
    relied, settled = _uses(found, draft), question_drafts.settled_from(found.key, tokyo_day(visit.now))
    facts = {
        "setting": found,
        "sections": [
            (spoken(section["title"], JAPANESE), [_row(each, relied) for each in section["fields"]])
            for section in draft.typed
        ],
        "differences": questions_edit.differences(draft.before, draft.typed),
        "expires_at": draft.expires_at,
        "settled": settled if settled > tokyo_day(visit.now) else None,
        **(when or When(settled.isoformat().split("-")))._asdict(),
    }
    title = f"質問の変更：{found.label}"
    return Page("definition/questions.html", title, facts, errors=errors or [], notice=notice, status=status)


def _row(question: Question, relied: list[Use]) -> dict[str, Any]:
    return {
        "key": questions_edit.key_of(question),
        "label": questions_edit.label_of(question),
        "kind": questions_edit.kind_of(question),
        "options": [spoken(each["label"], JAPANESE) for each in question.get("options", ())],
        "required": bool(question.get("required")),
        "counted": bool(question.get("counted")),
        "is_conditional": any(question.get(each) for each in ("when", "unless", "under_age")),
        "reasons": reasons(question, relied),
    }


def _form(
    found: Overridable,
    draft: Draft,
    name: str,
    question: Question,
    controls: dict[str, str],
    *,
    errors: list[tuple[str, str]] | None = None,
) -> Page:
    asked = {field for each in questions_edit.questions_of(draft.typed) for field in questions_edit.ids_of(each)}
    free = [(key, block.label) for key, block in BLOCKS.items() if not asked & set(block.fields)]
    is_block = name == NEW_BLOCK or "block" in question
    facts = {
        "setting": found,
        "question": name,
        "label": questions_edit.label_of(question) if question else "",
        "kind": questions_edit.kind_of(question) if question else "",
        "is_block": is_block,
        "may_choose": not question or question.get("kind") in CHOOSING,
        "kinds": list(KINDS.items()),
        "blocks": free,
        "languages": list(programme().spoken.items()),
        "sections": [(str(index), spoken(each["title"], JAPANESE)) for index, each in enumerate(draft.typed)],
        "controls": {"section": str(len(draft.typed) - 1), "title-ja": "", **controls},
        "seen_by": list(SEEN_BY.items()),
        "retentions": [
            (each.id, each.label)
            for each in programme().retention
            if each.id not in RECORDS or each.id == controls.get("retention")
        ],
    }
    title = f"質問の変更：{facts['label']}" if question else ("用意された質問を加える" if is_block else "質問を加える")
    return Page("definition/question.html", title, facts, errors=errors or [])


def _confirmation(found: Overridable, proposal: Proposal, reason: str) -> Page:
    assert proposal.shaped is not None  # noqa: S101 it has no problems
    form = proposal.shaped.registration.form(question_drafts.form_of(found.key))
    facts = {
        "setting": found,
        "differences": questions_edit.differences(proposal.before, proposal.typed),
        "holds_from": proposal.holds_from,
        "parts": proposal.holds_from.isoformat().split("-"),
        "reason": reason,
        "revision": overrides.current()[1],
        "privacy": f"{settings().public_url}/privacy",
        **form_facts(Speech(form), Reading.empty(form), nonce=""),
    }
    return Page("definition/questions_check.html", f"質問の変更の確認：{found.label}", facts)


def _back(found: Overridable, done: str) -> Redirect:
    return Redirect(f"{PATH}?key={found.key}&done={done}")


def _problems(proposal: Proposal) -> list[tuple[str, str]]:
    """What the schema says, with the question that it is about."""
    lines = []
    for key, advice in proposal.problems:
        place = PLACE.search(key)
        question = proposal.typed[int(place[1])]["fields"][int(place[2])] if place else None
        lines.append(f"「{questions_edit.label_of(question)}」：{advice}" if question else advice)
    return [("", each) for each in dict.fromkeys(lines)]


def _first_control(name: str, question: Question) -> str:
    return "block" if name == NEW_BLOCK else "options-ja" if question.get("options") else "label-ja"
