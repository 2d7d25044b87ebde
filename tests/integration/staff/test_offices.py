"""Work happens at several places: each listed office gets in, everywhere else does not (A-003)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import pytest

from madoguchi import wiring
from madoguchi.programme.definition import programme
from madoguchi.settings import settings
from madoguchi.web.access import Role
from staff.counter_app import app
from tests.support.gateway import Browser
from tests.support.staff import signed_in
from tests.support.templates import AWS_PARAMETERS, deployed, of_type

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
OFFICES = ("198.51.100.20", "203.0.113.7")
ELSEWHERE = "192.0.2.1"


@pytest.fixture
def two_offices(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """The list of addresses as the rendered template hands it to the function."""
    function = deployed("template.yaml", AWS_PARAMETERS)["Resources"]["StaffFunction"]["Properties"]
    monkeypatch.setenv("STAFF_CIDRS", function["Environment"]["Variables"]["STAFF_CIDRS"])
    settings.cache_clear()
    wiring.use(clock=lambda: NOW)


@pytest.fixture(autouse=True)
def usual_settings() -> Iterator[None]:
    yield
    settings.cache_clear()


def is_let_in(source: str) -> bool:
    """What API Gateway decides by the resource policy of the rendered template."""
    apis = of_type(deployed("template.yaml", AWS_PARAMETERS), "AWS::ApiGateway::RestApi")
    (policy,) = (
        api["Properties"]["Body"]["x-amazon-apigateway-policy"] for name, api in apis.items() if name == "StaffApi"
    )
    return any(
        statement["Effect"] == "Allow" and ip_address(source) in ip_network(listed)
        for statement in policy["Statement"]
        for listed in statement["Condition"]["IpAddress"]["aws:SourceIp"]
    )


@pytest.mark.usefixtures("two_offices")
@pytest.mark.meets("A-003")
def test_both_offices_work_at_the_console_and_a_third_place_does_not() -> None:
    browser = signed_in(app, Role.MANAGER, now=NOW)
    for source in OFFICES:
        browser.source = source
        assert is_let_in(source)
        assert Browser(app, source=source).get("/sign-in").status == 200
        assert browser.get("/today").status == 200
        places = browser.get("/staff").body
        assert "198.51.100.0/24、203.0.113.0/24" in places
        assert all(place.name in places for place in programme().workplaces)

    browser.source = ELSEWHERE
    assert len(programme().workplaces) == len(OFFICES)
    assert not is_let_in(ELSEWHERE)
    assert [browser.get(path).status for path in ("/", "/today", "/sign-in")] == [403] * 3
