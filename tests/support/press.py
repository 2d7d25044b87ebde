"""A newsletter's surroundings: subscribers, a mailer that remembers, a queue that is emptied by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from madoguchi import wiring
from madoguchi.mail.message import Message
from madoguchi.members import store as members
from madoguchi.members import usecases as membership
from madoguchi.members.rules import Place
from madoguchi.newsletters import store, usecases
from madoguchi.newsletters.rules import Draft, Tally
from madoguchi.settings import settings
from madoguchi.storage import client, transaction
from newsletter_plan.handler import handler as plan_handler
from newsletter_send.handler import handler as send_handler
from tests.support.members import NOW, a_member

DUE = NOW + timedelta(hours=1)
HOME = Place("/register", "test")


Answer = TypeVar("Answer")


class Killed(BaseException):
    """The worker's process is killed."""


class Mailer:
    """Takes mails; does what a test tells it at an address."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.trouble: dict[str, BaseException] = {}

    def send(self, message: Message) -> str:
        if trouble := self.trouble.get(message.to):
            raise trouble
        self.sent.append(message)
        return f"message-{len(self.sent)}"

    @property
    def addresses(self) -> list[str]:
        return sorted(message.to for message in self.sent)


class Press:
    """Runs the two functions as the cloud does: ticks, queued messages, redelivery."""

    def __init__(self) -> None:
        self.now = DUE
        self.mailer = Mailer()
        self.messages: list[str] = []
        self.calls_until_killed: float = float("inf")
        self.dies_before = True
        wiring.use(clock=lambda: self.now, mailer=self)

    def send(self, message: Message) -> str:
        """The mail service is a step at which a worker may die, too."""
        return self.step(lambda: self.mailer.send(message))

    def step(self, do: Callable[[], Answer]) -> Answer:
        """Do something to the outside world, or be killed just before or after it."""
        self.calls_until_killed -= 1
        if self.calls_until_killed == 0 and self.dies_before:
            raise Killed
        answer = do()
        if self.calls_until_killed == 0:
            raise Killed
        return answer

    def tick(self) -> None:
        plan_handler({}, None)  # type: ignore[arg-type]

    def work(self) -> None:
        """Deliver what is queued; what a killed or failing worker leaves is delivered again next time."""
        self._receive()
        for body in list(self.messages):
            event = {"Records": [{"messageId": "1", "body": body, "eventSource": "aws:sqs"}]}
            if send_handler(event, None) == {"batchItemFailures": []}:  # type: ignore[arg-type]
                self.messages.remove(body)

    def later(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def _receive(self) -> None:
        kept, self.calls_until_killed = self.calls_until_killed, float("inf")
        url = settings().newsletter_queue_url
        while found := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self.messages.append(message["Body"])
                client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        self.calls_until_killed = kept


def subscribe(*names: str) -> None:
    """Members who consented to newsletters."""
    for name in names:
        with transaction() as t:
            member = a_member(name, email=f"{name}@example.jp")
            members.add(t, replace(member, number=f"number-{name}"), mail="registration-done")
            members.subscribe(t, name, NOW)


def unsubscribe(name: str) -> None:
    membership.unsubscribe(name, place=HOME, now=NOW)


def an_issue(nonce: str = "issue", *, due_at: datetime = DUE) -> str:
    """A scheduled issue."""
    draft = Draft("12月のお知らせ", "# 交流会\n\n[申し込む](https://example.jp/events)")
    issue_id = usecases.write(draft, nonce=nonce, by="staff-1", now=NOW)
    usecases.schedule(issue_id, due_at, by="staff-1", source="192.0.2.1", now=NOW)
    return issue_id


def tally(issue_id: str, now: datetime) -> Tally:
    """The tally; its sum always equals the frozen count."""
    found = store.tally(issue_id, now)
    assert found.total == store.get(issue_id).frozen_count
    return found
