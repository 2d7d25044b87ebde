"""Somebody whose every value is unlike anybody else's, with everything that a programme can know of them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from madoguchi.web.counter import Counter
from tests.support.gateway import Browser
from tests.support.leaver import Leaver
from tests.support.post_office import Clock, PostOffice

# Monday 30 November 2026, 10:00 in Tokyo.
MONDAY = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)


@pytest.fixture
def leaver(app: Counter, post_office: PostOffice, clock: Clock) -> Leaver:
    """Nobody has registered yet."""
    clock.now = MONDAY
    return Leaver(Browser(app), post_office, clock)


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Kill the process at its n-th call of the cloud from now on (0: never)."""
    import botocore.client  # noqa: PLC0415 moto must be there first

    left = [0]
    call = vars(botocore.client.BaseClient)["_make_api_call"]

    def counted(self: object, operation: str, arguments: object) -> object:
        if operation in WRITES and left[0]:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
        return call(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", counted)

    def kill_at(number: int) -> None:
        left[0] = number

    return kill_at


class Killed(BaseException):
    """The worker's process is killed."""


WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem", "SendMessage"}
