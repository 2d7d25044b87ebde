"""Finds what is still to be done: mail that is owed, seats that nobody confirmed, withdrawals under way."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from madoguchi import wiring
from madoguchi.events import usecases as events
from madoguchi.handover import erasure
from madoguchi.mail.owed import post, still_owed

CAPABILITIES = ("members", "office", "events")
# The worker needs seconds; what is older was lost on the way.
PATIENCE = timedelta(minutes=2)

logger = Logger()


def handler(_event: Mapping[str, object], _context: LambdaContext) -> dict[str, int]:
    """Point the worker at owed mail again, release expired seats, erase who left; returns the counts that it logs."""
    now = wiring.clock()
    counts = {capability: _post_again(capability, now - PATIENCE) for capability in CAPABILITIES}
    counts["seats_released"] = events.release_expired(now)
    counts |= erasure.finish_all(now)
    logger.info("swept", extra=counts)
    return counts


def _post_again(capability: str, before: datetime) -> int:
    count = 0
    for owed in still_owed(capability, before):
        post(owed)
        count += 1
    return count
