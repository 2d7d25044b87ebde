"""Reads the mail that the stack sent: each as it arrived, from the local inbox."""

import email
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default

import httpx
import pytest

LINK = re.compile(r"https?://[^\s<>]+")
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it arrived."""

    mime: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.mime["Subject"])

    @property
    def text(self) -> str:
        part = self.mime.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def calendar(self) -> str:
        """The text of the attached .ics file."""
        (part,) = [each for each in self.mime.iter_attachments() if each.get_content_type() == "text/calendar"]
        content = part.get_content()
        return content.decode() if isinstance(content, bytes) else str(content)

    def link(self, containing: str) -> str:
        """The first address in the text that contains this."""
        for found in LINK.findall(self.text):
            if containing in found:
                return str(found)
        pytest.fail(f"no link with {containing} in: {self.text}")


@dataclass(frozen=True, slots=True)
class Inbox:
    """The local inbox of one stack."""

    url: str

    def all(self, to: str) -> list[Mail]:
        """Every mail to an address, newest first."""
        return list(self._to(to))

    def wait_for(self, to: str, subject: str) -> Mail:
        """The newest mail to an address whose subject contains this; fails when none comes in time."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            for mail in self._to(to):
                if subject in mail.subject:
                    return mail
            time.sleep(0.2)
        pytest.fail(f"no mail '{subject}' to {to}; there are {[mail.subject for mail in self._to(to)]}")

    def _to(self, address: str) -> Iterator[Mail]:
        for each in httpx.get(f"{self.url}/messages").raise_for_status().json():
            if address in each["to"]:
                raw = httpx.get(f"{self.url}/mail/{each['id']}.eml").raise_for_status().content
                yield Mail(email.message_from_bytes(raw, policy=default))
