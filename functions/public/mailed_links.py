"""What the pages behind mailed links share."""

from typing import Any

from madoguchi.members.rules import Place
from madoguchi.programme.definition import programme
from madoguchi.refusals import ConflictError, GoneError, Refusal
from madoguchi.web.answers import Page
from madoguchi.web.counter import status_of
from madoguchi.web.form_pages import language_of
from madoguchi.web.site import page_facts
from madoguchi.web.visits import Visit

INVITATION = "invitation"
"""The cookie that brings somebody back to an invitation when they have registered."""


def unusable(visit: Visit[Any], refusal: Refusal) -> Page:
    """The page for a link that was used or is too old: what happened, and the two ways on."""
    facts = page_facts(language_of(visit, programme().spoken))
    say = facts["say"]
    facts["message"] = say.get(refusal.code, say["gone"] if isinstance(refusal, GoneError) else refusal.message)
    title = say["title_done" if isinstance(refusal, ConflictError) else "title_gone"]
    return Page("members/link_unusable.html", title, facts, status=status_of(refusal))


def place_of(visit: Visit[Any], page: str) -> Place:
    """Where a consent was given or taken back. The page is named without a link's token."""
    return Place.of(page, source=visit.source, browser=visit.headers.get("user-agent", ""))
