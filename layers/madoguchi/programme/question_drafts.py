"""Questions that somebody is changing: a draft of their own until they propose the change.

DRAFT#<staff id>    <key>    the sections as they are to become, and as they were when the draft began

It is kept for seven days; when it is too old is judged here with the clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from madoguchi.japan.time import from_iso, to_iso, tokyo_day
from madoguchi.programme import overrides, usecases
from madoguchi.programme.definition import programme
from madoguchi.programme.editing import same
from madoguchi.programme.overrides import PackedAttribute
from madoguchi.programme.questions_edit import QUESTIONS, Sections, find, ids_of, questions_of
from madoguchi.programme.usecases import PastDayError, Proposal
from madoguchi.refusals import ConflictError, NotFoundError
from madoguchi.storage import Item, TableMeta

LIVES = timedelta(days=7)


class OutdatedDraftError(ConflictError):
    """On that day other questions hold than those with which the draft began."""

    code = "outdated_draft"
    message = (
        "この下書きのもとにした内容は、その日の内容と異なります。"
        "すでに決まっている変更より後の日にするか、下書きを捨てて、いまの内容からやり直してください。"
    )


class _DraftItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "programme"

    typed = PackedAttribute()
    before = PackedAttribute()
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Draft:
    """The questions as they are to become, and as they were. `expires_at` is None while nothing was changed."""

    typed: Sections
    before: Sections
    expires_at: datetime | None = None


def form_of(key: str) -> str:
    """The id of the form whose questions a key names, or NotFoundError."""
    found = QUESTIONS.fullmatch(key)
    if not found:
        raise NotFoundError
    return found[1]


def settled_from(key: str, today: date) -> date:
    """The day from which the latest change of the key holds, today at the earliest: a draft goes on from there."""
    return max([today, *(each.holds_from for each in overrides.current()[0] if each.key == key)])


def find_draft(staff_id: str, key: str, now: datetime) -> Draft:
    """What somebody made of the questions so far; the questions as they are settled when that is nothing."""
    try:
        item = _DraftItem.get(_pk(staff_id), key, consistent_read=True)
    except DoesNotExist:
        item = None
    if item and from_iso(item.expires_at) > now:
        return Draft(item.typed, item.before, from_iso(item.expires_at))
    settled = usecases.typed_value(key, settled_from(key, tokyo_day(now)))
    return Draft(settled, settled)


def keep(staff_id: str, key: str, draft: Draft, typed: Sections, now: datetime) -> None:
    """Keep what the questions have become, for another seven days."""
    expires = now + LIVES
    item = _DraftItem(_pk(staff_id), key, typed=typed, before=draft.before)
    item.expires_at, item.ttl = to_iso(expires), int(expires.timestamp())
    item.save()


def discard(staff_id: str, key: str) -> None:
    """Forget a draft."""
    _DraftItem(_pk(staff_id), key).delete()


def propose(key: str, draft: Draft, *, holds_from: date, today: date) -> Proposal:
    """Ask the schema about a draft; OutdatedDraftError, PastDayError, NothingChangedError."""
    if holds_from < today:
        raise PastDayError
    if not same(usecases.typed_value(key, holds_from), draft.before):
        raise OutdatedDraftError
    return usecases.propose(key, draft.typed, holds_from=holds_from, today=today)


def ids_ever(draft: Draft) -> set[str]:
    """Every id that a question of any form has or had, as far as the history goes."""
    found = {field.id for form in programme().registration.forms for field in form.fields}
    for sections in (draft.typed, *_ever()):
        found |= {field for question in questions_of(sections) for field in ids_of(question)}
    return found


def values_ever(draft: Draft, key: str, question_key: str) -> set[str]:
    """Every value that an option of a question has or had, as far as the history goes."""
    found: set[str] = set()
    for sections in (draft.typed, draft.before, *_ever(key)):
        try:
            question = find(sections, question_key)
        except NotFoundError:
            continue
        found |= {str(each["value"]) for each in question.get("options", ())}
    return found


def _ever(key: str = "") -> Iterator[Sections]:
    for each in overrides.current()[0]:
        if QUESTIONS.fullmatch(each.key) and each.key == (key or each.key):
            yield each.typed
    for change in overrides.history():
        if QUESTIONS.fullmatch(change.key) and change.key == (key or change.key):
            yield change.typed
            yield change.before


def _pk(staff_id: str) -> str:
    return f"DRAFT#{staff_id}"
