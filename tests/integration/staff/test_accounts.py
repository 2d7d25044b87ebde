"""One e-mail address is one person."""

from datetime import UTC, datetime

import pytest

from madoguchi.audit import store as audit
from madoguchi.japan.time import Month
from madoguchi.staff import store
from madoguchi.staff.rules import AddressTakenError, StaffMember
from madoguchi.staff.usecases import register_account
from madoguchi.web.access import Role

pytestmark = pytest.mark.usefixtures("tables")
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def an_account(staff_id: str, email: str, name: str = "佐藤 花子") -> StaffMember:
    return StaffMember(staff_id, name, email, Role.MANAGER)


@pytest.mark.meets("B-070")
@pytest.mark.parametrize("address", ["hanako@example.jp", "Hanako@Example.JP", "ｈａｎａｋｏ＠example.jp"])
def test_a_second_account_with_the_same_address_is_impossible(address: str) -> None:
    register_account(an_account("sub-1", "hanako@example.jp"), by="command", now=NOW)

    with pytest.raises(AddressTakenError):
        register_account(an_account("sub-2", address, "鈴木 太郎"), by="command", now=NOW)

    assert store.get("sub-2") is None
    found = store.find(address)
    assert found is not None
    assert (found.staff_id, found.name) == ("sub-1", "佐藤 花子")


def test_one_person_does_not_get_a_second_address_by_registering_again() -> None:
    register_account(an_account("sub-1", "hanako@example.jp"), by="command", now=NOW)

    with pytest.raises(AddressTakenError):
        register_account(an_account("sub-1", "other@example.jp"), by="command", now=NOW)

    assert store.find("other@example.jp") is None


def test_registering_an_account_is_in_the_audit_log_without_its_address() -> None:
    register_account(an_account("sub-1", "hanako@example.jp"), by="command", now=NOW)

    (entry,) = audit.entries(Month(2026, 11))
    assert (entry.actor, entry.action, entry.record) == ("command", "register account", "staff/sub-1")
