"""Issues, deliveries, and the sum that always comes out: pure values and decisions."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Self

from madoguchi.japan.time import clock_minutes, instant_text, tokyo_instant, typed_day
from madoguchi.newsletters.refusals import InvalidIssueError

LONGEST_SUBJECT, LONGEST_BODY = 80, 20_000
UNKNOWN_AFTER = timedelta(minutes=15)
QUEUE_AGAIN_AFTER = timedelta(minutes=15)
PLANNED_AT_ONCE = 90  # a transaction holds 100 operations
QUEUED_AT_ONCE = 10
ID_LENGTH = 20


class State(StrEnum):
    """Where an issue stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    FREEZING = "freezing"
    SENDING = "sending"
    SENT = "sent"


STATE_LABELS = {
    State.DRAFT: "下書き",
    State.SCHEDULED: "配信予約",
    State.FREEZING: "宛先の確定中",
    State.SENDING: "配信中",
    State.SENT: "配信済み",
}


class Outcome(StrEnum):
    """What became of one recipient. UNKNOWN is never stored: it is a SENDING that got old."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


OUTCOME_LABELS = {
    Outcome.PLANNED: "これから送信",
    Outcome.SENDING: "送信中",
    Outcome.SENT: "送信済み",
    Outcome.FAILED: "送信できず",
    Outcome.SKIPPED: "対象外（配信停止など）",
    Outcome.UNKNOWN: "結果が不明",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue's text; a draft that exists is valid."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One newsletter. `frozen_count` grows while the recipients are frozen and never changes after."""

    issue_id: str
    subject: str
    body: str
    state: State
    created_by: str
    created_at: datetime
    due_at: datetime | None = None
    started_at: datetime | None = None
    queued_at: datetime | None = None
    frozen_count: int = 0

    @property
    def state_label(self) -> str:
        """The state as staff read it."""
        return STATE_LABELS[self.state]

    @property
    def has_started(self) -> bool:
        """Whether recipients are, or are being, frozen."""
        return self.state in {State.FREEZING, State.SENDING, State.SENT}

    def must_be_queued(self, now: datetime) -> bool:
        """Whether what is planned must be put on the queue: never was, or so long ago that a crash is likely."""
        return self.queued_at is None or now - self.queued_at >= QUEUE_AGAIN_AFTER


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recipient of one issue. `claim` is the random mark of the worker that sends it."""

    member_id: str
    outcome: Outcome
    claim: str = ""
    claimed_at: datetime | None = None
    message_id: str = ""
    decided_by: str = ""

    def at(self, now: datetime) -> Outcome:
        """The outcome as it must be read now: a claim that never came to an end is unknown."""
        if self.outcome is Outcome.SENDING and self.claimed_at and now - self.claimed_at >= UNKNOWN_AFTER:
            return Outcome.UNKNOWN
        return self.outcome


@dataclass(frozen=True, slots=True)
class Tally:
    """How many recipients have which outcome; the sum is the frozen count, after any crash."""

    planned: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, deliveries: Iterable[Delivery], now: datetime) -> Self:
        """Count deliveries."""
        return cls(**Counter(delivery.at(now).value for delivery in deliveries))

    @property
    def total(self) -> int:
        """Everybody."""
        return sum(getattr(self, each.name) for each in fields(self))

    @property
    def waiting(self) -> int:
        """Those whose turn has not come or is just now."""
        return self.planned + self.sending


@dataclass(frozen=True, slots=True)
class Mailing:
    """An issue of a month, as the report counts it."""

    issue_id: str
    subject: str
    started_at: datetime
    recipients: int
    sent: int


def id_of(nonce: str) -> str:
    """An issue's id from its form's nonce: a resend gives the same id."""
    return hashlib.sha256(f"issue\n{nonce}".encode()).hexdigest()[:ID_LENGTH]


def chunks(values: Iterable[str], size: int) -> Iterator[list[str]]:
    """The values in lists of at most `size`."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def read_draft(posted: Callable[[str], str]) -> Draft:
    """Read an issue's form, or raise InvalidIssueError with everything that is wrong."""
    subject = " ".join(posted("subject").split())
    body = posted("body").replace("\r\n", "\n").strip()
    problems = [
        *_text_problem("subject", "件名", subject, LONGEST_SUBJECT),
        *_text_problem("body", "本文", body, LONGEST_BODY),
    ]
    if problems:
        raise InvalidIssueError(problems)
    return Draft(subject, body)


def read_schedule(posted: Callable[[str], str], recipients: int, now: datetime) -> datetime:
    """Read when to send and the typed number of recipients, or raise InvalidIssueError.

    Typing the number is the confirmation: nobody mails a thousand people by one wrong click.
    """
    problems: list[tuple[str, str]] = []
    due_at = _due_at(posted, now, problems)
    typed = unicodedata.normalize("NFKC", posted("recipients")).strip()
    if not recipients:
        problems.append(("recipients", "お知らせメールを受け取る人がいないため、配信を予約できません。"))
    elif typed != str(recipients):
        problems.append(("recipients", f"いまの宛先の件数（{recipients}）を、数字で入力してください。"))
    if problems or due_at is None:
        raise InvalidIssueError(problems)
    return due_at


def _due_at(posted: Callable[[str], str], now: datetime, problems: list[tuple[str, str]]) -> datetime | None:
    try:
        day = typed_day(*(posted(f"due_{part}") for part in ("year", "month", "day")))
    except ValueError:
        problems.append(("due_year", "配信日を、実際にある日付で入力してください。例）2026年12月1日"))
        day = None
    try:
        minutes = clock_minutes(posted("due_time").strip().replace("：", ":"))
    except ValueError:
        problems.append(("due_time", "配信時刻を、10:00のように入力してください。"))
        return None
    if day is None:
        return None
    due_at = tokyo_instant(day, minutes)
    if due_at < now.replace(second=0, microsecond=0):
        problems.append(("due_year", f"配信日時は、これからの日時にしてください（いまは{instant_text(now)}です）。"))
    return due_at


def _text_problem(field: str, label: str, value: str, longest: int) -> Sequence[tuple[str, str]]:
    if not value:
        return [(field, f"{label}を入力してください。")]
    if len(value) > longest:
        return [(field, f"{label}は{longest}文字以内で入力してください（いまは{len(value)}文字です）。")]
    return []
