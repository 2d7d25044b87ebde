"""The console answers the listed addresses only."""

import pytest

from madoguchi.staff import network
from staff.app import handler
from tests.support.gateway import Browser


@pytest.mark.parametrize(
    ("source", "is_listed"),
    [("192.0.2.1", True), ("192.0.2.255", True), ("127.0.0.1", True), ("192.0.3.1", False), ("127.0.0.2", False)],
)
def test_a_source_is_listed_or_not(source: str, is_listed: bool) -> None:  # noqa: FBT001 a table of cases
    assert network.admits(source) is is_listed


@pytest.mark.parametrize("source", ["", "unknown", "192.0.2.1, 203.0.113.9", "::1"])
def test_what_is_no_listed_address_is_refused(source: str) -> None:
    assert not network.admits(source)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("path", ["/", "/sign-in", "/today", "/nothing", "/healthz"])
def test_every_page_is_refused_elsewhere_and_the_refusal_is_logged(path: str, caplog: pytest.LogCaptureFixture) -> None:
    elsewhere = Browser(handler, source="203.0.113.9").get(path)

    assert elsewhere.status == 403
    assert "登録された事業所" in elsewhere.body
    assert [vars(line)["source"] for line in caplog.records if line.message == "source refused"] == ["203.0.113.9"]
    assert Browser(handler).get("/sign-in").status == 200
