"""What staff do about the definition: look at what may be changed, propose, make and undo a change."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from madoguchi.programme import checking, overrides
from madoguchi.programme.definition import Overridable, Programme, preview, programme, unchanged
from madoguchi.programme.editing import same
from madoguchi.programme.overlay import UnknownKeyError, lay, value_at
from madoguchi.programme.overrides import Held, Override
from madoguchi.refusals import ConflictError, ForbiddenError, InvalidError, NotFoundError
from madoguchi.settings import settings

LONGEST_REASON = 200


class ReasonMissingError(InvalidError):
    """A change needs a reason."""

    code = "reason_missing"
    message = (
        f"変更の理由を{LONGEST_REASON}文字以内で入力してください。例）台風のため／発注者との協議（11月20日）による"
    )


class NothingChangedError(InvalidError):
    """The new value is the old one."""

    code = "nothing_changed"
    message = "いまの内容と同じです。変更する内容を入力してください。"


class PastDayError(InvalidError):
    """A change holds from today at the earliest: what was, stays."""

    code = "past_day"
    message = "適用する日は、今日か、今日より後の日にしてください。"


class AlreadyUndoneError(ConflictError):
    """The change was taken back before."""

    code = "already_undone"
    message = "この変更は、すでに取り消されています。"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that the schema accepts, or what is wrong with it. `shaped` is the definition with it."""

    key: str
    typed: Any
    before: Any
    holds_from: date
    problems: tuple[tuple[str, str], ...]
    change: Held | None = None
    shaped: Programme | None = None


def setting(key: str, role: str) -> Overridable:
    """What the definition says about changing a key; NotFoundError for others, ForbiddenError for other roles."""
    found = next((each for each in programme().overridable if each.key == key), None)
    if found is None:
        raise NotFoundError
    if role not in found.roles:
        raise ForbiddenError
    return found


def typed_value(key: str, day: date) -> Any:  # noqa: ANN401 whatever the definition has there
    """The value that holds on a day, as it would be typed into the definition's file."""
    version = unchanged(day).version
    written = next(each for each in _sources() if each["version"] == version)
    written = json.loads(json.dumps(written))
    for each in overrides.held(day):
        lay(written, {each.key: each.typed}, missing_is_fine=True, may_add=True)
    try:
        return value_at(written, key)
    except UnknownKeyError:
        # Not written, so what the schema gives unless told.
        return _default_of(key, day)


def propose(key: str, typed: object, *, holds_from: date, today: date) -> Proposal:
    """Ask the schema, and shape the definition as it would be. PastDayError, NothingChangedError."""
    if holds_from < today:
        raise PastDayError
    before = typed_value(key, holds_from)
    if same(before, typed):
        raise NothingChangedError
    verdict = checking.ask(key, typed, on=holds_from, held=overrides.held(holds_from))
    if verdict.problems:
        return Proposal(key, typed, before, holds_from, tuple(verdict.problems))
    change = Held(overrides.new_id(), key, verdict.value, typed, holds_from, words=verdict.words)
    return Proposal(key, typed, before, holds_from, (), change, preview(holds_from, change))


def make(proposal: Proposal, *, reason: str, by: str, revision: int, now: datetime) -> str:
    """Keep an accepted change; returns its id. ReasonMissingError, ChangedMeanwhileError."""
    reason = reason_of(reason)
    change = proposal.change
    if change is None:
        raise InvalidError
    new = Override(change.override_id, change.key, proposal.typed, proposal.before, change.holds_from, reason, by, now)
    overrides.add(new, change, revision=revision)
    return change.override_id


def undo(override_id: str, *, by: str, today: date, now: datetime) -> Override:
    """Take a change back from today on; AlreadyUndoneError."""
    found = overrides.get(override_id)
    if found.is_undone:
        raise AlreadyUndoneError
    _, revision = overrides.current()
    overrides.undo(found, by=by, today=today, now=now, revision=revision)
    return found


def reason_of(typed: str) -> str:
    """A reason on one line, or ReasonMissingError."""
    reason = " ".join(typed.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissingError
    return reason


@cache
def _sources() -> Sequence[dict[str, Any]]:
    name = f"{settings().programme}.source.json"
    sources: list[dict[str, Any]] = json.loads(files("madoguchi_programmes").joinpath(name).read_bytes())
    return sources


def _default_of(key: str, day: date) -> Any:  # noqa: ANN401
    import msgspec  # noqa: PLC0415 only for what the file leaves out

    return value_at(msgspec.to_builtins(unchanged(day)), key)
