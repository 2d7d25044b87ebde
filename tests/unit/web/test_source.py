"""Whose address a request counts against: nobody may choose it by sending a header."""

import pytest

from madoguchi.web.counter import read_visit
from tests.support.gateway import gateway_event

EDGE = "198.51.100.7"


def source(forwarded: str | None, *, api_key: str | None) -> str:
    event = gateway_event("GET", "/", headers={"X-Forwarded-For": forwarded} if forwarded else {}, source=EDGE)
    event["requestContext"]["identity"]["apiKey"] = api_key
    return read_visit("public", event).source


@pytest.mark.parametrize("forwarded", [f"203.0.113.9, {EDGE}", f"192.0.2.66, 203.0.113.9, {EDGE}"])
def test_behind_cloudfront_it_is_the_address_that_cloudfront_saw(forwarded: str) -> None:
    assert source(forwarded, api_key="the origin key") == "203.0.113.9"


@pytest.mark.parametrize("forwarded", [None, "192.0.2.66", f"192.0.2.66, {EDGE}"])
def test_without_the_origin_key_it_is_the_address_that_the_gateway_saw(forwarded: str | None) -> None:
    assert source(forwarded, api_key=None) == EDGE


@pytest.mark.parametrize("forwarded", [None, "192.0.2.66"])
def test_with_the_key_but_without_cloudfront_it_is_the_caller(forwarded: str | None) -> None:
    assert source(forwarded, api_key="the origin key") == EDGE
