"""Who may do what: the one table of routes, actions and roles of both apps (design §10).

`Counter` refuses to register a route that is not listed here and enforces the table for every
request; `docs/access.md` is generated from it and the tests walk through it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who is asking."""

    PUBLIC = "public"
    MEMBER = "member"
    DESK = "desk"
    MANAGER = "manager"


ROLE_LABELS: Mapping[Role, str] = {
    Role.PUBLIC: "どなたでも",
    Role.MEMBER: "利用者",
    Role.DESK: "受付",
    Role.MANAGER: "統括責任者",
}

EVERYBODY = frozenset({Role.PUBLIC, Role.MEMBER})
MEMBERS = frozenset({Role.MEMBER})
ANY_STAFF_VISITOR = frozenset({Role.PUBLIC, Role.DESK, Role.MANAGER})
STAFF = frozenset({Role.DESK, Role.MANAGER})
MANAGERS = frozenset({Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path: what is done there, by whom, and whether only with one's own records."""

    method: str
    path: str
    action: str
    roles: frozenset[Role]
    own_records_only: bool = False
    needs_csrf: bool = True


PUBLIC_ROUTES: tuple[Route, ...] = (
    Route("GET", "/", "see the front page", EVERYBODY),
    Route("GET", "/healthz", "see that the site answers", EVERYBODY),
    Route("GET", "/privacy", "read the privacy notice", EVERYBODY),
    Route("GET", "/accessibility", "read the accessibility policy", EVERYBODY),
    Route("GET", "/register", "see the registration form", EVERYBODY),
    Route("POST", "/register", "register", EVERYBODY),
    Route("GET", "/register/sent", "read that a mail was sent", EVERYBODY),
    Route("GET", "/register/{token}", "see the confirmation button", EVERYBODY),
    Route("POST", "/register/{token}", "confirm a registration", EVERYBODY),
    Route("GET", "/sign-in", "see the sign-in form", EVERYBODY),
    Route("POST", "/sign-in", "ask for a sign-in link", EVERYBODY),
    Route("GET", "/sign-in/sent", "read that a mail was sent", EVERYBODY),
    Route("GET", "/sign-in/{token}", "see the sign-in button", EVERYBODY),
    Route("POST", "/sign-in/{token}", "sign in", EVERYBODY),
    Route("POST", "/sign-out", "sign out", MEMBERS),
    Route("GET", "/me", "see one's own page", MEMBERS, own_records_only=True),
    Route("POST", "/me/newsletter", "choose whether to get newsletters", MEMBERS, own_records_only=True),
    Route("GET", "/availability", "see free places", EVERYBODY),
    Route("GET", "/bookings", "see one's own bookings", MEMBERS, own_records_only=True),
    Route("GET", "/bookings/new", "see the booking form", MEMBERS),
    Route("POST", "/bookings/new", "book", MEMBERS),
    Route("GET", "/bookings/{booking_id}", "see a booking", MEMBERS, own_records_only=True),
    Route("GET", "/bookings/{booking_id}/calendar", "download .ics", MEMBERS, own_records_only=True),
    Route("GET", "/bookings/{booking_id}/change", "see the change form", MEMBERS, own_records_only=True),
    Route("POST", "/bookings/{booking_id}/change", "change a booking", MEMBERS, own_records_only=True),
    Route("GET", "/bookings/{booking_id}/cancel", "see the cancel button", MEMBERS, own_records_only=True),
    Route("POST", "/bookings/{booking_id}/cancel", "cancel a booking", MEMBERS, own_records_only=True),
    Route("GET", "/events", "see the events", EVERYBODY),
    Route("GET", "/events/{event_id}", "see an event", EVERYBODY),
    Route("GET", "/events/{event_id}/sign-up", "see the sign-up form", EVERYBODY),
    Route("POST", "/events/{event_id}/sign-up", "sign up for an event", EVERYBODY),
    Route("GET", "/events/{event_id}/sent", "read that a mail was sent", EVERYBODY),
    Route("GET", "/sign-ups/{token}", "see one's sign-up by its mailed link", EVERYBODY),
    Route("POST", "/sign-ups/{token}", "confirm a guest's sign-up", EVERYBODY),
    Route("POST", "/sign-ups/{token}/cancel", "cancel a sign-up", EVERYBODY),
    Route("GET", "/unsubscribe/{token}", "see the unsubscribe button", EVERYBODY),
    # RFC 8058: mail services post here without a cookie, so there is no token of ours to ask for.
    Route("POST", "/unsubscribe/{token}", "unsubscribe", EVERYBODY, needs_csrf=False),
)

STAFF_ROUTES: tuple[Route, ...] = (
    Route("GET", "/", "be led to today's bookings", ANY_STAFF_VISITOR),
    Route("GET", "/healthz", "see that the console answers", ANY_STAFF_VISITOR),
    Route("GET", "/sign-in", "see the sign-in form", ANY_STAFF_VISITOR),
    Route("POST", "/sign-in", "sign in with password and TOTP", ANY_STAFF_VISITOR),
    Route("POST", "/sign-out", "sign out", STAFF),
    Route("GET", "/today", "see the day's bookings", STAFF),
    Route("POST", "/bookings/{booking_id}/check-in", "check in", STAFF),
    Route("POST", "/bookings/{booking_id}/undo-check-in", "undo a check-in", STAFF),
    Route("GET", "/events", "see events and their sign-ups", STAFF),
    Route("GET", "/events/new", "see the form of a new event", MANAGERS),
    Route("POST", "/events/new", "publish an event", MANAGERS),
    Route("GET", "/events/{event_id}", "see an event's sign-ups", STAFF),
    Route("GET", "/newsletters", "see the newsletters", MANAGERS),
    Route("GET", "/newsletters/new", "write an issue", MANAGERS),
    Route("POST", "/newsletters/new", "save an issue", MANAGERS),
    Route("GET", "/newsletters/{issue_id}", "see an issue and its deliveries", MANAGERS),
    Route("GET", "/newsletters/{issue_id}/edit", "edit an issue", MANAGERS),
    Route("POST", "/newsletters/{issue_id}/edit", "save an issue", MANAGERS),
    Route("POST", "/newsletters/{issue_id}/schedule", "schedule an issue", MANAGERS),
    Route("POST", "/newsletters/{issue_id}/unschedule", "take an issue back", MANAGERS),
    Route("POST", "/newsletters/{issue_id}/unknown", "decide on unknown deliveries", MANAGERS),
    Route("GET", "/reports", "see the monthly reports", STAFF),
    Route("GET", "/reports/{month}", "see a month's figures", STAFF),
    Route("POST", "/reports/{month}/{kind}", "download a report", MANAGERS),
    Route("GET", "/audit", "see the audit log", MANAGERS),
)

ROUTES: Mapping[str, tuple[Route, ...]] = {"public": PUBLIC_ROUTES, "staff": STAFF_ROUTES}


def route_of(app: str, method: str, path: str) -> Route:
    """The table's row; KeyError when a route was written in code and not listed."""
    for route in ROUTES[app]:
        if (route.method, route.path) == (method, path):
            return route
    raise KeyError((app, method, path))
