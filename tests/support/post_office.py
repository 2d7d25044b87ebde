"""The way of a mail in the tests: queue, worker, mailbox; with a clock that the test moves."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3

from madoguchi.mail.message import MailRefusedError, Message
from madoguchi.settings import settings
from owed_mail.handler import handler

LINK = re.compile(r"http://localhost:8100(/\S+)")


@dataclass
class Clock:
    """A clock that stands still until the test moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class PostOffice:
    """Keeps what was sent; refuses addresses that a test names."""

    sent: list[Message] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    def send(self, message: Message) -> str:
        if message.to in self.refuses:
            raise MailRefusedError
        self.sent.append(message)
        return f"message-{len(self.sent)}"

    def deliver(self) -> list[Message]:
        """Hand everything queued to the worker, as SQS would; returns the mails of this round."""
        before = len(self.sent)
        if records := queued():
            handler({"Records": records}, None)  # type: ignore[arg-type]
        return self.sent[before:]

    def newsletters(self) -> list[str]:
        """Take every message from the newsletters' queue."""
        return [record["body"] for record in queued(settings().newsletter_queue_url)]


def queued(url: str = "") -> list[dict[str, Any]]:
    """Take every message from a queue (the owed mail's unless told), as the event that Lambda gets."""
    sqs = boto3.client("sqs")
    url = url or settings().owed_mail_queue_url
    records = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            records.append(an_sqs_record(message["Body"], message["MessageId"]))
    return records


def an_sqs_record(body: str | dict[str, str], message_id: str = "message-1") -> dict[str, Any]:
    """One record of an SQS event."""
    return {
        "messageId": message_id,
        "receiptHandle": "handle",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-1:123456789012:owed-mail",
        "awsRegion": "ap-northeast-1",
    }


def link_in(message: Message) -> str:
    """The path of the first link in a mail's text."""
    found = LINK.search(message.text)
    assert found
    return found[1]
