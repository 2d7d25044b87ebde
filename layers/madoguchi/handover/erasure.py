"""Somebody left: everything of theirs is erased, step by step, until nothing is left but what was shown.

The first transaction (members.withdrawal) marked the member; they can do nothing since. Each step here may stop
anywhere and is simply done again by the next sweep: what was done stays done, and the profile goes last, because
the steps before it read where everything is.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from madoguchi.events import leaving as sign_ups
from madoguchi.handover import retention
from madoguchi.mail.owed import post
from madoguchi.members import changes, leaving, links, store
from madoguchi.members.leaving import Leaving
from madoguchi.members.rules import Member
from madoguchi.newsletters import leaving as deliveries
from madoguchi.newsletters.leaving import StillSendingError
from madoguchi.office import leaving as bookings
from madoguchi.programme.definition import programme
from madoguchi.refusals import NotFoundError
from madoguchi.storage import transaction

logger = Logger()


def finish_all(now: datetime) -> Counter[str]:
    """Bring every withdrawal to its end; returns how many ended and how many wait for a mail on its way.

    One that fails does not stop the others; its failure is raised at the end.
    """
    counts: Counter[str] = Counter()
    failures: list[Exception] = []
    for each in leaving.under_way():
        try:
            finish(each, now)
            counts["left"] += 1
        except StillSendingError:
            counts["leave_later"] += 1
        except Exception as failure:  # noqa: BLE001 one bad record must not stop the others; raised below
            logger.error("withdrawal not finished", member_id=each.member_id, kind=type(failure).__name__)  # noqa: TRY400 its text may quote a person
            failures.append(failure)
    if failures:
        raise failures[0]
    return counts


def finish(each: Leaving, now: datetime) -> None:
    """Do what is still to be done for one withdrawal."""
    try:
        member = store.get(each.member_id)
    except NotFoundError:
        _pass_registration_on(each.member_id)
        return
    plan = retention.plan_for(each.asked_at)
    _give_back(member, now)
    retention.keep(each, member, plan, _records_of(member))
    _forget(member, each, now)
    with transaction() as t:
        owed = leaving.take_out(t, each, store.get(each.member_id), plan.told, now)
    _pass_registration_on(each.member_id)
    if owed:
        post(owed)


def _give_back(member: Member, now: datetime) -> None:
    """Free the places and seats that others can take."""
    if programme().module_on("office"):
        bookings.give_places_back(member.member_id, now)
    for address in _addresses(member):
        sign_ups.give_seats_back(member.member_id, address, now)


def _forget(member: Member, each: Leaving, now: datetime) -> None:
    """Let the records of other capabilities count for somebody who cannot be found, and delete the rest."""
    for address in _addresses(member):
        sign_ups.forget(member.member_id, address, substitute=each.substitute)
        links.forget_waiting(address)
    bookings.forget(member.member_id, substitute=each.substitute, now=now)
    deliveries.forget(member.member_id, substitute=each.substitute, now=now)
    leaving.forget_all_but_the_profile(member.member_id)


def _pass_registration_on(member_id: str) -> None:
    found = leaving.of(member_id)
    if found:
        with transaction() as t:
            leaving.finish(t, found)


def _addresses(member: Member) -> list[str]:
    """The member's address and those that it was before."""
    former = (str(each.before.get("email", "")) for each in changes.history(member.member_id))
    return list(dict.fromkeys(address for address in (member.email, *former) if address)) or [""]


def _records_of(member: Member) -> dict[str, list[dict[str, Any]]]:
    """The person's own records by kind, for the kinds that the definition keeps with the person."""
    return {
        "bookings": [
            {"at": str(each.slot), "area": each.area, "state": each.state.value}
            for each in bookings.all_bookings(member.member_id)
        ],
        "sign_ups": [
            {"event": event.title, "at": event.time_text, "state": sign_up.state.value}
            for sign_up, event in sign_ups.all_sign_ups(member.member_id)
        ],
        "deliveries": [
            {"issue": issue_id, "outcome": delivery.outcome.value}
            for issue_id, delivery in deliveries.all_deliveries(member.member_id)
        ],
    }
