"""The one adapter to SES. SendRawEmail carries headers and attachments unchanged."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session

from madoguchi.mail.message import MailBusyError, MailRefusedError, Message
from madoguchi.mail.mime import to_mime
from madoguchi.programme.definition import programme
from madoguchi.settings import settings

REFUSALS = frozenset({"MessageRejected", "InvalidParameterValue", "MailFromDomainNotVerified"})
TOO_FAST = frozenset({"Throttling", "ThrottlingException"})


class SesMailer:
    """Sends through SES and never repeats a call by itself: a repeat could send twice."""

    def __init__(self) -> None:
        """Make the client; retries are off."""
        self._ses: Any = get_session().create_client(
            "ses", config=Config(retries={"total_max_attempts": 1}, read_timeout=30)
        )

    def send(self, message: Message) -> str:
        """Send; MailRefusedError when SES says no, MailBusyError when it says "not now" and took nothing.

        An address that no header can carry is refused, too: it would fail for ever. Any other error
        leaves the outcome unknown.
        """
        sender = settings().mail_from
        try:
            raw = to_mime(message, sender_name=programme().site.name, sender=sender)
        except ValueError as error:
            raise MailRefusedError from error
        try:
            sent = self._ses.send_raw_email(Source=sender, Destinations=[message.to], RawMessage={"Data": raw})
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in REFUSALS:
                raise MailRefusedError from error
            if code in TOO_FAST:
                raise MailBusyError from error
            raise
        message_id: str = sent["MessageId"]
        return message_id
