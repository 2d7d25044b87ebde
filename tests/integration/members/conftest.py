"""A programme with several forms, in three languages, with steps and organisations."""

from collections.abc import Iterator

import pytest

from madoguchi.programme.definition import Programme
from tests.support.definitions import running_named


@pytest.fixture
def platform() -> Iterator[Programme]:
    """The people's platform of a town: people, light registrations, groups, companies."""
    with running_named("konan-jinzai") as definition:
        yield definition
