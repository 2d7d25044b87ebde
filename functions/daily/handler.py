"""The hourly tick that does once a day what the day demands: erase what is over, end classes, remind people.

By hand any payload does the same; a day that was seen to stays so.
"""

from collections.abc import Mapping

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from madoguchi import wiring
from madoguchi.handover import daily

logger = Logger()


def handler(_event: Mapping[str, object], _context: LambdaContext) -> dict[str, int]:
    """See to the days that are not done yet; returns the counts that it logs."""
    counts = dict(daily.run(wiring.clock()))
    logger.info("daily", extra=counts)
    return counts
