"""Events, seats and sign-ups: pure values and decisions."""

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from madoguchi.events.refusals import InvalidEventError
from madoguchi.japan.time import (
    TOKYO,
    Month,
    clock_minutes,
    day_text,
    instant_text,
    tokyo_day,
    tokyo_instant,
    typed_day,
)
from madoguchi.programme.questions import Consent, Field, Form, Section

FEW_SEATS = 3
LARGEST_CAPACITY = 1000
LONGEST_TITLE, LONGEST_PLACE, LONGEST_DESCRIPTION = 60, 100, 5000
ID_LENGTH = 20

GUEST_FORM = Form(
    id="guest",
    label="イベントの申込み",
    purpose=(
        "ご記入いただいた内容は、このイベントの受付と連絡、参加者数の集計（個人が分からない形にしたもの）のためにだけ使います。"
        "お知らせメールの配信などには使いません。"
    ),
    sections=[
        Section(
            "お名前と連絡先",
            [
                Field(
                    id="name",
                    label="お名前",
                    kind="text",
                    purpose="当日の受付",
                    required=True,
                    autocomplete="name",
                    longest=60,
                ),
                Field(
                    id="email",
                    label="メールアドレス",
                    kind="email",
                    purpose="申込みの確認と、イベントの連絡",
                    required=True,
                    support="確認のメールをお送りします。例）hanako@example.jp",
                    autocomplete="email",
                    longest=254,
                ),
            ],
        )
    ],
    consents=[
        Consent(id="terms", label="利用目的を確認し、個人情報の取扱いに同意します", version="2026-04-01", required=True)
    ],
)


class State(StrEnum):
    """Where a sign-up stands."""

    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def has_seat(self) -> bool:
        """Whether a seat is taken by it."""
        return self in {State.HELD, State.CONFIRMED}


STATE_LABELS = {
    State.HELD: "確認待ち",
    State.CONFIRMED: "申込み済み",
    State.CANCELLED: "取消し",
    State.EXPIRED: "期限切れ",
}


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event as staff describe it; a draft that exists is valid."""

    title: str
    description: str
    place: str
    starts: datetime
    ends: datetime
    capacity: int


@dataclass(frozen=True, slots=True)
class Event:
    """A published event. `description_html` is safe to show."""

    event_id: str
    title: str
    description: str
    description_html: str
    place: str
    starts: datetime
    ends: datetime
    capacity: int
    seats_taken: int

    @property
    def month(self) -> Month:
        """The month in Tokyo that it belongs to."""
        return Month.of(tokyo_day(self.starts))

    @property
    def seats_left(self) -> int:
        """Free seats."""
        return max(0, self.capacity - self.seats_taken)

    @property
    def is_full(self) -> bool:
        """Whether no seat is free."""
        return self.seats_left == 0

    def has_started(self, now: datetime) -> bool:
        """Whether sign-up is over."""
        return now >= self.starts

    @property
    def state(self) -> str:
        """plenty, few or full, as pages show it."""
        if self.is_full:
            return "full"
        return "few" if self.seats_left <= FEW_SEATS else "plenty"

    @property
    def seats_text(self) -> str:
        """The seats as people read them."""
        return "満席" if self.is_full else f"残り{self.seats_left}席"

    @property
    def time_text(self) -> str:
        """When it is: 2026年11月28日（土）14:00～16:00."""
        ends = self.ends.astimezone(TOKYO)
        same_day = tokyo_day(self.starts) == ends.date()
        return (
            f"{instant_text(self.starts)}～{ends:%H:%M}"
            if same_day
            else f"{instant_text(self.starts)}～{instant_text(self.ends)}"
        )


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who wants a seat: a member, or a guest. Either is known by the address, a member also by id."""

    address: str
    name: str
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class SignUp:
    """One person's seat at one event. A member's name is read from the member, not from here.

    A member's class and counted answers, and the definition's version, stay as they were at the sign-up.
    """

    sign_up_id: str
    event_id: str
    state: State
    member_id: str
    name: str
    email: str
    at: datetime
    held_until: datetime | None
    class_id: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    def is_expired(self, now: datetime) -> bool:
        """Whether the seat was held for a guest and the time is over."""
        if self.state is State.EXPIRED:
            return True
        return self.state is State.HELD and self.held_until is not None and now >= self.held_until

    @property
    def state_label(self) -> str:
        """The state as staff read it."""
        return STATE_LABELS[self.state]


