"""Members' sessions: kept by us, hashed, revocable, with an idle and an absolute limit.

A member comes back every few days and has little to lose here, so a session lasts 14 days, or 7
without a visit. `seen_at` is written at most twice a day: a page must not cost a write.
SESSION#<hash> holds a session; a signpost under the member finds it, to end all of them at once.
"""

import contextlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError

from madoguchi.japan.time import from_iso, to_iso
from madoguchi.members import store
from madoguchi.members.rules import ACTIVE, Member, digest_of
from madoguchi.refusals import NotFoundError
from madoguchi.storage import Item, TableMeta, Transaction
from madoguchi.web.visits import Visit

COOKIE = "session"
LASTS = timedelta(days=14)
LASTS_IDLE = timedelta(days=7)
SEEN_EVERY = timedelta(hours=12)
PREFIX = "SESSION#"


class _SessionItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "members"

    member_id = UnicodeAttribute()
    started_at = UnicodeAttribute()
    seen_at = UnicodeAttribute()
    ttl = NumberAttribute()


def begin(t: Transaction, member_id: str, now: datetime) -> str:
    """Start a session; returns its id, which only the cookie holds."""
    session_id = secrets.token_urlsafe(32)
    item = _SessionItem(_pk(session_id), "SESSION", member_id=member_id, started_at=to_iso(now), seen_at=to_iso(now))
    item.ttl = int((now + LASTS).timestamp())
    t.save(item)
    store.point(t, member_id, item.pk, until=now + LASTS)
    return session_id


def give(visit: Visit[Any], session_id: str) -> None:
    """Hand the session to the visitor's browser."""
    visit.set_cookie(COOKIE, session_id, seconds=int(LASTS.total_seconds()))


def viewer_of(visit: Visit[Any]) -> Member | None:
    """Whoever is signed in: two reads by key, none without a cookie."""
    session_id = visit.cookie(COOKIE)
    if not session_id:
        return None
    try:
        # Consistent: the page after the sign-in button must find the session.
        item = _SessionItem.get(_pk(session_id), "SESSION", consistent_read=True)
        if not _lives(item, visit.now):
            return None
        member = store.get(item.member_id)
    except (DoesNotExist, NotFoundError):
        return None
    if visit.now - from_iso(item.seen_at) > SEEN_EVERY:
        with contextlib.suppress(UpdateError):  # signed out at the same moment, perhaps in another window
            item.update(actions=[_SessionItem.seen_at.set(to_iso(visit.now))], condition=_SessionItem.pk.exists())
    return member if member.status == ACTIVE else None


def end(visit: Visit[Member]) -> None:
    """Revoke the visitor's session and take back the cookie."""
    _SessionItem(_pk(visit.cookie(COOKIE)), "SESSION").delete()
    visit.set_cookie(COOKIE, "", seconds=0)


def end_all(member_id: str) -> None:
    """Revoke every session of a member, on whatever device."""
    for pk in store.elsewhere(member_id, PREFIX):
        _SessionItem(pk, "SESSION").delete()


def started(member_id: str, now: datetime) -> list[datetime]:
    """When the member signed in on the devices that are signed in now, the newest first."""
    keys = [(pk, "SESSION") for pk in store.elsewhere(member_id, PREFIX)]
    living = [item for item in _SessionItem.batch_get(keys) if _lives(item, now)]
    return sorted((from_iso(item.started_at) for item in living), reverse=True)


def _lives(item: _SessionItem, now: datetime) -> bool:
    return now - from_iso(item.started_at) < LASTS and now - from_iso(item.seen_at) < LASTS_IDLE


def _pk(session_id: str) -> str:
    return f"{PREFIX}{digest_of(session_id)}"
