"""A browser before the public site's pages, a clock, and the way of the mails."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.endpoint import Endpoint

from madoguchi import wiring
from madoguchi.web.counter import Counter
from tests.support.applicant import Applicant
from tests.support.gateway import Browser
from tests.support.members import NOW
from tests.support.post_office import Clock, PostOffice


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def post_office(tables: None, clock: Clock) -> PostOffice:  # noqa: ARG001
    office = PostOffice()
    wiring.use(clock=clock, mailer=office)
    return office


@pytest.fixture
def app(post_office: PostOffice) -> Counter:  # noqa: ARG001
    from public.counter_app import app  # noqa: PLC0415 it reads the settings when it is made

    return app


@pytest.fixture
def browser(app: Counter) -> Browser:
    return Browser(app)


@pytest.fixture
def applicant(browser: Browser, post_office: PostOffice) -> Applicant:
    return Applicant(browser, post_office)


@pytest.fixture
def operations() -> Iterator[list[str]]:
    """Every operation that is asked of DynamoDB."""
    asked: list[str] = []

    made = Endpoint.make_request

    def make_request(self: Endpoint, operation_model: Any, request_dict: Any) -> Any:  # noqa: ANN401
        asked.append(operation_model.name)
        return made(self, operation_model, request_dict)

    Endpoint.make_request = make_request  # type: ignore[method-assign]
    yield asked
    Endpoint.make_request = made  # type: ignore[method-assign]
