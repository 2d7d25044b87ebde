"""The hourly tick that freezes last month on the first working day after it.

By hand, `{"month": "2026-10"}` freezes that month; a month that is frozen already stays as it is.
"""

from typing import Any

from aws_lambda_powertools import Logger

from madoguchi import wiring
from madoguchi.japan.time import Month
from madoguchi.programme.definition import programme
from madoguchi.reports.rules import month_due
from madoguchi.reports.usecases import freeze

logger = Logger()


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Freeze the month that is due, or the one that the payload names; says what was done."""
    now = wiring.clock()
    named = event.get("month")
    month = Month.parse(named) if named else month_due(now, programme().contract)
    if month is None:
        outcome: dict[str, Any] = {"month": None, "frozen_now": False}
    else:
        frozen = freeze(month, now)
        outcome = {
            "month": str(month),
            "frozen_now": frozen.is_new,
            "figures": frozen.figures,
            "sha256": frozen.record.sha256,
        }
    logger.info("monthly roll-up", **outcome)
    return outcome
