"""Works through files of members: checks and imports lists, makes exports, deletes what nobody uses any more."""

from collections import Counter
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from madoguchi import wiring
from madoguchi.exchange import exporting, importing
from madoguchi.refusals import NotFoundError

logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> object:
    """Do each queued task; tasks that fail come back by themselves. Without a queue's records it is the tick."""
    if "Records" not in event:
        counts = importing.tidy(wiring.clock()) + exporting.tidy(wiring.clock())
        logger.info("files tidied", counts=dict(counts))
        return dict(counts)
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    counts = Counter()

    def take(record: SQSRecord) -> None:
        counts.update(_do(record.json_body))

    with processor(event["Records"], take, lambda_context=context):
        processor.process()
    logger.info("files worked through", counts=dict(counts))
    return processor.response()


def _do(task: dict[str, Any]) -> Counter[str]:
    now = wiring.clock()
    try:
        if "export_id" in task:
            return exporting.make(task["export_id"], now)
        if "chunk" in task:
            return importing.carry_out(task["import_id"], task["chunk"], now)
        return importing.check(task["import_id"], now)
    except NotFoundError:  # the queue outlived the table's rows: there is nothing to do
        return Counter(no_such_record=1)
