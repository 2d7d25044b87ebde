from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from madoguchi import storage
from madoguchi.staff.rules import StaffMember
from madoguchi.staff.usecases import register_account
from madoguchi.web.access import Role
from tests.support.cognito import FakeCognito

MORNING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


@pytest.fixture
def cognito(tables: None) -> Iterator[FakeCognito]:  # noqa: ARG001 it needs the account
    """Hanako of the desk, known to Cognito and to the counter."""
    fake = FakeCognito()
    storage._clients["cognito-idp", ""] = fake
    register_account(StaffMember("sub-hanako", "佐藤 花子", "hanako@example.jp", Role.DESK), by="command", now=MORNING)
    yield fake
    del storage._clients["cognito-idp", ""]
