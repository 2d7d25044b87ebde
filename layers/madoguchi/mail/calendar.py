"""Calendar files (.ics, RFC 5545) that go with a mail."""

from dataclasses import dataclass
from datetime import datetime

from madoguchi.mail.message import Attachment
from madoguchi.programme.definition import programme

CONTENT_TYPE = "text/calendar"


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a calendar shows.

    `uid` stays the same and `sequence` grows when the appointment changes, so that calendars
    replace what they have; a cancelled one strikes it out.
    """

    uid: str
    title: str
    place: str
    description: str
    starts: datetime
    ends: datetime
    made_at: datetime
    sequence: int = 0
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        """What calendars are asked to do with it."""
        return "CANCEL" if self.is_cancelled else "PUBLISH"


def ics(appointment: Appointment) -> str:
    """The file's text: one appointment in UTC."""
    from icalendar import Calendar, Event, vCalAddress  # noqa: PLC0415 only mails and downloads pay for it

    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.made_at)
    event.add("dtstart", appointment.starts)
    event.add("dtend", appointment.ends)
    event.add("summary", appointment.title)
    event.add("location", appointment.place)
    event.add("description", appointment.description)
    event.add("status", "CANCELLED" if appointment.is_cancelled else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{programme().site.mail}"))
    calendar = Calendar()
    calendar.add("prodid", "-//Madoguchi//JA")
    calendar.add("version", "2.0")
    calendar.add("method", appointment.method)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()


def attached(appointment: Appointment, name: str) -> Attachment:
    """The file as an attachment of a mail."""
    return Attachment(name, CONTENT_TYPE, ics(appointment), {"method": appointment.method})
