"""A manager before the settings, and the function that knows the schema."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from madoguchi import storage, wiring
from madoguchi.web.access import Role
from override_check.handler import handler as check
from staff.counter_app import app as console
from tests.support.gateway import Browser
from tests.support.office import NOW
from tests.support.post_office import Clock
from tests.support.stack import browser as chromium
from tests.support.staff import signed_in

__all__ = ["chromium", "clock", "manager"]


class Lambda:
    """Answers like the deployed function: JSON in, JSON out."""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 botocore's names
        assert FunctionName.endswith("-override-check")
        return {"Payload": io.BytesIO(json.dumps(check(json.loads(Payload), None)).encode())}


@pytest.fixture
def clock(tables: None) -> Iterator[Clock]:  # noqa: ARG001
    clock = Clock(NOW)
    wiring.use(clock=clock)
    storage._clients["lambda", ""] = Lambda()
    yield clock
    del storage._clients["lambda", ""]


@pytest.fixture
def manager(clock: Clock) -> Browser:  # noqa: ARG001
    return signed_in(console, Role.MANAGER, now=NOW)
