from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from madoguchi.programme.definition import programme
from madoguchi.staff.rules import (
    ClosedAlreadyError,
    NotAPersonError,
    OwnAccountError,
    OwnersAccountError,
    Session,
    StaffMember,
    check_closing,
    fold_address,
)
from madoguchi.web.access import Role

NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("idle", "age", "over"),
    [
        (timedelta(minutes=30), timedelta(minutes=30), False),
        (timedelta(minutes=30, seconds=1), timedelta(minutes=31), True),
        (timedelta(minutes=1), timedelta(hours=12), False),
        (timedelta(minutes=1), timedelta(hours=12, seconds=1), True),
    ],
)
def test_a_session_ends_after_half_an_hour_idle_and_twelve_hours_in_all(
    idle: timedelta,
    age: timedelta,
    over: bool,  # noqa: FBT001
) -> None:
    assert Session("sub-1", NINE - age, NINE - idle).is_over(NINE) is over


@pytest.mark.parametrize(
    ("typed", "folded"),
    [(" Hanako@Example.JP ", "hanako@example.jp"), ("ｈａｎａｋｏ＠example.jp", "hanako@example.jp")],
)
def test_letter_case_and_width_of_an_address_do_not_matter(typed: str, folded: str) -> None:
    assert fold_address(typed) == folded


@pytest.mark.parametrize(
    ("name", "email", "role"),
    [
        (" ", "hanako@example.jp", Role.DESK),
        ("佐藤 花子", "hanako", Role.DESK),
        ("佐藤 花子", "hanako@example.jp", Role.MEMBER),
    ],
)
def test_an_account_needs_a_name_an_address_and_a_role_of_the_staff(name: str, email: str, role: Role) -> None:
    with pytest.raises(NotAPersonError):
        StaffMember("sub-1", name, email, role)


HANAKO = StaffMember("sub-1", "佐藤 花子", "hanako@example.jp", Role.MANAGER)


@pytest.mark.parametrize(
    ("ends_on", "today", "is_open"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), True),
        (date(2026, 11, 24), date(2026, 11, 25), False),
        (date(2099, 1, 1), date(2098, 12, 31), True),
    ],
)
def test_an_account_is_open_until_its_last_day(ends_on: date, today: date, is_open: bool) -> None:  # noqa: FBT001
    staff = replace(HANAKO, ends_on=ends_on)

    assert staff.is_open(today) is is_open
    assert not replace(staff, is_active=False).is_open(today)


def test_without_a_last_day_it_is_open_until_the_contract_ends() -> None:
    end = programme().contract.ends

    assert HANAKO.is_open(end)
    assert not HANAKO.is_open(end + timedelta(days=1))


def test_the_notice_counts_in_its_present_version_only() -> None:
    assert not HANAKO.has_accepted
    assert not replace(HANAKO, notice_version="2001-01-01").has_accepted
    assert replace(HANAKO, notice_version=programme().staff_notice.version).has_accepted


@pytest.mark.parametrize(
    ("account", "by", "refusal"),
    [
        (HANAKO, HANAKO, OwnAccountError),
        (replace(HANAKO, role=Role.OWNER), replace(HANAKO, staff_id="sub-2"), OwnersAccountError),
        (replace(HANAKO, is_active=False), replace(HANAKO, staff_id="sub-2"), ClosedAlreadyError),
    ],
)
def test_some_accounts_are_not_ones_to_close(account: StaffMember, by: StaffMember, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_closing(account, by=by)


def test_a_colleagues_account_is_closed_by_a_manager_and_an_owners_by_an_owner() -> None:
    owner = replace(HANAKO, staff_id="sub-2", role=Role.OWNER)

    check_closing(replace(HANAKO, staff_id="sub-3"), by=HANAKO)
    check_closing(owner, by=replace(owner, staff_id="sub-4"))
