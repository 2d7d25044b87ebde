"""Brings due newsletters one step on: freezes recipients, queues them, closes what is sent."""

from collections.abc import Mapping

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from madoguchi import wiring
from madoguchi.newsletters import usecases

logger = Logger()


def handler(_event: Mapping[str, object], _context: LambdaContext) -> dict[str, int]:
    """Look at every due issue; returns the counts that it logs."""
    counts = usecases.plan(wiring.clock())
    logger.info("newsletters planned", counts=dict(counts))
    return dict(counts)
