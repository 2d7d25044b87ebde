"""What the pages of members share: who is at work, who coordinates, which evidence was seen."""

from collections.abc import Iterable, Mapping
from typing import Any

from madoguchi.japan.time import tokyo_day
from madoguchi.members import store
from madoguchi.members.casework import Clerk
from madoguchi.members.history import Kind
from madoguchi.members.rules import Member
from madoguchi.members.timeline import Happening
from madoguchi.programme.definition import programme
from madoguchi.staff import store as accounts
from madoguchi.staff.rules import StaffMember
from madoguchi.web.access import Role
from madoguchi.web.visits import Visit

# Who may coordinate among the staff.
COORDINATING = frozenset({Role.MANAGER, Role.OPERATOR})
OTHER = "other"
ADDRESS_TAKEN = (
    "このメールアドレスは、すでに別の登録に使われています。"
    "「利用者」の画面でこのメールアドレスを探すと、その登録が見つかります。"
)


def clerk_of(visit: Visit[StaffMember]) -> Clerk:
    """Who is at work."""
    return Clerk(visit.member().staff_id, visit.source)


def coordinators(visit: Visit[StaffMember]) -> list[tuple[str, str]]:
    """Who may look after members: staff of the programme, and the members in the stage of coordinators."""
    today = tokyo_day(visit.now)
    staff = [
        each.staff for each in accounts.accounts() if each.staff.role in COORDINATING and each.staff.is_open(today)
    ]
    stage = programme().members.coordinator_stage
    members = store.those(store.in_stage(stage.id)).values() if stage else []
    listed = [(f"staff/{each.staff_id}", f"{each.name}（{each.role_label}）") for each in staff]
    return listed + [(f"member/{each.member_id}", f"{each.name}（{stage.label}）") for each in members if stage]


def evidence_rows(
    member: Member, happened: Iterable[Happening], staff_names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each class that wants evidence and that the member's answers fit: whether it was seen, and what."""
    seen: dict[str, Happening] = {}
    for done in happened:
        if done.step and done.step.kind is Kind.SHOWN:
            seen.setdefault(done.step.details["class_id"], done)
    rows = []
    for each in programme().members.classes:
        if each.evidence and each.applies(member.all_answers, tokyo_day(member.registered_at)):
            last = seen.get(each.id) if each.id in member.shown else None
            said = (last.step.details["what"], last.at, staff_names.get(last.by, "")) if last and last.step else None
            accepted = [(text, text) for text in each.evidence.accepted] + [(OTHER, "そのほか")]
            rows.append({"class": each, "accepted": accepted, "seen": said, "is_seen": each.id in member.shown})
    return rows
