from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.staff.rules import NotAPersonError, Session, StaffMember, fold_address
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
