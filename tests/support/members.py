"""Builders for members: a form as a person fills it in, and members without their forms."""

import contextlib
import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from madoguchi.members import store
from madoguchi.members.rules import ACTIVE, Member
from madoguchi.refusals import ConflictError
from madoguchi.storage import transaction

# Saturday 21 November 2026, 12:00 in Tokyo.
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

GOOD_FORM = {
    "family_name": "山田",
    "given_name": "花子",
    "family_kana": "やまだ",
    "given_kana": "ハナコ",
    "email": "hanako@example.jp",
    "affiliation": "company",
    "home_prefecture": "13",
    "work_prefecture": "13",
    "aim": "two_bases",
    "terms": "yes",
}


def a_member(member_id: str = "member-1", *, class_id: str = "outside", email: str = "hanako@example.jp") -> Member:
    """A member who registered today."""
    return Member(
        member_id=member_id,
        number="1234-5678",
        family_name="山田",
        given_name="花子",
        family_kana="ヤマダ",
        given_kana="ハナコ",
        email=email,
        class_id=class_id,
        answers={"affiliation": "company", "home_prefecture": "13", "work_prefecture": "13", "aim": "two_bases"},
        consent_history=(),
        status=ACTIVE,
        registered_at=NOW,
        version=1,
    )


def a_stored_member(member_id: str = "member-1", *, email: str = "hanako@example.jp") -> Member:
    """A member who is in the table, put there unless they were."""
    number = hashlib.sha256(member_id.encode()).hexdigest()[:8]
    member = replace(a_member(member_id, email=email), number=number)
    with contextlib.suppress(ConflictError), transaction() as t:
        store.add(t, member)
    return member
