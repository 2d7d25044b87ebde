"""A mail as a value. Its bytes are made in mime.py, by the functions that send."""

from dataclasses import dataclass, field

from madoguchi.refusals import Refusal
from madoguchi.web.rendering import render


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
