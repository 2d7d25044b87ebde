"""The local mail inbox: collects what the stack sends and shows it, as files, as pages and as JSON."""

import html
import re
import time
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session
    from starlette.requests import Request

_LINK = re.compile(r"https?://[^\s<>\"'、。]+")
_STYLE = """
body{font:1rem/1.7 sans-serif;max-width:48rem;margin:0 auto;padding:1rem;color:#1a1a1c;background:#fff}
li{border-bottom:1px solid #949494;padding:.5rem 0}pre{white-space:pre-wrap;font:inherit;overflow-wrap:anywhere}
a{color:#0017c1}dt{font-weight:bold}dd{margin:0 0 .5rem;overflow-wrap:anywhere}
"""


@dataclass(frozen=True)
class Message:
    """A received mail, taken apart."""

    id: str
    sender: str
    to: list[str]
    subject: str
    date: str
    text: str
    html: str
    headers: list[tuple[str, str]]
    attachments: list[str]


def parse(identity: str, raw: bytes) -> Message:
    """Take a mail apart; broken ones are shown as far as they can be read."""
    mail = message_from_bytes(raw, policy=policy.default)
    return Message(
        id=identity,
        sender=str(mail["From"] or ""),
        to=_recipients(mail),
        subject=str(mail["Subject"] or ""),
        date=str(mail["Date"] or ""),
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        headers=[(name, str(value)) for name, value in mail.items()],
        attachments=[part.get_filename() or "" for part in mail.iter_attachments()],
    )


def _recipients(mail: EmailMessage) -> list[str]:
    header = mail["To"]
    return [address.addr_spec for address in header.addresses] if header else []


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def linked(text: str) -> str:
    """Plain text as HTML: everything escaped, addresses clickable."""
    pieces, end = [], 0
    for found in _LINK.finditer(text):
        address = html.escape(found.group())
        pieces += [html.escape(text[end : found.start()]), f'<a href="{address}" rel="noreferrer">{address}</a>']
        end = found.end()
    return "".join([*pieces, html.escape(text[end:])])


class Inbox:
    """The mails of one stack in a folder, the newest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    # The name is given by aiosmtpd.
    async def handle_DATA(self, _server: "SMTP", _session: "Session", envelope: "Envelope") -> str:  # noqa: N802
        """Keep a mail that arrived by SMTP."""
        aside = self._folder / f"{time.time_ns()}.part"
        aside.write_bytes(cast("bytes", envelope.original_content))
        aside.rename(aside.with_suffix(".eml"))
        return "250 OK"

    def messages(self) -> list[Message]:
        """All mails, the newest first."""
        return [parse(one.stem, one.read_bytes()) for one in sorted(self._folder.glob("*.eml"), reverse=True)]

    def raw(self, identity: str) -> bytes | None:
        """One mail as it arrived."""
        file = self._folder / f"{identity}.eml"
        return file.read_bytes() if identity.isdigit() and file.is_file() else None

    def clear(self) -> None:
        """Forget all mails."""
        for one in self._folder.glob("*.eml"):
            one.unlink(missing_ok=True)


def _page(title: str, body: str, status: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
    page = (
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style><h1>{html.escape(title)}</h1>{body}'
    )
    policy_header = "default-src 'none'; style-src 'unsafe-inline'"
    return HTMLResponse(page, status, headers={"content-security-policy": policy_header})


def _list_page(inbox: Inbox) -> Response:
    lines = [
        f'<li><a href="/mail/{one.id}">{html.escape(one.subject or "(件名なし)")}</a><br>'
        f"{html.escape('、'.join(one.to))} {html.escape(one.date)}</li>"
        for one in inbox.messages()
    ]
    return _page(
        "受信箱(この端末の中だけ)", f"<ul>{''.join(lines)}</ul>" if lines else "<p>メールはまだありません。</p>"
    )


def _mail_page(inbox: Inbox, identity: str) -> Response:
    raw = inbox.raw(identity)
    if raw is None:
        return _page("メールが見つかりません", '<p><a href="/">受信箱へ戻る</a></p>', HTTPStatus.NOT_FOUND)
    mail = parse(identity, raw)
    facts = {"差出人": mail.sender, "宛先": "、".join(mail.to), "日時": mail.date, "添付": "、".join(mail.attachments)}
    table = "".join(f"<dt>{name}</dt><dd>{html.escape(value or 'なし')}</dd>" for name, value in facts.items())
    links = f'<p><a href="/">受信箱へ戻る</a> <a href="/mail/{identity}.eml">元のメール(eml)</a></p>'
    return _page(mail.subject, f"<dl>{table}</dl><pre>{linked(mail.text)}</pre>{links}")


def pages(inbox: Inbox) -> Starlette:
    """The inbox as a web application. HTML parts are never rendered, only listed as JSON."""

    def show_list(_: "Request") -> Response:
        return _list_page(inbox)

    def show_mail(request: "Request") -> Response:
        identity = request.path_params["identity"]
        if not identity.endswith(".eml"):
            return _mail_page(inbox, identity)
        raw = inbox.raw(identity.removesuffix(".eml"))
        return Response(raw or b"", HTTPStatus.OK if raw else HTTPStatus.NOT_FOUND, media_type="message/rfc822")

    def list_messages(_: "Request") -> Response:
        return JSONResponse([asdict(one) for one in inbox.messages()])

    def clear(_: "Request") -> Response:
        inbox.clear()
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return Starlette(
        routes=[
            Route("/", show_list),
            Route("/mail/{identity}", show_mail),
            Route("/messages", list_messages, methods=["GET"]),
            Route("/messages", clear, methods=["DELETE"]),
        ]
    )
