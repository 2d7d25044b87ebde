"""Sends the mails that records owe; each queued message names one record."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from madoguchi import wiring
from madoguchi.events import mails as event_mails
from madoguchi.mail.message import MailRefusedError, Message
from madoguchi.mail.owed import OwedMail, OwingItem, settle, settle_refused
from madoguchi.members import mails as member_mails
from madoguchi.office import mails as office_mails

MESSAGE_FOR: Mapping[str, Callable[[str, str], tuple[OwingItem, Message | None] | None]] = {
    "members": member_mails.message_for,
    "office": office_mails.message_for,
    "events": event_mails.message_for,
}

logger = Logger()


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Deliver each message's mail; the ones that failed come back by themselves."""
    # Not raised: an error's text may quote an address, and what is raised here is logged as it is.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    with processor(event["Records"], deliver, lambda_context=context):
        outcomes = Counter(str(told) if done == "success" else "failed" for done, told, _ in processor.process())
    for failure in processor.exceptions:
        logger.error("owed mail failed", kind=getattr(failure[0], "__name__", ""))
    logger.info("owed mail", extra=outcomes)
    return processor.response()


def deliver(record: SQSRecord) -> str:
    """Send what the record still owes and clear its mark; returns sent, refused or nothing_owed."""
    owed = OwedMail.from_json(record.body)
    found = MESSAGE_FOR[owed.capability](owed.pk, owed.sk)
    if found is None:
        return "nothing_owed"
    item, message = found
    if message is None:
        settle(item)
        return "nothing_owed"
    try:
        wiring.mailer().send(message)
    except MailRefusedError:
        settle_refused(item)
        return "refused"
    settle(item)
    return "sent"
