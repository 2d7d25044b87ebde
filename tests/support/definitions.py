"""Runs any definition in a test's process, and shows an app to a real browser."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Request, Route

from madoguchi.programme import definition
from madoguchi.programme.definition import Programme
from madoguchi.programme.schema import compile_programme
from operations import programmes
from tests.support.gateway import gateway_event

ROOT = Path(__file__).resolve().parents[2]
SERVED = "http://madoguchi.example.jp"
NAMES = sorted(programmes.names())


@contextmanager
def running(folder: Path) -> Iterator[Programme]:
    """Let `programme()` answer from the definition in a folder, with all its versions; gives the newest one."""
    versions = definition.decode(json.dumps(compile_programme(folder)).encode())
    before = definition._versions
    definition._versions = lambda: versions  # type: ignore[assignment]
    definition._shaped.cache_clear()
    try:
        yield versions[-1]
    finally:
        definition._versions = before
        definition._shaped.cache_clear()


@contextmanager
def running_named(name: str) -> Iterator[Programme]:
    """Run a programme of the repository."""
    with running(programmes.FOLDER / name) as newest:
        yield newest


def serve(context: BrowserContext, app: Any, *, cookies: Mapping[str, str] | None = None) -> None:  # noqa: ANN401
    """Answer a browser's requests to SERVED with the app's own answers, those for static files with ours."""
    signed_in = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}

    def answer(route: Route, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.path.startswith("/static/"):
            file = ROOT / "templates" / parts.path.lstrip("/")
            route.fulfill(path=file) if file.is_file() else route.fulfill(status=404)
            return
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        event = gateway_event(
            request.method, address, headers=request.headers | signed_in, body=request.post_data or ""
        )
        answered = app(event, None)
        route.fulfill(status=answered["statusCode"], headers=answered["headers"], body=answered["body"])

    context.route(f"{SERVED}/**", answer)
