"""The local mail inbox shows what arrived, safely."""

import asyncio
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import httpx

from operations.inbox import Inbox, linked, pages, parse


def mail(text: str = "こんにちは") -> bytes:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = "窓口 <madoguchi@example.jp>"
    message["To"] = "花子 <hanako@example.jp>"
    message["Subject"] = "ご予約の確認"
    message["List-Unsubscribe"] = "<https://example.jp/u>"
    message.set_content(text)
    message.add_alternative("<p>こんにちは<script>alert(1)</script></p>", subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="booking.ics")
    return message.as_bytes()


def ask(folder: Path, path: str, method: str = "GET") -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(pages(Inbox(folder)))
        async with httpx.AsyncClient(transport=transport, base_url="http://inbox") as client:
            return await client.request(method, path)

    return asyncio.run(send())


def test_a_mail_is_taken_apart() -> None:
    found = parse("1", mail())
    assert (found.subject, found.to, found.attachments) == ("ご予約の確認", ["hanako@example.jp"], ["booking.ics"])
    assert found.text.strip() == "こんにちは"
    assert "<script>" in found.html
    assert ("List-Unsubscribe", "<https://example.jp/u>") in found.headers


def test_links_are_clickable_and_all_else_is_escaped() -> None:
    shown = linked("<b>押す</b> http://localhost:8100/k/a?x=1&y=2 。")
    assert shown == (
        "&lt;b&gt;押す&lt;/b&gt; "
        '<a href="http://localhost:8100/k/a?x=1&amp;y=2" rel="noreferrer">http://localhost:8100/k/a?x=1&amp;y=2</a> 。'
    )


def test_the_pages_show_the_text_and_never_the_html_part(tmp_path: Path) -> None:
    (tmp_path / "17.eml").write_bytes(mail("鍵: http://localhost:8100/k/abc"))
    assert "ご予約の確認" in ask(tmp_path, "/").text
    shown = ask(tmp_path, "/mail/17")
    assert 'href="http://localhost:8100/k/abc"' in shown.text
    assert "<script>" not in shown.text
    assert ask(tmp_path, "/mail/17.eml").content.startswith(b"From:")
    assert ask(tmp_path, "/mail/..%2F..%2Fetc").status_code == 404


def test_the_newest_mail_comes_first_and_all_can_be_forgotten(tmp_path: Path) -> None:
    for identity in ("17", "18"):
        (tmp_path / f"{identity}.eml").write_bytes(mail())
    assert [one["id"] for one in ask(tmp_path, "/messages").json()] == ["18", "17"]
    assert ask(tmp_path, "/messages", "DELETE").status_code == 204
    assert ask(tmp_path, "/messages").json() == []
