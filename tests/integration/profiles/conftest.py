"""A platform whose members show profiles, with a person and a company who do."""

from collections.abc import Iterator

import pytest

from madoguchi.members import store
from madoguchi.programme.definition import Programme
from madoguchi.web.counter import Counter
from tests.support.definitions import running_named
from tests.support.gateway import Browser
from tests.support.platform import COMPANY, PERSON, Newcomer
from tests.support.post_office import PostOffice


@pytest.fixture
def platform() -> Iterator[Programme]:
    with running_named("konan-jinzai") as definition:
        yield definition


@pytest.fixture
def mirai(platform: Programme, app: Counter, post_office: PostOffice) -> Browser:  # noqa: ARG001
    """A signed-in person who shows a profile: skills it and a puppet play, sector citizen, council north."""
    browser = Browser(app)
    details = {"phone": "090-8765-4321", "idea": "人形劇の公演", "considerations": "筆談"}
    Newcomer(browser, post_office).register("person", {**PERSON, **details, "profile": "yes"})
    return browser


@pytest.fixture
def mirai_id(mirai: Browser) -> str:  # noqa: ARG001
    found = store.id_of_address("mirai@example.jp")
    assert found
    return found


@pytest.fixture
def company(platform: Programme, app: Counter, post_office: PostOffice) -> Browser:  # noqa: ARG001
    """A signed-in company that shows a profile."""
    browser = Browser(app)
    Newcomer(browser, post_office).register("company", {**COMPANY, "profile": "yes"})
    return browser
