"""Prospects: what is noted of them, on what lawful basis, and how far they have come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from madoguchi.refusals import ConflictError, InvalidError

SHORT, LONG = 100, 1000


class State(StrEnum):
    """How far somebody has come."""

    CANDIDATE = "candidate"
    CONTACTED = "contacted"
    REGISTERED = "registered"
    DROPPED = "dropped"


STATE_LABELS: Mapping[State, str] = {
    State.CANDIDATE: "候補",
    State.CONTACTED: "連絡済み",
    State.REGISTERED: "登録済み",
    State.DROPPED: "見送り",
}
NEXT: Mapping[State, tuple[State, ...]] = {
    State.CANDIDATE: (State.CONTACTED, State.REGISTERED, State.DROPPED),
    State.CONTACTED: (State.REGISTERED, State.DROPPED),
    State.REGISTERED: (),
    State.DROPPED: (),
}
HEARING_LABELS: Mapping[str, str] = {
    "person": "本人",
    "group": "団体",
    "school": "学校",
    "company": "企業",
    "council": "地域の協議会・自治会",
    "other": "そのほか",
}
BASIS_LABELS: Mapping[str, str] = {
    "consent": "本人が、候補者として控えることに同意した",
    "introduced": "紹介した人が、本人の了解を得ている",
    "public": "公表されている情報（ホームページ、記事など）だけを控えた",
}
YES_NO: Mapping[str, str] = {"yes": "連絡してよい", "no": "連絡してはいけない"}
TEXTS: Mapping[str, tuple[str, int, bool]] = {
    "name": ("氏名・団体名", SHORT, True),
    "organisation": ("所属", SHORT, False),
    "contact": ("連絡先", SHORT, False),
    "skills": ("得意なこと・技能", LONG, False),
    "qualities": ("資質・人柄", LONG, False),
    "experience": ("経験・経歴", LONG, False),
    "summary": ("聞いた内容", LONG, True),
}


class InvalidProspectError(InvalidError):
    """Something that was typed cannot be kept; `problems` says what and how to mend it."""

    code = "invalid_prospect"

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        """Take (field, message) pairs."""
        self.problems = problems
        super().__init__()


class NoPermissionError(InvalidError):
    """Nobody contacts whom we may not contact."""

    code = "no_permission"
    message = "連絡してよいと確かめていない方には、連絡できません。先に、連絡の可否を「連絡してよい」に直してください。"


class ProspectChangedError(ConflictError):
    """It is no longer as its page showed it."""

    code = "prospect_changed"
    message = "表示したあとに、ほかの担当者が内容を変えました。最新の内容を確認してください。"


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted of somebody. `kind` is the stage for which they might do; without permission no contact is kept."""

    name: str
    kind: str
    hearing: str
    heard_on: date
    summary: str
    basis: str
    may_contact: bool
    organisation: str = ""
    contact: str = ""
    skills: str = ""
    qualities: str = ""
    experience: str = ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """Somebody who may register one day; `member_id` once they did."""

    prospect_id: str
    note: Note
    state: State
    noted_at: datetime
    noted_by: str
    revision: int = 1
    member_id: str = ""

    @property
    def next_states(self) -> tuple[State, ...]:
        """Where they can come from here."""
        return NEXT[self.state]


def read_note(typed: Callable[[str], str], kinds: Mapping[str, str], today: date) -> Note:
    """Read a posted form, or InvalidProspectError with every problem."""
    problems: list[tuple[str, str]] = []
    texts = {field: _text(field, typed(field), problems) for field in TEXTS}
    chosen = {
        field: _choice(field, label, options, typed(field), problems)
        for field, label, options in (
            ("kind", "候補の種類", kinds),
            ("hearing", "だれから聞いたか", HEARING_LABELS),
            ("basis", "控えてよい根拠", BASIS_LABELS),
            ("may_contact", "連絡の可否", YES_NO),
        )
    }
    heard_on = _day(typed, today, problems)
    may_contact = chosen.pop("may_contact") == "yes"
    if texts["contact"] and not may_contact:
        problems.append(("contact", "連絡してはいけない方の連絡先は控えられません。連絡先を消してください。"))
    if problems or heard_on is None:
        raise InvalidProspectError(problems)
    return Note(heard_on=heard_on, may_contact=may_contact, **texts, **chosen)


def _text(field: str, typed: str, problems: list[tuple[str, str]]) -> str:
    label, longest, is_required = TEXTS[field]
    text = typed.strip()
    if is_required and not text:
        problems.append((field, f"{label}を入力してください。"))
    if len(text) > longest:
        problems.append((field, f"{label}は{longest}文字以内で入力してください（いまは{len(text)}文字です）。"))
    return text


def _choice(field: str, label: str, options: Mapping[str, str], typed: str, problems: list[tuple[str, str]]) -> str:
    if typed not in options:
        problems.append((field, f"{label}を選んでください。"))
    return typed


def _day(typed: Callable[[str], str], today: date, problems: list[tuple[str, str]]) -> date | None:
    try:
        day = date(*(int(typed(f"heard_on_{part}")) for part in ("year", "month", "day")))
    except (ValueError, OverflowError):
        problems.append(("heard_on_year", "聞いた日を西暦の年・月・日で入力してください。例）2026年4月1日"))
        return None
    if not today - timedelta(days=3660) <= day <= today:
        problems.append(("heard_on_year", "聞いた日は、今日までの10年のうちの日を入力してください。"))
        return None
    return day
