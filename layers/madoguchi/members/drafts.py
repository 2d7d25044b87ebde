"""Long forms on their way: what was typed so far, found again by a secret that only the browser has.

DRAFT#<hash of the secret>    <form>    what was typed, without any consent: those are given at the end

Nobody has registered yet, so it is kept for seven days and not a moment longer: when it is too old is judged here
with the clock. Whoever breaks off erases it at once.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from madoguchi.japan.time import from_iso, to_iso
from madoguchi.members.rules import digest_of
from madoguchi.programme.questions import Value
from madoguchi.storage import Item, TableMeta

LIVES = timedelta(days=7)


class DraftItem(Item):
    """A form that somebody has not finished."""

    class Meta(metaclass=TableMeta):
        """Which table."""

        capability = "members"

    typed = JSONAttribute()
    reached = NumberAttribute()
    expires_at = UnicodeAttribute()
    ttl = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed, as a form that is posted; `reached` is the furthest section that was opened."""

    typed: Mapping[str, Value]
    reached: int
    expires_at: datetime

    def get(self, name: str) -> str:
        """The first value of a field, or ''."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        value = self.typed.get(name, [])
        return [value] if isinstance(value, str) else value


def new_secret() -> str:
    """A secret for a browser that has no draft yet."""
    return secrets.token_urlsafe(32)


def keep(secret: str, form_id: str, typed: Mapping[str, Value], *, reached: int, now: datetime) -> None:
    """Keep what was typed so far, for another seven days."""
    expires = now + LIVES
    item = DraftItem(_pk(secret), form_id, typed=dict(typed), reached=reached)
    item.expires_at, item.ttl = to_iso(expires), int(expires.timestamp())
    item.save()


def find(secret: str, form_id: str, now: datetime) -> Draft | None:
    """What was typed into that form by the browser with the secret; None when there is nothing (any more)."""
    if not secret:
        return None
    try:
        item = DraftItem.get(_pk(secret), form_id, consistent_read=True)
    except DoesNotExist:
        return None
    expires_at = from_iso(item.expires_at)
    return Draft(item.typed, int(item.reached), expires_at) if expires_at > now else None


def erase(secret: str, form_id: str) -> None:
    """Erase what was typed into that form."""
    if secret:
        DraftItem(_pk(secret), form_id).delete()


def _pk(secret: str) -> str:
    return f"DRAFT#{digest_of(secret)}"
