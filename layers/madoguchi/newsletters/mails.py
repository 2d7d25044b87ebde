"""An issue as the mail that each recipient gets, and as staff see it beforehand."""

from dataclasses import replace
from functools import lru_cache

from madoguchi.content import markdown
from madoguchi.mail.message import Message, compose
from madoguchi.members import store as members
from madoguchi.members.rules import ACTIVE
from madoguchi.newsletters.rules import Draft
from madoguchi.programme.definition import programme
from madoguchi.refusals import NotFoundError
from madoguchi.settings import settings

SAMPLE_ADDRESS, SAMPLE_TOKEN = "hanako@example.jp", "mihon"


def message_for(draft: Draft, member_id: str) -> Message | None:
    """The mail to a member's stored address; None when the member left or takes no newsletters any more."""
    token = members.unsubscribe_token(member_id)
    if token is None:
        return None
    try:
        member = members.get(member_id)
    except NotFoundError:
        return None
    return _message(draft, member.email, token) if member.status == ACTIVE else None


def preview(draft: Draft) -> Message:
    """The same mail to nobody: its unsubscribe link is a sample."""
    return _message(draft, SAMPLE_ADDRESS, SAMPLE_TOKEN)


def shown(message: Message) -> str:
    """The HTML part as it may stand inside a page."""
    return markdown.clean(message.html or "")


def _message(draft: Draft, address: str, token: str) -> Message:
    text, html = _body(draft.body)
    url = f"{settings().public_url}/unsubscribe/{token}"
    message = compose(
        "newsletter",
        to=address,
        subject=draft.subject,
        body_text=text,
        body_html=html,
        sender=programme().newsletters,
        site=programme().site,
        url=url,
    )
    one_click = {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return replace(message, headers=one_click)


@lru_cache(maxsize=4)
def _body(body: str) -> tuple[str, str]:
    """The text and HTML of a body; a worker renders one body for many recipients."""
    return markdown.to_text(body), markdown.to_html(body)
