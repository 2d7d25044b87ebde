"""Builders for events: only what matters is said."""

from datetime import timedelta

from madoguchi.events.rules import Attendee, Event, EventDraft
from madoguchi.events.usecases import publish
from tests.support.members import NOW

STARTS = NOW + timedelta(days=7)


def a_draft(
    *, seats: int = 10, starts_in: timedelta = timedelta(days=7), title: str = "移住とテレワークの交流会"
) -> EventDraft:
    """An event of two hours, a week from now."""
    starts = NOW + starts_in
    return EventDraft(title, "先輩移住者の**体験談**を聞きます。", "会議室", starts, starts + timedelta(hours=2), seats)


def an_event(*, seats: int = 10, starts_in: timedelta = timedelta(days=7), nonce: str = "event-1") -> Event:
    """A published event."""
    return publish(a_draft(seats=seats, starts_in=starts_in), nonce=nonce, by="staff-1", now=NOW)


def a_guest(address: str = "taro@example.jp", name: str = "鈴木 太郎") -> Attendee:
    """A guest who types name and address."""
    return Attendee(address, name)
