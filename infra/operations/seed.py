"""Demo content of a local stack: fictional people who registered, booked and came.

It is put in through the same use cases that the pages call, from the programme's `demo.yaml`.
Whatever is there already stays; a programme without that file gets nothing.
"""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from ruamel.yaml import YAML

from madoguchi import wiring
from madoguchi.events import store as events_store
from madoguchi.events import usecases as events
from madoguchi.events.rules import EventDraft
from madoguchi.japan.time import Month, clock_minutes, tokyo_day, tokyo_instant
from madoguchi.members import store as members
from madoguchi.members.rules import Pending, Place, consents_of
from madoguchi.members.usecases import member_of
from madoguchi.newsletters import store as newsletters_store
from madoguchi.newsletters import usecases as newsletters
from madoguchi.newsletters.rules import Draft
from madoguchi.office import plan, reception
from madoguchi.office import store as office_store
from madoguchi.office import usecases as office
from madoguchi.office.opening import open_days
from madoguchi.office.reception import Clerk
from madoguchi.office.rules import Booker, Slot, Wish
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import TICKED, read
from madoguchi.refusals import Refusal
from madoguchi.reports import usecases as reports
from madoguchi.storage import transaction
from operations.programmes import DEMO, FOLDER
from operations.stack import OperationError

DEMO_EMAIL = "demo@example.jp"
DAYS_WITH_VISITS = 5
TWO_WEEKS = timedelta(days=14)


def seed_all() -> list[str]:
    """Add what is missing; returns what was added, in words."""
    file = FOLDER / programme().id / DEMO
    if not file.is_file():
        return ["none"]
    demo = YAML(typ="safe").load(file)
    now = wiring.clock()
    added = [f"{sum(_register(person, now) for person in demo.get('people', []))} people"]
    if programme().module_on("events"):
        added.append(f"{sum(_publish(event, now) for event in demo.get('events', []))} events")
    if programme().module_on("office"):
        added.append(f"{_book_all(demo.get('bookings', []), now)} bookings")
    if programme().module_on("newsletters"):
        added.append(f"{sum(_draft(each, now) for each in demo.get('newsletters', []))} newsletters")
    month = Month.of(tokyo_day(now)).previous()
    if reports.freeze(month, now).is_new:
        added.append(f"report of {month}")
    return [each for each in added if not each.startswith("0 ")] or ["unchanged"]


class _Typed:
    """What a person of the demo typed into a form, and ticked."""

    def __init__(self, values: dict[str, Any], ticked: list[str]) -> None:
        self._values = {**values, **dict.fromkeys(ticked, TICKED)}

    def get(self, name: str) -> str:
        """The value of a field, or ''."""
        value = self._values.get(name, "")
        return "" if isinstance(value, list) else str(value)

    def all(self, name: str) -> list[str]:
        """Every value of a field with several."""
        value = self._values.get(name, [])
        return value if isinstance(value, list) else [str(value)]


def _register(person: dict[str, Any], now: datetime) -> bool:
    registration = programme().registration
    form = registration.form(person["form"]) if "form" in person else registration.usual
    # Registered before last month began, so that last month's visits are possible.
    at = tokyo_instant(Month.of(tokyo_day(now)).previous().first_day - TWO_WEEKS, 0)
    required = [consent.id for consent in form.consents if consent.required]
    typed = _Typed(person["values"], [*required, *person.get("consents", [])])
    reading = read(form, typed, today=tokyo_day(now))
    if reading.errors:
        message = f"{programme().id}/{DEMO}: {person['values']}: {reading.errors}"
        raise OperationError(message)
    email = str(reading.values["email"])
    if members.id_of_address(email):
        return False
    consents = consents_of(form, reading, at=at, place=Place.of("/register", source="demo", browser="demo"))
    pending = Pending(reading.values, consents, at, form.id, person.get("source", ""))
    member = member_of(pending, _id_of("member", email), at)
    with transaction() as t:
        members.add(t, member, mail="registration-done")
    return True


def _publish(event: dict[str, Any], now: datetime) -> bool:
    if any(each.title == event["title"] for each in events_store.upcoming(now)):
        return False
    day = tokyo_day(now) + timedelta(days=event["in_days"])
    starts, ends = (tokyo_instant(day, clock_minutes(event[key])) for key in ("starts", "ends"))
    draft = EventDraft(event["title"], event["description"], event["place"], starts, ends, event["capacity"])
    events.publish(draft, nonce=_id_of(event["title"], str(day)), by="demo", now=now)
    return True


def _book_all(bookings: list[dict[str, Any]], now: datetime) -> int:
    today = tokyo_day(now)
    coming = next(iter(plan.open_days(today + timedelta(days=1), today + TWO_WEEKS)), None)
    past = open_days(programme().office, Month.of(today).previous())[:DAYS_WITH_VISITS]
    made = sum(_book(each, day, came=True) for day in past for each in bookings)
    return made + sum(_book(each, coming, came=False) for each in bookings if coming)


def _book(booking: dict[str, Any], day: date, *, came: bool) -> bool:
    member_id = members.id_of_address(booking["person"])
    if member_id is None:
        return False
    member = members.get(member_id)
    wish = Wish(booking["area"], Slot.of(day, booking["starts"], booking["ends"]), booking.get("party", 1))
    nonce = f"demo-{day}"
    booking_id = office.booking_id_of(wish, member_id=member_id, nonce=nonce)
    if booking_id in office_store.member_month(member_id, Month.of(day)).booking_ids:
        return False
    booker = Booker(member_id, member.number, member.class_id, member.home, member.facts)
    try:
        made = office.book(wish, booker=booker, nonce=nonce, at=tokyo_instant(day, 0))
        if came:
            reception.check_in(made.booking_id, clerk=Clerk("demo", "demo"), at=wish.slot.starts_at)
    except Refusal:
        # Somebody who tries the demo took the place; the demo can do without.
        return False
    return True


def _draft(newsletter: dict[str, Any], now: datetime) -> bool:
    if any(each.subject == newsletter["subject"] for each in newsletters_store.newest()):
        return False
    draft = Draft(newsletter["subject"], newsletter["body"])
    newsletters.write(draft, nonce=_id_of("newsletter", newsletter["subject"]), by="demo", now=now)
    return True


def _id_of(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
