"""One request, as a view sees it."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import parse_qs, urlencode

from madoguchi.web.access import Role
from madoguchi.web.multipart import is_multipart, parts_of

MOST_FIELDS = 400
MOST_DIGITS = 9


class Viewer(Protocol):
    """Whoever is signed in, as far as the web layer must know."""

    @property
    def role(self) -> Role:
        """What the viewer may do."""

    @property
    def name(self) -> str:
        """How the page greets the viewer."""


V = TypeVar("V", bound=Viewer)


@dataclass(frozen=True, slots=True)
class FormData:
    """Posted values, as typed. A missing field reads as empty."""

    values: Mapping[str, list[str]]

    def get(self, name: str) -> str:
        """The first value of a field, or ''."""
        found = self.values.get(name)
        return found[0] if found else ""

    def number(self, name: str, otherwise: int = 0) -> int:
        """The number that a field carries, or `otherwise`; one with more digits than ours ever have is none."""
        typed = self.get(name)
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS else otherwise

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return list(self.values.get(name, []))


@dataclass(slots=True)
class Visit(Generic[V]):
    """A request: where to, what with, by whom, when."""

    app: str
    method: str
    path: str
    query: FormData
    headers: Mapping[str, str]
    body: bytes
    source: str
    request_id: str
    now: datetime
    cookie_prefix: str
    viewer: V | None = None
    _visitor: str | None = None
    set_cookies: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The page to come back to: the path with its query; for a form, the form's page."""
        query = urlencode(self.query.values, doseq=True)
        return f"{self.path}?{query}" if query else self.path

    @property
    def role(self) -> Role:
        """The viewer's role; PUBLIC when nobody is signed in."""
        return self.viewer.role if self.viewer else Role.PUBLIC

    def member(self) -> V:
        """Whoever is signed in; only for routes that the access table closes to the public."""
        if self.viewer is None:
            message = f"{self.path} is open to the public and asked for its viewer"
            raise RuntimeError(message)
        return self.viewer

    @property
    def form(self) -> FormData:
        """The posted form; of one that carries files, the other fields."""
        if not is_multipart(self._content_type):
            return _parse(self.body.decode("utf-8", errors="replace"))
        values: dict[str, list[str]] = {}
        for part in parts_of(self._content_type, self.body):
            if part.file_name is None:
                values.setdefault(part.name, []).append(part.content.decode("utf-8", errors="replace"))
        return FormData(values)

    def file(self, name: str) -> tuple[str, bytes]:
        """The name and the content of a posted file, both empty when none was chosen."""
        for part in parts_of(self._content_type, self.body):
            if part.name == name and part.file_name:
                return part.file_name, part.content
        return "", b""

    @property
    def _content_type(self) -> str:
        return self.headers.get("content-type", "")

    def cookie(self, name: str) -> str:
        """The value of a cookie of this app, or ''."""
        # By hand: SimpleCookie drops all cookies when one, perhaps another site's of the same domain, is odd.
        for pair in self.headers.get("cookie", "").split(";"):
            key, _, value = pair.strip().partition("=")
            if key == f"{self.cookie_prefix}-{name}":
                return value
        return ""

    def csrf(self) -> str:
        """The token that this visitor's forms must carry.

        It is a hash of the session's or, before sign-in, of a visitor cookie that only this
        browser has, so no secret is stored and a new session makes old forms useless.
        """
        secret = self.cookie("session") if self.viewer else ""
        if not secret:
            secret = self._visitor or self.cookie("visitor")
        if not secret:
            secret = self._visitor = secrets.token_urlsafe(32)
            self.set_cookie("visitor", secret)
        return _token(secret)

    def has_valid_csrf(self) -> bool:
        """Whether the posted token belongs to this visitor and the form came from this site."""
        secret = self.cookie("session") if self.viewer else self.cookie("visitor")
        if self.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return False
        return bool(secret) and hmac.compare_digest(_token(secret).encode(), self.form.get("csrf").encode())

    def set_cookie(self, name: str, value: str, *, seconds: int | None = None) -> None:
        """Send a cookie with the answer; `seconds=0` deletes it, None lasts until the browser ends."""
        secure = "; Secure" if self.cookie_prefix.startswith("__Host-") else ""
        age = "" if seconds is None else f"; Max-Age={seconds}"
        self.set_cookies.append(f"{self.cookie_prefix}-{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")


class FormToken:
    """The visitor's token, made when a template writes it: a page without a form sets no cookie."""

    def __init__(self, visit: Visit[Any]) -> None:
        """Remember whose."""
        self._visit = visit

    def __str__(self) -> str:
        """The token."""
        return self._visit.csrf()


def nonce() -> str:
    """A fresh nonce for a form, from which the record's key is derived on a resend."""
    return secrets.token_urlsafe(12)


def _token(secret: str) -> str:
    digest = hashlib.sha256(f"csrf:{secret}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _parse(text: str) -> FormData:
    try:
        return FormData(parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return FormData({})
