"""Each definition of the repository in its turn, and a real browser beside the tests' own."""

from collections.abc import Iterator

import pytest

from madoguchi.programme.definition import Programme
from tests.support.definitions import NAMES, running_named
from tests.support.stack import browser as chromium

__all__ = ["chromium", "programme"]


@pytest.fixture(params=NAMES)
def programme(request: pytest.FixtureRequest) -> Iterator[Programme]:
    with running_named(request.param) as newest:
        yield newest
