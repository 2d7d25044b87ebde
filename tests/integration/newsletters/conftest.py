"""The functions that send newsletters, as the cloud runs them."""

from collections.abc import Iterator
from typing import Any

import botocore.client
import pytest

from tests.support.press import Press


@pytest.fixture
def press(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:  # noqa: ARG001
    made = Press()
    call = vars(botocore.client.BaseClient)["_make_api_call"]

    def counted(self: Any, operation: str, arguments: Any) -> Any:  # noqa: ANN401
        return made.step(lambda: call(self, operation, arguments))

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", counted)
    yield made
    made.calls_until_killed = float("inf")
