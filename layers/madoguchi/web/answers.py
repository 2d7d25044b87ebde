"""What a view gives back: a page, a redirect or a file."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import quote

HTML = "text/html; charset=utf-8"
LONGEST_PATH = 2000


@dataclass(frozen=True, slots=True)
class Page:
    """A page to render: template below templates/pages, its title and its facts.

    `errors` are (field id, message) pairs; with them the status is 422 unless said otherwise.
    `cache_seconds` lets a shared cache keep the page, for visitors who are not signed in.
    """

    template: str
    title: str
    facts: dict[str, Any] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    notice: tuple[str, str] | None = None
    status: int = 200
    cache_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Redirect:
    """See another page of this site (303). Raises ValueError for an address that leaves it."""

    path: str

    def __post_init__(self) -> None:
        """Refuse open redirects, header injection, and what no header can carry."""
        if not self.path.startswith("/") or self.path.startswith(("//", "/\\")):
            raise ValueError(self.path)
        if not (self.path.isascii() and self.path.isprintable() and len(self.path) <= LONGEST_PATH):
            raise ValueError(self.path)


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep."""

    name: str
    content_type: str
    content: bytes

    @property
    def disposition(self) -> str:
        """Content-Disposition with the Japanese name escaped."""
        return f"attachment; filename*=UTF-8''{quote(self.name)}"


@dataclass(frozen=True, slots=True)
class Text:
    """A plain text answer."""

    text: str


Answer: TypeAlias = Page | Redirect | Download | Text


def safe_path(typed: str, otherwise: str = "/") -> str:
    """A path of this site that somebody typed into ?next=, or `otherwise`."""
    try:
        return Redirect(typed).path
    except ValueError:
        return otherwise
