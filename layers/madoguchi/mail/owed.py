"""Mail that a change owes somebody: marked on its record in the same transaction.

A record that owes a mail carries `owed`, `owed_at` and `mail` (which mail). The use case then
points the worker at it through the queue; the sweeper finds what a crash left behind.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar, Self

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DeleteError, UpdateError
from pynamodb.expressions.update import Action

from madoguchi.japan.time import to_iso
from madoguchi.settings import settings
from madoguchi.storage import CONDITION_FAILED, Item, OwedIndex, client

logger = Logger()

OWED = "mail"


class OwingItem(Item):
    """Mix into a model whose items may owe a mail.

    `mail_secret` is what only the mail may carry, such as a link's secret; it goes with the mark.
    `mail_refused` names the mail that the mail service refused for good.
    """

    owed = UnicodeAttribute(null=True)
    owed_at = UnicodeAttribute(null=True)
    mail = UnicodeAttribute(null=True)
    mail_secret = UnicodeAttribute(null=True)
    mail_refused = UnicodeAttribute(null=True)
    lives_for_its_mail: ClassVar[bool] = False
    """Whether the item is erased as soon as its mail has left, or was refused for good."""

    def owe(self, mail: str, now: datetime) -> None:
        """Mark this item, before it is saved, as owing that mail."""
        self.owed, self.owed_at, self.mail = OWED, to_iso(now), mail


@dataclass(frozen=True, slots=True)
class OwedMail:
    """Where the record is that owes a mail."""

    capability: str
    pk: str
    sk: str

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `post` wrote."""
        return cls(**json.loads(text))


def post(owed: OwedMail) -> None:
    """Point the worker at a record. Failing is harmless: the sweeper finds the record."""
    try:
        client("sqs").send_message(QueueUrl=settings().owed_mail_queue_url, MessageBody=json.dumps(asdict(owed)))
    except (BotoCoreError, ClientError):
        logger.exception("owed mail was not posted; the sweeper will find it", capability=owed.capability)


def still_owed(capability: str, before: datetime) -> Iterator[OwedMail]:
    """What has been owed since before that instant, by one capability."""
    pages = (
        client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=settings().table(capability),
            IndexName=OwedIndex.Meta.index_name,
            KeyConditionExpression="owed = :owed AND owed_at < :before",
            ExpressionAttributeValues={":owed": {"S": OWED}, ":before": {"S": to_iso(before)}},
        )
    )
    for page in pages:
        for item in page["Items"]:
            yield OwedMail(capability, item["pk"]["S"], item["sk"]["S"])


def settle(item: OwingItem) -> None:
    """Clear the mark, if the item still owes the mail that was sent."""
    _clear(item, [])


def settle_refused(item: OwingItem) -> None:
    """Clear the mark and remember that the mail service refused this mail for good."""
    _clear(item, [type(item).mail_refused.set(item.mail)])


def _clear(item: OwingItem, also: list[Action]) -> None:
    kind = type(item)
    marks = (kind.owed, kind.owed_at, kind.mail, kind.mail_secret)
    still_owed = (kind.owed_at == item.owed_at) & (kind.mail == item.mail)
    try:
        if kind.lives_for_its_mail:
            item.delete(condition=still_owed)
        else:
            item.update(actions=[*(mark.remove() for mark in marks), *also], condition=still_owed)
    except (UpdateError, DeleteError) as error:
        if error.cause_response_code != CONDITION_FAILED:
            raise
