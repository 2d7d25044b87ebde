"""Leaving: what a member is shown before, and the one transaction that begins it.

From that transaction on the member can do nothing more; the rest is done by the sweep (handover.erasure).
"""

from dataclasses import dataclass
from datetime import datetime

from madoguchi.audit import store as audit
from madoguchi.audit.store import Entry
from madoguchi.events import leaving as sign_ups
from madoguchi.events.rules import Event
from madoguchi.handover import retention
from madoguchi.handover.retention import Plan
from madoguchi.members import leaving, store
from madoguchi.members.leaving import LeftError
from madoguchi.members.rules import LEAVING, ChangedMeanwhileError, Member
from madoguchi.office import leaving as bookings
from madoguchi.office.rules import Booking
from madoguchi.programme.definition import programme
from madoguchi.storage import transaction

SEEN, WITHDRAWN = "see member", "withdraw"
THE_MEMBER = "member"
ORGANISATION = "organisation"
MOST_TRIES = 3
# Why staff withdraw somebody. A list, not a text: the audit log holds nobody's name.
REASONS = {
    "phone": "電話で本人から申し出があったため",
    "paper": "書面で本人から申し出があったため",
    "counter": "窓口で本人から申し出があったため",
    "family": "家族や代理人から申し出があったため",
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What leaving would mean now: what becomes of the data, and what to come is cancelled.

    When it is an organisation that leaves, `representatives` stay as themselves.
    """

    plan: Plan
    bookings: list[Booking]
    events: list[Event]
    is_organisation: bool
    representatives: int


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks for the withdrawal: the member, or a member of staff for them, from where and why."""

    by: str = THE_MEMBER
    source: str = ""
    reason: str = ""


def outlook(member: Member, now: datetime) -> Outlook:
    """What the member is shown before they decide."""
    definition, member_id = programme(), member.member_id
    return Outlook(
        retention.plan_for(now),
        bookings.bookings_to_come(member_id, now) if definition.module_on("office") else [],
        [event for _, event in sign_ups.sign_ups_to_come(member_id, now)] if definition.module_on("events") else [],
        member.form.subject == ORGANISATION,
        len(store.belonging_to(member_id)),
    )


def seen_by_staff(member_id: str, wish: Wish, *, now: datetime) -> Member:
    """The member whom staff are about to withdraw; that they were looked at is noted first."""
    member = store.get(member_id)
    audit.record(Entry(now, wish.by, SEEN, f"members/{member_id}", wish.source))
    return member


def withdraw(member_id: str, wish: Wish, *, now: datetime) -> None:
    """Begin: the member can do nothing more, and one entry in the audit log says who asked for it.

    Asking twice is asking once.
    """
    for _ in range(MOST_TRIES):
        member = store.get(member_id)
        if member.status == LEAVING:
            return
        try:
            _begin(member, wish, now)
        except (ChangedMeanwhileError, LeftError):
            continue
        return
    raise ChangedMeanwhileError


def _begin(member: Member, wish: Wish, now: datetime) -> None:
    with transaction() as t:
        leaving.begin(t, member, now)
        audit.add(t, Entry(now, wish.by, WITHDRAWN, f"members/{member.member_id}", wish.source, wish.reason))
