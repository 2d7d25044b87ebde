"""What the pages behind mailed links share."""

from typing import Any

from madoguchi.members.rules import Place
from madoguchi.refusals import ConflictError, Refusal
from madoguchi.web.answers import Page
from madoguchi.web.counter import status_of
from madoguchi.web.visits import Visit


def unusable(refusal: Refusal) -> Page:
    """The page for a link that was used or is too old: what happened, and the two ways on."""
    title = "登録は完了しています" if isinstance(refusal, ConflictError) else "このリンクは使えません"
    facts = {"message": refusal.message}
    return Page("members/link_unusable.html", title, facts, status=status_of(refusal))


def place_of(visit: Visit[Any], page: str) -> Place:
    """Where a consent was given or taken back. The page is named without a link's token."""
    return Place.of(page, source=visit.source, browser=visit.headers.get("user-agent", ""))
