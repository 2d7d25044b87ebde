"""API Gateway events as the REST API sends them, and a browser's memory for cookies and tokens."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

Form: TypeAlias = Mapping[str, str | list[str]]

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


def gateway_event(
    method: str, url: str, *, headers: dict[str, str] | None = None, body: str = "", source: str = "192.0.2.1"
) -> dict[str, Any]:
    """One proxy event; binary media types make every body arrive in base64."""
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    return {
        "resource": "/{proxy+}",
        "path": parts.path,
        "httpMethod": method,
        "headers": {"host": "localhost", **(headers or {})},
        "multiValueHeaders": {},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "requestId": "request-1",
            "identity": {"sourceIp": source},
        },
        "body": base64.b64encode(body.encode()).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


@dataclass
class Answered:
    """A Lambda proxy answer, as a test reads it."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


@dataclass
class Browser:
    """Calls an app as a browser would: keeps cookies, sends each form's token back."""

    app: Any
    source: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, url: str, **headers: str) -> Answered:
        return self._call("GET", url, headers)

    def post(self, url: str, form: Form | None = None, **headers: str) -> Answered:
        """Post exactly these fields."""
        body = urlencode(form or {}, doseq=True)
        return self._call("POST", url, {"content-type": "application/x-www-form-urlencoded"} | headers, body)

    def submit(self, page: str, url: str, form: Form) -> Answered:
        """Open a page, then post its token and nonce together with what was typed."""
        shown = self.get(page).body
        hidden = {
            name: found[1] for name, pattern in (("csrf", TOKEN), ("nonce", NONCE)) if (found := pattern.search(shown))
        }
        return self.post(url, {**hidden, **form})

    def _call(self, method: str, url: str, headers: dict[str, str], body: str = "") -> Answered:
        if self.cookies:
            headers = headers | {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        answer = self.app(gateway_event(method, url, headers=headers, body=body, source=self.source), None)
        set_cookies = answer["multiValueHeaders"].get("Set-Cookie", [])
        for line in set_cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        content = answer["body"]
        if answer.get("isBase64Encoded"):
            content = base64.b64decode(content).decode("utf-8", errors="replace")
        return Answered(answer["statusCode"], answer["headers"], set_cookies, content)
