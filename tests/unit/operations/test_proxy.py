"""What the front proxy changes on the way, and how it queues."""

import asyncio
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from operations.proxy import (
    GATE,
    Gateway,
    forwarded_headers,
    gateway_client,
    is_refused_by_gateway,
    returned_headers,
)
from operations.stack import Stack

BASE = "http://127.0.0.1:1/_aws/execute-api/new/live"


def test_the_source_address_is_stated_by_the_proxy_alone() -> None:
    forged = [(b"X-Forwarded-For", b"203.0.113.9"), (b"x-forwarded-proto", b"https"), (b"Forwarded", b"for=1.2.3.4")]
    headers = forwarded_headers([*forged, (b"cookie", b"a=1")], "192.0.2.7")
    assert [value for name, value in headers if name.lower() == b"x-forwarded-for"] == [b"192.0.2.7"]
    assert [value for name, value in headers if name.lower() == b"x-forwarded-proto"] == [b"http"]
    assert not [name for name, _ in headers if name.lower() == b"forwarded"]
    assert (b"cookie", b"a=1") in headers


def test_a_header_that_is_no_text_is_passed_on_and_does_not_fail() -> None:
    odd = [(b"cookie", b"a=\xff\xe3\x81")]

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200 if (b"cookie", odd[0][1]) in request.headers.raw else 500)

    async def visit() -> httpx.Response:
        return await gateway(answer).send("GET", "/", forwarded_headers(odd, "192.0.2.7"), b"")

    assert asyncio.run(visit()).status_code == 200


def test_repeated_headers_come_back_and_the_servers_own_do_not() -> None:
    answer = httpx.Response(200, headers=[("set-cookie", "a=1"), ("set-cookie", "b=2"), ("server", "x"), ("date", "y")])
    assert returned_headers(answer) == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]


@pytest.mark.parametrize(
    ("status", "kind", "refused"),
    [
        (403, "application/json", True),
        (404, "application/json", True),
        (403, "text/html; charset=utf-8", False),
        (200, "application/json", False),
    ],
)
def test_a_refusal_of_the_gateway_is_told_from_one_of_the_site(status: int, kind: str, *, refused: bool) -> None:
    assert is_refused_by_gateway(httpx.Response(status, headers={"content-type": kind})) is refused


def gateway(answer: Callable[[httpx.Request], Coroutine[None, None, httpx.Response]], looked_up: str = BASE) -> Gateway:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    made = Gateway(Stack("any"), "PublicApi", client, asyncio.Semaphore(GATE))
    made._look_up = lambda: looked_up  # type: ignore[method-assign]
    return made


def test_no_more_requests_than_the_gate_allows_are_inside_and_all_are_answered() -> None:
    inside, most = 0, 0

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.001)
        inside -= 1
        return httpx.Response(200)

    async def visit() -> list[httpx.Response]:
        made = gateway(answer)
        return await asyncio.gather(*(made.send("GET", "/", [], b"") for _ in range(50)))

    answers = asyncio.run(visit())
    assert [one.status_code for one in answers] == [200] * 50
    assert most == GATE


def test_a_new_id_is_looked_up_when_the_gateway_knows_the_old_one_no_more() -> None:
    asked: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if "/old/" in request.url.path:
            return httpx.Response(404, json={"message": "not found"})
        return httpx.Response(200)

    async def visit() -> httpx.Response:
        made = gateway(answer)
        made._base = BASE.replace("new", "old")
        return await made.send("POST", "/book?day=1", [], b"x")

    assert asyncio.run(visit()).status_code == HTTPStatus.OK
    assert asked == ["/_aws/execute-api/old/live/book", "/_aws/execute-api/new/live/book"]


def test_the_path_arrives_as_it_was_typed() -> None:
    seen: dict[str, Any] = {}

    async def answer(request: httpx.Request) -> httpx.Response:
        seen["path"] = request.url.raw_path
        return httpx.Response(200)

    asyncio.run(gateway(answer).send("GET", "/%E5%B8%AD?q=%E5%8D%88&q=a+b", [], b""))
    assert seen["path"].endswith(b"/%E5%B8%AD?q=%E5%8D%88&q=a+b")


def test_head_is_asked_as_get_when_the_gateway_refuses_it() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "HEAD":
            return httpx.Response(403, headers={"content-type": "application/json"})
        return httpx.Response(200)

    assert asyncio.run(gateway(answer).send("HEAD", "/", [], b"")).status_code == HTTPStatus.OK


def test_the_cookie_of_one_visitor_is_never_sent_with_another_ones_request() -> None:
    received: list[str | None] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        received.append(request.headers.get("cookie"))
        return httpx.Response(303, headers={"set-cookie": "session=of-the-first; Path=/"})

    async def two_visitors() -> None:
        async with gateway_client(httpx.MockTransport(answer)) as client:
            await client.request("POST", f"{BASE}/sign-in", headers=[("cookie", "visitor=first")])
            await client.request("GET", f"{BASE}/reports", headers=[])

    asyncio.run(two_visitors())

    assert received == ["visitor=first", None]
