"""A stack that runs the people platform's members: its forms, classes and stages, and people who registered."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from madoguchi.members import store
from madoguchi.members.rules import ConsentRecord, Member
from madoguchi.programme.definition import Programme, decode
from madoguchi.programme.questions import Value
from madoguchi.storage import transaction
from tests.support.members import NOW, a_member
from tests.support.versions import add_version

PROGRAMMES = Path(__file__).resolve().parents[2] / "layers" / "programmes"
ANSWERS: dict[str, Value] = {
    "birth_date": "1990-04-01",
    "residence": "lives",
    "prefecture": "22",
    "occupation": "sole",
    "sector": "industry",
    "cohort": "completed",
    "cohort_year": "2025",
    "skills": ["it", "planning"],
    "help": ["staff", "publicity"],
    "motivation": "help",
    "phone": "053-000-0001",
}


@cache
def the_platform() -> Programme:
    """The definition with stages, coordinators, evidence and several forms."""
    import json  # noqa: PLC0415

    from madoguchi.programme.schema import compile_programme  # noqa: PLC0415 pydantic is slow to load

    path = next(each for each in PROGRAMMES.glob("*/programme.yaml") if "coordinators: true" in each.read_text("utf-8"))
    return decode(json.dumps(compile_programme(path.parent)).encode())[-1]


def run_the_platform(monkeypatch: pytest.MonkeyPatch) -> Programme:
    """From the second day on the stack runs that definition's members, with everything else beside."""
    there = the_platform()
    return add_version(
        monkeypatch,
        holds_from=date(2026, 4, 2),
        registration=there.registration,
        members=there.members,
        reports=there.reports,
        modules=["office", "events", "newsletters", "prospects"],
    )


def registered(
    member_id: str, name: str, kana: str, *, at: datetime = NOW, consents: tuple[str, ...] = (), **changed: object
) -> Member:
    """Somebody with that name who registered by the first form."""
    family, given = name.split()
    family_kana, given_kana = kana.split()
    member = replace(
        a_member(member_id, class_id="everybody", email=f"{member_id}@example.jp"),
        number=f"{abs(hash(member_id)) % 10**4:04}-{len(member_id):04}",
        family_name=family,
        given_name=given,
        family_kana=family_kana,
        given_kana=given_kana,
        answers=ANSWERS,
        form_id="person",
        registered_at=at,
        consent_history=tuple(
            ConsentRecord(each, "1", given=True, at=at, page="/register", source="0" * 32) for each in consents
        ),
    )
    member = replace(member, **changed)  # type: ignore[arg-type]
    with transaction() as t:
        store.add(t, member)
    return member


def months_ago(months: int) -> datetime:
    """About that many months before now."""
    return NOW - timedelta(days=30 * months)
