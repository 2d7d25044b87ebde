"""A mail as the bytes that leave: 7-bit MIME built by the standard library."""

from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from functools import lru_cache

from madoguchi.mail.message import Message

HEADERS_REMEMBERED = 256


class _HeaderFoldedOnce(BaseHeader):
    """A header whose lines are made once, however many mails it stands in."""

    def fold(self, *, policy: Policy) -> str:
        if not hasattr(self, "_folded"):
            self._folded = super().fold(policy=policy)
        return self._folded


class _UnbrokenHeader(UnstructuredHeader, BaseHeader):
    """A header that stays on one line: encoded words would hide its address from mail services."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Headers(HeaderRegistry):
    """Remembers headers: sender, subject and types are the same in every mail of an issue.

    The policy refuses line breaks before it asks for a header, so each value is checked in each mail.
    """

    def __init__(self) -> None:
        super().__init__(base_class=_HeaderFoldedOnce)
        self.map_to_type("list-unsubscribe", _UnbrokenHeader)
        self._remembered = lru_cache(maxsize=HEADERS_REMEMBERED)(super().__call__)

    def __call__(self, name: str, value: object) -> BaseHeader:
        return self._remembered(name, value)


# The local cloud relays 7-bit messages only and drops the others without a word.
SEVEN_BIT = SMTP.clone(cte_type="7bit", header_factory=_Headers())


def to_mime(message: Message, *, sender_name: str, sender: str) -> bytes:
    """The message as 7-bit bytes. The standard library refuses line breaks in headers."""
    mime = EmailMessage(policy=SEVEN_BIT)
    mime["From"] = str(Address(sender_name, addr_spec=sender))
    mime["To"] = str(Address(addr_spec=message.to))
    mime["Subject"] = message.subject
    for name, value in message.headers.items():
        mime[name] = value
    mime.set_content(message.text, cte="base64")
    if message.html is not None:
        mime.add_alternative(message.html, subtype="html", cte="base64")
    for each in message.attachments:
        _, subtype = each.content_type.split("/")
        mime.add_attachment(each.text, subtype=subtype, filename=each.name, cte="base64", params=each.parameters)
    return mime.as_bytes()
