"""Somebody left: everything of theirs is erased, step by step, until nothing is left but what was shown.

The first transaction (members.withdrawal) marked the member; they can do nothing since. Each step here may stop
anywhere and is simply done again by the next sweep: what was done stays done, and the profile goes last, because
the steps before it read where everything is.
"""

import contextlib
from collections import Counter
from dataclasses import asdict, replace
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
from madoguchi.prospects import leaving as prospects
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
    for member_id in _ids(member):
        if programme().module_on("office"):
            bookings.give_places_back(member_id, now)
        for address in _addresses(member):
            sign_ups.give_seats_back(member_id, address, now)


def _forget(member: Member, each: Leaving, now: datetime) -> None:
    """Let the records of other capabilities count for somebody who cannot be found, and delete the rest."""
    for address in _addresses(member):
        links.forget_waiting(address)
        for member_id in _ids(member):
            sign_ups.forget(member_id, address, substitute=each.substitute)
    _free_representatives(member)
    # The member last: their partition tells who else they are.
    for member_id in reversed(_ids(member)):
        bookings.forget(member_id, substitute=each.substitute, now=now)
        deliveries.forget(member_id, substitute=each.substitute, now=now)
        prospects.forget_member(member_id)
        if member_id != member.member_id:
            _forget_twin(member_id, each)
        leaving.forget_all_but_the_profile(member_id)


def _free_representatives(organisation: Member) -> None:
    """Let whoever represented the organisation stay as themselves."""
    for representative in store.those(store.belonging_to(organisation.member_id)).values():
        with transaction() as t:
            store.replace(t, representative, replace(representative, organisation_id=""))


def _forget_twin(member_id: str, each: Leaving) -> None:
    with contextlib.suppress(NotFoundError):
        twin = store.get(member_id)
        with transaction() as t:
            leaving.take_out_twin(t, each, twin)


def _pass_registration_on(member_id: str) -> None:
    found = leaving.of(member_id)
    if found:
        with transaction() as t:
            leaving.finish(t, found)


def _ids(member: Member) -> list[str]:
    """The member's id, and those of registrations that were merged into theirs."""
    return [member.member_id, *store.absorbed(member.member_id)]


def _addresses(member: Member) -> list[str]:
    """Every address that was ever the member's: now, before a change, before a merge."""
    corrections = (each for member_id in _ids(member) for each in changes.history(member_id))
    former = (str(each.before.get("email", "")) for each in corrections)
    merged = (key.partition("#")[2] for key in store.elsewhere(member.member_id, "EMAIL#"))
    return list(dict.fromkeys(address for address in (member.email, *former, *merged) if address)) or [""]


def _records_of(member: Member) -> dict[str, list[dict[str, Any]]]:
    """The person's own records by kind, for the kinds that the definition keeps with the person."""
    return {
        "bookings": [
            {"at": str(each.slot), "area": each.area, "state": each.state.value}
            for member_id in _ids(member)
            for each in bookings.all_bookings(member_id)
        ],
        "sign_ups": [
            {"event": event.title, "at": event.time_text, "state": sign_up.state.value}
            for member_id in _ids(member)
            for sign_up, event in sign_ups.all_sign_ups(member_id)
        ],
        "deliveries": [
            {"issue": issue_id, "outcome": delivery.outcome.value}
            for member_id in _ids(member)
            for issue_id, delivery in deliveries.all_deliveries(member_id)
        ],
        "prospects": [
            asdict(each.note) | {"heard_on": each.note.heard_on.isoformat()}
            for member_id in _ids(member)
            for each in prospects.of_member(member_id)
        ],
    }