@dataclass(frozen=True, slots=True)
class Roll:
    """An event and everybody who signed up, with their names, cancelled and expired ones too."""

    event: Event
    people: list[tuple[SignUp, str]]

    @property
    def coming(self) -> list[SignUp]:
        """Those who have a seat."""
        return [sign_up for sign_up, _ in self.people if sign_up.state.has_seat]


def id_of(*parts: str) -> str:
    """A record's id from a form's nonce and what else makes it one: a resend gives the same id."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:ID_LENGTH]


def digest_of(token: str) -> str:
    """The hash under which a mailed token is stored; it is random, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _printable(text: str) -> str:
    """The text without control characters, which come with text copied from elsewhere; lines stay."""
    return "".join(each for each in text if each == "\n" or unicodedata.category(each) != "Cc")


class _Reader:
    """Collects what is wrong while a form is read, so that all of it is told at once."""

    def __init__(self, posted: Callable[[str], str]) -> None:
        self.posted = posted
        self.problems: list[tuple[str, str]] = []

    def text(self, field: str, label: str, longest: int) -> str:
        value = _printable(self.posted(field).replace("\r\n", "\n")).strip()
        if not value:
            self.problems.append((field, f"{label}を入力してください。"))
        elif len(value) > longest:
            self.problems.append(
                (field, f"{label}は{longest}文字以内で入力してください（いまは{len(value)}文字です）。")
            )
        return value

    def day(self, field: str, label: str) -> date | None:
        try:
            return typed_day(*(self.posted(f"{field}_{part}") for part in ("year", "month", "day")))
        except ValueError:
            self.problems.append((f"{field}_year", f"{label}を、実際にある日付で入力してください。例）2026年12月5日"))
            return None

    def clock(self, field: str, label: str) -> int | None:
        try:
            return clock_minutes(self.posted(field).strip().replace("：", ":"))
        except ValueError:
            self.problems.append((field, f"{label}を、14:00のように入力してください。"))
            return None

    def number(self, field: str, label: str, most: int) -> int:
        try:
            value = int(self.posted(field))
        except ValueError:
            value = 0
        if not 1 <= value <= most:
            self.problems.append((field, f"{label}は、1から{most}までの整数で入力してください。"))
        return value


@dataclass(frozen=True, slots=True)
class _When:
    starts: datetime
    ends: datetime

    @classmethod
    def read(cls, reader: _Reader, now: datetime) -> Self | None:
        day, starts, ends = (
            reader.day("day", "開催日"),
            reader.clock("starts", "開始時刻"),
            reader.clock("ends", "終了時刻"),
        )
        if day is None or starts is None or ends is None:
            return None
        when = cls(tokyo_instant(day, starts), tokyo_instant(day, ends))
        if when.ends <= when.starts:
            reader.problems.append(("ends", "終了時刻は、開始時刻より後の時刻にしてください。"))
        elif when.starts <= now:
            reader.problems.append(
                ("day_year", f"開催日時は、これからの日時にしてください（{day_text(day)}は過ぎています）。")
            )
        return when


def read_draft(posted: Callable[[str], str], now: datetime) -> EventDraft:
    """Read the form of a new event, or raise InvalidEventError with everything that is wrong."""
    reader = _Reader(posted)
    title = " ".join(reader.text("title", "イベント名", LONGEST_TITLE).split())
    description = reader.text("description", "説明", LONGEST_DESCRIPTION)
    place = " ".join(reader.text("place", "場所", LONGEST_PLACE).split())
    when = _When.read(reader, now)
    capacity = reader.number("capacity", "定員", LARGEST_CAPACITY)
    if reader.problems or when is None:
        raise InvalidEventError(reader.problems)
    return EventDraft(title, description, place, when.starts, when.ends, capacity)
