"""Sends newsletters; each queued message names an issue and a few recipients."""

from collections import Counter
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from madoguchi.newsletters import usecases
from madoguchi.newsletters.queue import Turn

logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Give each message's recipients their mail; messages with recipients left over come back by themselves."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    counts: Counter[str] = Counter()

    def take_turn(record: SQSRecord) -> None:
        counts.update(usecases.send(Turn.from_json(record.body)))

    with processor(event["Records"], take_turn, lambda_context=context):
        processor.process()
    logger.info("newsletter sent", counts=dict(counts))
    return processor.response()
