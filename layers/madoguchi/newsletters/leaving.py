"""A member leaves: what was sent to them stays for the figures only."""

from datetime import datetime

from madoguchi.newsletters import store
from madoguchi.newsletters.rules import Delivery, Outcome
from madoguchi.refusals import ConflictError
from madoguchi.storage import transaction


class StillSendingError(ConflictError):
    """A mail to the member is leaving at this moment; its outcome must be noted first."""

    code = "still_sending"


def all_deliveries(member_id: str) -> list[tuple[str, Delivery]]:
    """Every delivery to the member, with the id of its issue."""
    return list(store.deliveries_to(member_id))


def forget(member_id: str, *, substitute: str, now: datetime) -> None:
    """Let the deliveries to the member stand for figures only; one that waits is skipped.

    StillSendingError when a worker sends to the member just now: try again later.
    """
    for issue_id, delivery in all_deliveries(member_id):
        with transaction() as t:
            store.pass_on(t, issue_id, delivery, _outcome_of(delivery, now), substitute=substitute)


def _outcome_of(delivery: Delivery, now: datetime) -> Outcome:
    if delivery.at(now) is Outcome.SENDING:
        raise StillSendingError
    return Outcome.SKIPPED if delivery.outcome is Outcome.PLANNED else delivery.outcome
