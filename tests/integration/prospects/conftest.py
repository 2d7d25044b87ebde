import pytest

from madoguchi import wiring
from madoguchi.programme.definition import Programme
from madoguchi.web.access import Role
from madoguchi.web.counter import Counter
from staff.counter_app import app as console
from tests.support.gateway import Browser
from tests.support.members import NOW
from tests.support.people import run_the_platform
from tests.support.post_office import Clock, PostOffice
from tests.support.staff import signed_in


@pytest.fixture
def platform(tables: None, monkeypatch: pytest.MonkeyPatch) -> Programme:  # noqa: ARG001
    wiring.use(clock=Clock(NOW), mailer=PostOffice())
    return run_the_platform(monkeypatch)


@pytest.fixture
def app() -> Counter:
    return console


@pytest.fixture
def manager(platform: Programme) -> Browser:  # noqa: ARG001
    return signed_in(console, Role.MANAGER, now=NOW)


@pytest.fixture
def desk(platform: Programme) -> Browser:  # noqa: ARG001
    return signed_in(console, Role.DESK, now=NOW)
