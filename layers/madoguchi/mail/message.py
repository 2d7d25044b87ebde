"""A mail as a value, and as the bytes that leave: 7-bit MIME built by the standard library."""

from dataclasses import dataclass, field
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from functools import lru_cache

from madoguchi.refusals import Refusal
from madoguchi.web.rendering import render

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


class MailRefusedError(Refusal):
    """The mail service said no for good (not: did not answer)."""

    code = "mail_refused"


class MailBusyError(Refusal):
    """The mail service said "not now" and took nothing: sending again later is safe."""

    code = "mail_busy"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; `content_type` such as text/calendar."""

    name: str
    content_type: str
    text: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """A mail to one person. `text` is always there; `headers` carry List-Unsubscribe and the like."""

    to: str
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


def compose(template: str, *, to: str, attachments: tuple[Attachment, ...] = (), **facts: object) -> Message:
    """Render templates/mail/<template>/{subject.txt,body.txt,body.html}."""
    facts = {"to": to, **facts}
    subject = " ".join(render("mail", f"{template}/subject.txt", facts).split())
    text = render("mail", f"{template}/body.txt", facts)
    html = render("mail", f"{template}/body.html", facts)
    return Message(to, subject, text, html, attachments)


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
