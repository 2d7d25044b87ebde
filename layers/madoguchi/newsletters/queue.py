"""The queue between planning and sending: each message names an issue and a few recipients."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Self

from madoguchi.newsletters.rules import QUEUED_AT_ONCE, chunks
from madoguchi.settings import settings
from madoguchi.storage import client

MESSAGES_AT_ONCE = 10  # SQS takes no more


@dataclass(frozen=True, slots=True)
class Turn:
    """These recipients of this issue are to be sent to."""

    issue_id: str
    member_ids: tuple[str, ...]

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `put` wrote."""
        fields = json.loads(text)
        return cls(fields["issue_id"], tuple(fields["member_ids"]))


def put(issue_id: str, member_ids: Iterable[str]) -> None:
    """Queue recipients; RuntimeError when the queue did not take all of them."""
    turns = [Turn(issue_id, tuple(chunk)) for chunk in chunks(member_ids, QUEUED_AT_ONCE)]
    for first in range(0, len(turns), MESSAGES_AT_ONCE):
        entries = [
            {"Id": str(number), "MessageBody": json.dumps(asdict(turn))}
            for number, turn in enumerate(turns[first : first + MESSAGES_AT_ONCE])
        ]
        answer = client("sqs").send_message_batch(QueueUrl=settings().newsletter_queue_url, Entries=entries)
        if answer.get("Failed"):
            message = f"{len(answer['Failed'])} turns of issue {issue_id} were not queued"
            raise RuntimeError(message)
