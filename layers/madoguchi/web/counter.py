"""One small Chalice subclass: finds the route from the path, enforces the access table, answers.

Everything that both apps share about a request happens here and only here: who is asking, may
they, is the form theirs, what does a refusal look like, which headers go out, one log line.
"""

import base64
import re
import time
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from importlib import import_module
from traceback import extract_tb
from typing import Any, TypeAlias
from urllib.parse import unquote, urlencode

from aws_lambda_powertools import Logger
from chalice.app import Chalice, Response

from madoguchi import wiring
from madoguchi.programme.definition import programme
from madoguchi.refusals import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
    Refusal,
    TooManyError,
)
from madoguchi.settings import settings
from madoguchi.web.access import Role, Route, route_of
from madoguchi.web.answers import HTML, Answer, Download, Page, Redirect, Text
from madoguchi.web.headers import SECURITY_HEADERS
from madoguchi.web.rendering import render
from madoguchi.web.visits import FormData, FormToken, Viewer, Visit

logger = Logger()

STATUS_OF: Mapping[type[Refusal], int] = {
    InvalidError: 422,
    NotFoundError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    GoneError: 410,
    TooManyError: 429,
}
TITLES: Mapping[int, str] = {
    403: "この操作はできません",
    404: "見つかりません",
    405: "この操作は受け付けていません",
    409: "受け付けられませんでした",
    410: "リンクの期限が切れています",
    413: "送られた内容が大きすぎます",
    422: "入力内容を確認してください",
    429: "しばらくお待ちください",
    500: "申し訳ありません。うまくいきませんでした",
}
BUG_MESSAGE = (
    "システムの不具合で、操作を完了できませんでした。時間をおいて、もう一度お試しください。"
    "くり返すときは、下の受付番号を添えてお問い合わせください。"
)
CSRF_MESSAGE = (
    "画面の有効期限が切れたか、別の画面から送られたため、受け付けられませんでした。"
    "前の画面に戻り、ページを読み込み直してから、もう一度送ってください。"
)
DOWNLOADS = (
    "text/calendar",
    "text/csv",
    "application/json",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
SOURCE_MESSAGE = (
    "この場所（ネットワーク）からは業務画面を開けません。登録された事業所のネットワークから接続してください。"
)
PATH_PART = re.compile(r"\{(\w+)\}")

View: TypeAlias = Callable[..., Answer]


class Counter(Chalice):
    """A Chalice app whose routes are pages of the counter."""

    def __init__(
        self,
        app_name: str,
        *,
        viewer_of: Callable[[Visit[Any]], Viewer | None],
        facts_of: Callable[[Visit[Any]], dict[str, Any]],
        admits: Callable[[str], bool] = lambda _: True,
        detour: Callable[[Visit[Any]], str] = lambda _: "",
        files: Mapping[str, str] = {},
    ) -> None:
        """Take how a session is read, the facts that each page needs, which sources are let in, and the files.

        `detour` names the page that somebody must see before the one asked for, or ''.
        `files` says which module registers the pages below the first part, or the first two, of a path ("" is the
        front page).
        """
        super().__init__(app_name=app_name, configure_logs=False)
        self.api.binary_types = list(DOWNLOADS)
        self._viewer_of = viewer_of
        self._facts_of = facts_of
        self._admits = admits
        self._detour = detour
        self.files = files
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        self._visit: Visit[Any]

    def page(self, method: str, path: str) -> Callable[[View], View]:
        """Register a view for a row of the access table; KeyError when the row is missing."""
        route = route_of(self.app_name, method, path)

        def register(view: View) -> View:
            @wraps(view)
            def shown(**parts: str) -> Response:
                return self._respond(lambda visit: self._enter(route, view, visit, parts))

            # Which bodies are accepted is decided in _enter, where the refusal is a page of ours.
            self.route(path, methods=[method], content_types=[])(shown)
            self._remember(path)
            return view

        return register

    def _remember(self, path: str) -> None:
        pattern = re.compile(PATH_PART.sub(r"(?P<\1>[A-Za-z0-9_-]{1,128})", path) + r"\Z")
        self._patterns.append((pattern, path))
        self._patterns.sort(key=lambda each: (each[1].count("{"), -len(each[1])))

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401
        """Answer one API Gateway event."""
        started = time.perf_counter()
        self._visit = visit = read_visit(self.app_name, event)
        self._import_file_of(visit.path)
        path, parts = self._find(visit.path)
        if visit.method in self.routes.get(path, {}):
            event["requestContext"] |= {"resourcePath": path, "httpMethod": visit.method}
            event["pathParameters"] = parts
            event["headers"] = dict(visit.headers) | {"accept": "*/*"}
            answer: dict[str, Any] = super().__call__(event, context)
        else:
            answer = self._respond(self._find_nothing).to_dict(self.api.binary_types)
        if event["httpMethod"] == "HEAD":
            answer["body"] = ""
        logger.info(
            "request",
            method=event["httpMethod"],
            route=path,
            status=answer["statusCode"],
            milliseconds=round((time.perf_counter() - started) * 1000),
            request_id=visit.request_id,
        )
        return answer

    def _import_file_of(self, path: str) -> None:
        # The first visitor of a new process waits for the use cases and libraries of this file only.
        if module := self.file_of(path):
            import_module(module)

    def file_of(self, path: str) -> str:
        """The module that registers the pages at a path; the entry of two parts goes before that of the first."""
        first, _, rest = path.strip("/").partition("/")
        return self.files.get(f"{first}/{rest.partition('/')[0]}") or self.files.get(first, "")

    def _find(self, path: str) -> tuple[str, dict[str, str]]:
        for pattern, route_path in self._patterns:
            if match := pattern.match(path):
                return route_path, match.groupdict()
        return "-", {}

    def _find_nothing(self, visit: Visit[Any]) -> Response:
        path, _ = self._find(visit.path)
        if path == "-":
            raise NotFoundError
        response = self._error_page(visit, 405, "前の画面に戻って、もう一度お試しください。")
        response.headers["Allow"] = ", ".join(sorted(self.routes[path]))
        return response

    def _respond(self, answer: Callable[[Visit[Any]], Response]) -> Response:
        """Turn refusals and bugs into pages, and dress every response."""
        visit = self._visit
        try:
            self._check_source(visit)
            visit.viewer = self._viewer_of(visit)
            response = answer(visit)
        except Refusal as refusal:
            status = status_of(refusal)
            response = self._error_page(visit, status, refusal.message)
        except Exception as bug:  # noqa: BLE001 the one outer boundary: a bug becomes a faceless 500
            log_bug(bug, visit.request_id)
            response = self._bug_page(visit)
        response.headers |= dict(SECURITY_HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
        if visit.set_cookies:
            response.headers["Set-Cookie"] = visit.set_cookies
        return response

    def _check_source(self, visit: Visit[Any]) -> None:
        if not self._admits(visit.source):
            logger.warning("source refused", source=visit.source, request_id=visit.request_id)
            raise ForbiddenError(SOURCE_MESSAGE)

    def _enter(self, route: Route, view: View, visit: Visit[Any], parts: dict[str, str]) -> Response:
        """Enforce the access table, the detour and the form's token, then call the view."""
        if route.module and not programme().module_on(route.module):
            raise NotFoundError
        if visit.role not in route.roles:
            if visit.role is Role.PUBLIC:
                return redirect(f"/sign-in?{urlencode({'next': visit.address})}")
            raise ForbiddenError
        if first := self._detour(visit):
            return redirect(first)
        if visit.method == "POST" and route.needs_csrf:
            if len(visit.body) > route.most_bytes:
                return self._error_page(visit, 413, "文章やファイルを短くして、もう一度送ってください。")
            if not visit.has_valid_csrf():
                raise ForbiddenError(CSRF_MESSAGE)
        return self._answer(visit, view(visit, **parts))

    def _answer(self, visit: Visit[Any], answer: Answer) -> Response:
        match answer:
            case Page():
                return self._page(visit, answer)
            case Redirect(path):
                return redirect(path)
            case Download(_, content_type, content):
                headers: dict[str, str | list[str]] = {
                    "Content-Type": content_type,
                    "Content-Disposition": answer.disposition,
                }
                return Response(content, headers, 200)
            case Text(text):
                return Response(text, {"Content-Type": "text/plain; charset=utf-8"}, 200)

    def _page(self, visit: Visit[Any], page: Page) -> Response:
        cached = page.cache_seconds and visit.viewer is None
        # A page that caches may keep must not carry one visitor's token.
        facts = self._facts_of(visit) | {
            "csrf": "" if cached else FormToken(visit),
            "page_title": page.title,
            "errors": page.errors,
            "notice": page.notice,
            "path": visit.path,
            "request_id": visit.request_id,
            "viewer": visit.viewer,
        }
        headers: dict[str, Any] = {"Content-Type": HTML}
        if cached:
            headers["Cache-Control"] = f"public, max-age=0, s-maxage={page.cache_seconds}"
        status = 422 if page.errors and page.status == HTTPStatus.OK else page.status
        return Response(render("pages", page.template, facts | page.facts), headers, status)

    def _error_page(self, visit: Visit[Any], status: int, message: str) -> Response:
        title = TITLES.get(status, TITLES[500])
        return self._page(visit, Page("error.html", title, {"message": message, "status": status}, status=status))

    def _bug_page(self, visit: Visit[Any]) -> Response:
        try:
            return self._error_page(visit, 500, BUG_MESSAGE)
        except Exception as bug:  # noqa: BLE001 when even the page cannot be made, say so plainly
            log_bug(bug, visit.request_id)
            return Response(f"{TITLES[500]}（{visit.request_id}）", {"Content-Type": HTML}, 500)


def log_bug(bug: Exception, request_id: str) -> None:
    """One line with the kind and the place; never the exception's text, which may quote a person."""
    places = [f"{frame.filename}:{frame.lineno}" for frame in extract_tb(bug.__traceback__)]
    logger.error("bug", kind=type(bug).__name__, places=places, request_id=request_id)


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal: that of its nearest ancestor in the table."""
    return next((STATUS_OF[kind] for kind in type(refusal).__mro__ if kind in STATUS_OF), 400)


def redirect(url: str) -> Response:
    """303 See Other."""
    return Response("", {"Location": url, "Content-Type": HTML}, 303)


def _source(identity: dict[str, Any], headers: dict[str, str]) -> str:
    """The visitor's address; behind CloudFront the gateway knows only the edge's."""
    seen: str = identity["sourceIp"]
    if not identity.get("apiKey"):
        return seen
    # Only CloudFront holds the key: it adds the visitor to this header, and the gateway then adds the edge.
    return [seen, *headers.get("x-forwarded-for", "").split(",")][-2].strip()


def read_visit(app: str, event: dict[str, Any]) -> Visit[Any]:
    """Read an API Gateway event (header names in lower case; HEAD is read as GET)."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    body = event.get("body") or ""
    is_encoded = event.get("isBase64Encoded", False)
    context = event["requestContext"]
    prefix = f"{settings().programme}-{app}"
    return Visit(
        app=app,
        method="GET" if event["httpMethod"] == "HEAD" else event["httpMethod"],
        path=(unquote(event["path"]).rstrip("/") or "/"),
        query=FormData(event.get("multiValueQueryStringParameters") or {}),
        headers=headers,
        body=base64.b64decode(body) if is_encoded else body.encode(),
        source=_source(context["identity"], headers),
        request_id=context["requestId"],
        now=wiring.clock(),
        cookie_prefix=f"__Host-{prefix}" if settings().is_secure else prefix,
    )
