"""Staff who are signed in, for tests of the console's pages."""

import contextlib
from datetime import datetime

from chalice.app import Chalice

from madoguchi.programme.definition import programme
from madoguchi.settings import settings
from madoguchi.staff import store
from madoguchi.staff.rules import AddressTakenError, StaffMember
from madoguchi.web.access import Role
from tests.support.gateway import Browser

NAMES = {
    Role.OWNER: "田中 県子",
    Role.MANAGER: "鈴木 太郎",
    Role.OPERATOR: "高橋 次郎",
    Role.DESK: "佐藤 花子",
    Role.CONTRIBUTOR: "渡辺 町子",
    Role.AUDITOR: "伊藤 見太",
}


def a_staff_member(role: Role) -> StaffMember:
    """One person per role."""
    return StaffMember(f"sub-{role}", NAMES[role], f"{role}@example.jp", role)


def signed_in(app: Chalice, role: Role, *, now: datetime, accepted: bool = True) -> Browser:
    """A browser in which a person of that role signed in a moment ago, who has accepted the notice."""
    staff, token = a_staff_member(role), f"token-of-{role}-{now:%s%f}"
    with contextlib.suppress(AddressTakenError):  # it may be a second browser of the same person
        store.add(staff, by="command", now=now)
        if accepted:
            store.accept(staff.staff_id, programme().staff_notice.version, source="192.0.2.1", now=now)
    store.open_session(token, staff.staff_id, now)
    return Browser(app, cookies={f"{settings().programme}-staff-session": token})
