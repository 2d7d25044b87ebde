"""The console with somebody who imports, and somebody who approves."""

import pytest
from chalice.app import Chalice

from madoguchi.web.access import Role
from tests.support.gateway import Browser
from tests.support.lists import Importer
from tests.support.members import NOW
from tests.support.post_office import PostOffice
from tests.support.staff import signed_in


@pytest.fixture
def console(post_office: PostOffice) -> Chalice:  # noqa: ARG001 it sets the clock
    from staff.counter_app import app  # noqa: PLC0415 it reads the settings when it is made

    return app


@pytest.fixture
def operator(console: Chalice) -> Browser:
    return signed_in(console, Role.OPERATOR, now=NOW)


@pytest.fixture
def manager(console: Chalice) -> Browser:
    return signed_in(console, Role.MANAGER, now=NOW)


@pytest.fixture
def owner(console: Chalice) -> Browser:
    return signed_in(console, Role.OWNER, now=NOW)


@pytest.fixture
def importer(operator: Browser) -> Importer:
    return Importer(operator)
