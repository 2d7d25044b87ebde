"""The front proxy: an address without a stage, and a queue before the local cloud. On AWS CloudFront stands here.

The local cloud starts one process per simultaneous request, so at most `GATE` requests of a stack are inside at once
and the others wait their turn.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from operations.stack import Stack

if TYPE_CHECKING:
    from starlette.requests import Request

GATE = 4
PATIENCE_SECONDS = 120
GATEWAY_SECONDS = 29
LARGEST_BODY = 10 * 1024 * 1024
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
UNAVAILABLE = "現在ご利用いただけません。しばらくしてから、もう一度お試しください。"
_HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-connection"}
_NOT_FORWARDED = _HOP_BY_HOP | {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "forwarded", "x-real-ip"}
_NOT_RETURNED = _HOP_BY_HOP | {"content-length", "content-encoding", "server", "date"}


def forwarded_headers(received: list[tuple[bytes, bytes]], visitor: str) -> list[tuple[bytes, bytes]]:
    """The headers for the gateway: the visitor's address is ours to state, whatever the visitor claims.

    They stay bytes: a header of a visitor may hold anything.
    """
    left_out = {*_NOT_FORWARDED, "accept-encoding"}
    return [
        *((name, value) for name, value in received if name.decode("latin-1").lower() not in left_out),
        (b"accept-encoding", b"identity"),
        (b"x-forwarded-for", visitor.encode()),
        (b"x-forwarded-proto", b"http"),
    ]


def returned_headers(answer: httpx.Response) -> list[tuple[bytes, bytes]]:
    """The headers for the visitor, repeated ones included."""
    return [(name, value) for name, value in answer.headers.raw if name.lower().decode() not in _NOT_RETURNED]


def is_refused_by_gateway(answer: httpx.Response) -> bool:
    """Whether the gateway itself answered: no such API (any more), or no such method."""
    return answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND} and _is_json(answer)


def is_failure_of_gateway(answer: httpx.Response) -> bool:
    """Whether the function did not start or did not end; the local cloud then shows the exception."""
    return answer.status_code >= HTTPStatus.BAD_GATEWAY and _is_json(answer)


def _is_json(answer: httpx.Response) -> bool:
    # Our own pages are HTML, also where they refuse.
    return str(answer.headers.get("content-type", "")).startswith("application/json")


def notice(status: HTTPStatus, text: str) -> HTMLResponse:
    """A short page of the proxy's own."""
    page = f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{text}</title><p>{text}</p></html>'
    return HTMLResponse(page, status_code=status)


@dataclass
class Gateway:
    """The way to one API of the stack. Its id changes with deployments, so it is looked up again when refused."""

    stack: Stack
    api: str
    client: httpx.AsyncClient
    gate: asyncio.Semaphore
    _base: str = field(default="", init=False)

    def _look_up(self) -> str:
        resources = self.stack.client("cloudformation").list_stack_resources(StackName=self.stack.name)
        found = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources["StackResourceSummaries"]}
        identity = found[self.api]
        stages = self.stack.client("apigateway").get_stages(restApiId=identity)["item"]
        return f"{self.stack.endpoint}/_aws/execute-api/{identity}/{stages[0]['stageName']}"

    async def send(self, method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes) -> httpx.Response:
        """Send a request through the gate to the current API."""
        async with asyncio.timeout(PATIENCE_SECONDS), self.gate:
            used = self._base
            answer = await self._send_once(method, path, headers, body) if used else None
            if answer is not None and not is_refused_by_gateway(answer):
                return answer
            self._base = await run_in_threadpool(self._look_up)
            if answer is not None and self._base == used:
                return answer
            return await self._send_once(method, path, headers, body)

    async def _send_once(
        self, method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> httpx.Response:
        answer = await self.client.request(method, f"{self._base}{path}", headers=headers, content=body)
        if method == "HEAD" and is_refused_by_gateway(answer):
            return await self.client.get(f"{self._base}{path}", headers=headers)
        return answer


def gateway_client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The client for the gateway. It keeps no cookie: one visitor's session must never go to another's request."""
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    limits = httpx.Limits(max_connections=GATE)
    return httpx.AsyncClient(
        timeout=GATEWAY_SECONDS, limits=limits, trust_env=False, cookies=no_cookies, transport=transport
    )


async def _forward(request: "Request", gateway: Gateway) -> Response:
    body = await request.body()
    if len(body) > LARGEST_BODY:
        return notice(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "送信された内容が大きすぎます。")
    path = request.scope["raw_path"].decode("ascii")
    if request.url.query:
        path += f"?{request.url.query}"
    visitor = request.client.host if request.client else "127.0.0.1"
    headers = forwarded_headers(request.headers.raw, visitor)
    try:
        answer = await gateway.send(request.method, path, headers, body)
    except (httpx.HTTPError, BotoCoreError, ClientError, KeyError):
        return notice(HTTPStatus.BAD_GATEWAY, UNAVAILABLE)
    except TimeoutError:
        return notice(
            HTTPStatus.SERVICE_UNAVAILABLE, "ただいま混み合っています。しばらくしてから、もう一度お試しください。"
        )
    if is_failure_of_gateway(answer):
        return notice(HTTPStatus.BAD_GATEWAY, UNAVAILABLE)
    if is_refused_by_gateway(answer):
        return notice(HTTPStatus.METHOD_NOT_ALLOWED, "この操作はできません。")
    response = Response(b"" if request.method == "HEAD" else answer.content, answer.status_code)
    length = answer.headers.get("content-length", "0") if request.method == "HEAD" else str(len(answer.content))
    response.raw_headers = [*returned_headers(answer), (b"content-length", length.encode())]
    return response


class Static:
    """The files of the static bucket, with the headers that were stored with them."""

    def __init__(self, stack: Stack) -> None:
        self._bucket = stack.bucket("static")
        self._client = stack.client("s3")

    async def answer(self, request: "Request") -> Response:
        """The file, 304 when the visitor has it, or 404."""
        try:
            body, headers = await run_in_threadpool(self._read, request)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_MODIFIED:
                return Response(status_code=HTTPStatus.NOT_MODIFIED)
            return notice(HTTPStatus.NOT_FOUND, "ファイルが見つかりません。")
        return Response(b"" if request.method == "HEAD" else body, headers=headers)

    def _read(self, request: "Request") -> tuple[bytes, dict[str, str]]:
        known = {"IfNoneMatch": request.headers["if-none-match"]} if "if-none-match" in request.headers else {}
        found = self._client.get_object(Bucket=self._bucket, Key=request.url.path.lstrip("/"), **known)
        headers = {"content-type": found["ContentType"], "etag": found["ETag"], "x-content-type-options": "nosniff"}
        if "CacheControl" in found:
            headers["cache-control"] = found["CacheControl"]
        return found["Body"].read(), headers


def site(stack: Stack, api: str, gate: asyncio.Semaphore) -> Starlette:
    """The web application that stands before one API: static files from the bucket, all else to the gateway."""
    static = Static(stack)
    client = gateway_client()
    gateway = Gateway(stack, api, client, gate)

    async def forward(request: "Request") -> Response:
        return await _forward(request, gateway)

    @asynccontextmanager
    async def close_client(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    return Starlette(
        routes=[
            Route("/static/{path:path}", static.answer, methods=["GET", "HEAD"]),
            Route("/{path:path}", forward, methods=METHODS),
        ],
        lifespan=close_client,
    )
