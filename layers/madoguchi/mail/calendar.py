"""Calendar files (.ics, RFC 5545) that go with a mail."""

from dataclasses import dataclass
from datetime import UTC, datetime

from madoguchi.mail.message import Attachment

LONGEST_LINE_BYTES = 75


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a calendar shows. `uid` stays the same when the appointment changes."""

    uid: str
    title: str
    place: str
    description: str
    starts: datetime
    ends: datetime
    made_at: datetime


def ics(appointment: Appointment, *, method: str = "PUBLISH") -> str:
    """The file's text: one appointment in UTC."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Madoguchi//JA",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{appointment.uid}",
        f"DTSTAMP:{_stamp(appointment.made_at)}",
        f"DTSTART:{_stamp(appointment.starts)}",
        f"DTEND:{_stamp(appointment.ends)}",
        f"SUMMARY:{_escaped(appointment.title)}",
        f"LOCATION:{_escaped(appointment.place)}",
        f"DESCRIPTION:{_escaped(appointment.description)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def attached(appointment: Appointment, name: str) -> Attachment:
    """The file as an attachment of a mail."""
    return Attachment(name, "text/calendar", ics(appointment), {"method": "PUBLISH"})


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a long line between characters, never inside one: continuation lines start with a space."""
    pieces, used = [""], 0
    for character in line:
        size = len(character.encode())
        if used + size > LONGEST_LINE_BYTES:
            pieces.append("")
            used = 1
        pieces[-1] += character
        used += size
    return "\r\n ".join(pieces)
