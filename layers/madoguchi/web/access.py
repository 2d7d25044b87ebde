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
    OWNER = "owner"
    MANAGER = "manager"
    OPERATOR = "operator"
    DESK = "desk"
    CONTRIBUTOR = "contributor"
    AUDITOR = "auditor"


ROLE_LABELS: Mapping[Role, str] = {
    Role.PUBLIC: "どなたでも",
    Role.MEMBER: "利用者",
    Role.OWNER: "発注者",
    Role.MANAGER: "統括責任者",
    Role.OPERATOR: "運営スタッフ",
    Role.DESK: "受付",
    Role.CONTRIBUTOR: "市町・団体・企業",
    Role.AUDITOR: "監査",
}

EVERYBODY = frozenset({Role.PUBLIC, Role.MEMBER})
MEMBERS = frozenset({Role.MEMBER})
# Everybody with an account of the console. Sets of roles are named by what their members do.
STAFF = frozenset(
    {Role.OWNER, Role.MANAGER, Role.OPERATOR, Role.DESK, Role.CONTRIBUTOR, Role.AUDITOR},
)
ANY_STAFF_VISITOR = STAFF | {Role.PUBLIC}
# Who meets members and works with their records.
MEMBER_STAFF = frozenset({Role.MANAGER, Role.OPERATOR, Role.DESK})
# Who publishes and sends in the programme's name.
PUBLISHERS = frozenset({Role.MANAGER, Role.OPERATOR})
# Who answers for the programme: approves, changes its settings, sees to the accounts.
APPROVERS = frozenset({Role.OWNER, Role.MANAGER})
# Who checks what was done.
LOG_READERS = frozenset({Role.OWNER, Role.MANAGER, Role.AUDITOR})
REPORT_READERS = MEMBER_STAFF | LOG_READERS

# A file of 10,000 members has 2 to 3 MB. Lambda takes 6 MB, in which a file is a third longer.
LARGEST_FILE_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path: what is done there, by whom, and whether only with one's own records.

    A route of a module that the programme does not have answers 404. `most_bytes` is the largest body that it takes.
    """

    method: str
    path: str
    action: str
    roles: frozenset[Role]
    own_records_only: bool = False
    needs_csrf: bool = True
    module: str = ""
    most_bytes: int = 200_000


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
    Route("GET", "/me/address", "see the form of a new address", MEMBERS, own_records_only=True),
    Route("POST", "/me/address", "ask for a new address, or stop it", MEMBERS, own_records_only=True),
    Route("GET", "/me/card", "see one's own card", MEMBERS, own_records_only=True),
    Route("GET", "/me/change", "see the form of one's own answers", MEMBERS, own_records_only=True),
    Route("POST", "/me/change", "change one's own answers", MEMBERS, own_records_only=True),
    Route("GET", "/me/consents", "see one's own consents", MEMBERS, own_records_only=True),
    Route("POST", "/me/consents", "give consents and take them back", MEMBERS, own_records_only=True),
    Route("GET", "/me/data", "see everything that is held about oneself", MEMBERS, own_records_only=True),
    Route("GET", "/me/data/download", "download what is held about oneself", MEMBERS, own_records_only=True),
    Route("POST", "/me/sign-out", "sign out on every device", MEMBERS, own_records_only=True),
    Route("GET", "/address/{token}", "see the buttons for a new address", EVERYBODY),
    Route("POST", "/address/{token}", "agree to a new address, or stop it", EVERYBODY),
    Route("GET", "/me/organisation", "see one's organisation", MEMBERS, own_records_only=True, module="organisations"),
    Route(
        "POST",
        "/me/organisation",
        "invite and remove representatives",
        MEMBERS,
        own_records_only=True,
        module="organisations",
    ),
    Route("GET", "/me/organisation/change", "see the form of one's organisation", MEMBERS, module="organisations"),
    Route(
        "POST", "/me/organisation/change", "change the answers of one's organisation", MEMBERS, module="organisations"
    ),
    Route("GET", "/invitations/{token}", "see an invitation", EVERYBODY, module="organisations"),
    Route("POST", "/invitations/{token}", "represent an organisation", MEMBERS, module="organisations"),
    Route("POST", "/me/renew", "renew one's registration", MEMBERS, own_records_only=True),
    Route("GET", "/me/withdraw", "see what leaving means", MEMBERS, own_records_only=True),
    Route("POST", "/me/withdraw", "leave the programme", MEMBERS, own_records_only=True),
    Route("GET", "/withdrawn", "read that one has left", EVERYBODY),
    Route("GET", "/people", "find profiles by what they show to the viewer", EVERYBODY),
    Route("GET", "/people/{profile_id}", "see what a profile shows to the viewer", EVERYBODY),
    Route("GET", "/availability", "see free places", EVERYBODY, module="office"),
    Route("GET", "/bookings", "see one's own bookings", MEMBERS, own_records_only=True, module="office"),
    Route("GET", "/bookings/new", "see the booking form", MEMBERS, module="office"),
    Route("POST", "/bookings/new", "book", MEMBERS, module="office"),
    Route("GET", "/bookings/{booking_id}", "see a booking", MEMBERS, own_records_only=True, module="office"),
    Route("GET", "/bookings/{booking_id}/calendar", "download .ics", MEMBERS, own_records_only=True, module="office"),
    Route("GET", "/bookings/{booking_id}/change", "see a change form", MEMBERS, own_records_only=True, module="office"),
    Route("POST", "/bookings/{booking_id}/change", "change a booking", MEMBERS, own_records_only=True, module="office"),
    Route(
        "GET", "/bookings/{booking_id}/cancel", "see a cancel button", MEMBERS, own_records_only=True, module="office"
    ),
    Route("POST", "/bookings/{booking_id}/cancel", "cancel a booking", MEMBERS, own_records_only=True, module="office"),
    Route("GET", "/events", "see the events", EVERYBODY, module="events"),
    Route("GET", "/events/calendar.csv", "download the events as a table", EVERYBODY, module="events"),
    Route("GET", "/events/calendar.ics", "subscribe to the events", EVERYBODY, module="events"),
    Route("GET", "/events/{event_id}", "see an event", EVERYBODY, module="events"),
    Route("GET", "/events/{event_id}/sign-up", "see the sign-up form", EVERYBODY, module="events"),
    Route("POST", "/events/{event_id}/sign-up", "sign up for an event", EVERYBODY, module="events"),
    Route("GET", "/events/{event_id}/sent", "read that a mail was sent", EVERYBODY, module="events"),
    Route("GET", "/sign-ups/{token}", "see one's sign-up by its mailed link", EVERYBODY, module="events"),
    Route("POST", "/sign-ups/{token}", "confirm a guest's sign-up", EVERYBODY, module="events"),
    Route("POST", "/sign-ups/{token}/cancel", "cancel a sign-up", EVERYBODY, module="events"),
    Route("GET", "/unsubscribe/{token}", "see the unsubscribe button", EVERYBODY, module="newsletters"),
    # RFC 8058: mail services post here without a cookie, so there is no token of ours to ask for.
    Route("POST", "/unsubscribe/{token}", "unsubscribe", EVERYBODY, needs_csrf=False, module="newsletters"),
)

STAFF_ROUTES: tuple[Route, ...] = (
    Route("GET", "/", "be led to one's first page", ANY_STAFF_VISITOR),
    Route("GET", "/healthz", "see that the console answers", ANY_STAFF_VISITOR),
    Route("GET", "/sign-in", "see the sign-in form", ANY_STAFF_VISITOR),
    Route("POST", "/sign-in", "sign in with password and TOTP", ANY_STAFF_VISITOR),
    Route("POST", "/sign-out", "sign out", STAFF),
    Route("GET", "/notice", "read the notice on personal data", STAFF),
    Route("POST", "/notice", "accept the notice on personal data", STAFF),
    Route("GET", "/today", "see the day's bookings", MEMBER_STAFF, module="office"),
    Route("POST", "/bookings/{booking_id}/check-in", "check in", MEMBER_STAFF, module="office"),
    Route("POST", "/bookings/{booking_id}/undo-check-in", "undo a check-in", MEMBER_STAFF, module="office"),
    Route("GET", "/events", "see events and their sign-ups", MEMBER_STAFF, module="events"),
    Route("GET", "/events/calendar.csv", "download the events as a table", MEMBER_STAFF, module="events"),
    Route("GET", "/events/calendar.xlsx", "download the events as a workbook", MEMBER_STAFF, module="events"),
    Route("GET", "/events/import", "see the form of a file of events", PUBLISHERS, module="events"),
    Route(
        "POST", "/events/import", "publish events of a file", PUBLISHERS, module="events", most_bytes=LARGEST_FILE_BYTES
    ),
    Route("GET", "/events/new", "see the form of a new event", PUBLISHERS, module="events"),
    Route("POST", "/events/new", "publish an event", PUBLISHERS, module="events"),
    Route("GET", "/events/{event_id}", "see an event's sign-ups", MEMBER_STAFF, module="events"),
    Route("GET", "/exports", "see who asked for data of members", PUBLISHERS | APPROVERS),
    Route("GET", "/exports/new", "see the form that asks for data", PUBLISHERS),
    Route("POST", "/exports/new", "ask for data of members", PUBLISHERS),
    Route("GET", "/exports/{export_id}", "see a request for data", PUBLISHERS | APPROVERS),
    Route("POST", "/exports/{export_id}/approve", "approve somebody else's request", APPROVERS),
    Route("POST", "/exports/{export_id}/refuse", "refuse somebody else's request", APPROVERS),
    Route("POST", "/exports/{export_id}/file", "download the data that one asked for", PUBLISHERS),
    Route("GET", "/imports", "see the imports of members", PUBLISHERS),
    Route("GET", "/imports/new", "see the form of a list to import", PUBLISHERS),
    Route("POST", "/imports/new", "upload a list", PUBLISHERS, most_bytes=LARGEST_FILE_BYTES),
    Route("GET", "/imports/sample/{form_id}", "download a sample list", PUBLISHERS),
    Route("GET", "/imports/{import_id}", "see how far an import is", PUBLISHERS),
    Route("GET", "/imports/{import_id}/columns", "see the columns of a list", PUBLISHERS),
    Route("POST", "/imports/{import_id}/columns", "say what the columns are and have them checked", PUBLISHERS),
    Route("POST", "/imports/{import_id}/start", "import a checked list", PUBLISHERS),
    Route("POST", "/imports/{import_id}/resume", "go on with an import", PUBLISHERS),
    Route("POST", "/imports/{import_id}/discard", "give up an import", PUBLISHERS),
    Route("GET", "/imports/{import_id}/problems", "download what is wrong with a list", PUBLISHERS),
    Route("GET", "/members", "find members", MEMBER_STAFF),
    Route("GET", "/members/coordinators", "see who looks after whom", MEMBER_STAFF),
    Route("GET", "/members/new", "see the form to enter somebody", MEMBER_STAFF),
    Route("POST", "/members/new", "enter somebody", MEMBER_STAFF),
    Route("GET", "/members/overview", "see figures about members", MEMBER_STAFF),
    Route("GET", "/members/{member_id}", "see a member", MEMBER_STAFF),
    Route("POST", "/members/{member_id}/coordinator", "assign a coordinator", PUBLISHERS),
    Route("GET", "/members/{member_id}/edit", "see the form of a member", MEMBER_STAFF),
    Route("POST", "/members/{member_id}/edit", "correct a member", MEMBER_STAFF),
    Route("POST", "/members/{member_id}/evidence", "note that evidence was seen", MEMBER_STAFF),
    Route("GET", "/members/{member_id}/merge", "compare two members", PUBLISHERS),
    Route("POST", "/members/{member_id}/merge", "merge two members", PUBLISHERS),
    Route("POST", "/members/{member_id}/organisation", "link a member to an organisation", MEMBER_STAFF),
    Route("POST", "/members/{member_id}/stage", "move a member to another stage", PUBLISHERS),
    Route("POST", "/members/{member_id}/unmerge", "undo a merge of members", PUBLISHERS),
    Route("GET", "/newsletters", "see the newsletters", PUBLISHERS, module="newsletters"),
    Route("GET", "/newsletters/new", "write an issue", PUBLISHERS, module="newsletters"),
    Route("POST", "/newsletters/new", "save an issue", PUBLISHERS, module="newsletters"),
    Route("GET", "/newsletters/{issue_id}", "see an issue and its deliveries", PUBLISHERS, module="newsletters"),
    Route("GET", "/newsletters/{issue_id}/edit", "edit an issue", PUBLISHERS, module="newsletters"),
    Route("POST", "/newsletters/{issue_id}/edit", "save an issue", PUBLISHERS, module="newsletters"),
    Route("POST", "/newsletters/{issue_id}/schedule", "schedule an issue", PUBLISHERS, module="newsletters"),
    Route("POST", "/newsletters/{issue_id}/unschedule", "take an issue back", PUBLISHERS, module="newsletters"),
    Route("POST", "/newsletters/{issue_id}/unknown", "decide on unknown deliveries", PUBLISHERS, module="newsletters"),
    Route("GET", "/prospects", "see the prospects", PUBLISHERS, module="prospects"),
    Route("POST", "/prospects/list", "download the list of prospects", PUBLISHERS, module="prospects"),
    Route("GET", "/prospects/new", "see the form of a prospect", PUBLISHERS, module="prospects"),
    Route("POST", "/prospects/new", "note a prospect", PUBLISHERS, module="prospects"),
    Route("GET", "/prospects/{prospect_id}", "see a prospect", PUBLISHERS, module="prospects"),
    Route("GET", "/prospects/{prospect_id}/edit", "see the form of a prospect", PUBLISHERS, module="prospects"),
    Route("POST", "/prospects/{prospect_id}/edit", "correct a prospect", PUBLISHERS, module="prospects"),
    Route("POST", "/prospects/{prospect_id}/state", "move a prospect on", PUBLISHERS, module="prospects"),
    Route("POST", "/prospects/{prospect_id}/delete", "delete a prospect", PUBLISHERS, module="prospects"),
    Route("GET", "/organisations", "see the organisations", MEMBER_STAFF, module="organisations"),
    Route("GET", "/organisations/{organisation_id}", "see an organisation", MEMBER_STAFF, module="organisations"),
    Route("GET", "/register-of-data", "see the register of personal data", LOG_READERS),
    Route("GET", "/register-of-data/mail", "see which DNS records the senders of mail need", LOG_READERS),
    Route("GET", "/register-of-data/processors", "see who else handles personal data", LOG_READERS),
    Route("GET", "/register-of-data/workbook", "download the register of personal data", LOG_READERS),
    Route("GET", "/reports", "see the monthly reports", REPORT_READERS),
    Route("GET", "/reports/terms", "see how many registrations are active and how many have ended", REPORT_READERS),
    Route("GET", "/reports/{month}", "see a month's figures", REPORT_READERS),
    Route("POST", "/reports/{month}/{kind}", "download a report", LOG_READERS),
    Route("GET", "/sources", "see where members come from", MEMBER_STAFF),
    Route("GET", "/sources/{source_id}", "print the poster of a source", MEMBER_STAFF),
    Route("GET", "/staff", "see the accounts of the staff", APPROVERS),
    Route("GET", "/staff/{staff_id}", "see an account", APPROVERS),
    Route("GET", "/staff/{staff_id}/close", "see the button that closes an account", APPROVERS),
    Route("POST", "/staff/{staff_id}/close", "close an account", APPROVERS),
    Route("GET", "/definition", "see the settings", APPROVERS | PUBLISHERS),
    Route("GET", "/definition/change", "see the form of a setting", PUBLISHERS),
    Route("POST", "/definition/change", "change a setting", PUBLISHERS),
    Route("GET", "/definition/questions", "see the questions of a form", PUBLISHERS),
    Route("POST", "/definition/questions/check", "see what changed questions mean, change them", PUBLISHERS),
    Route("POST", "/definition/questions/discard", "give up a draft of questions", PUBLISHERS),
    Route("GET", "/definition/questions/edit", "see the form of a question", PUBLISHERS),
    Route("POST", "/definition/questions/edit", "write a question into a draft", PUBLISHERS),
    Route("POST", "/definition/questions/move", "move a question in a draft", PUBLISHERS),
    Route("POST", "/definition/questions/remove", "take a question out of a draft", PUBLISHERS),
    Route("POST", "/definition/{override_id}/undo", "take a change of a setting back", PUBLISHERS),
    Route("GET", "/audit", "see the audit log", LOG_READERS),
    Route("GET", "/withdrawals/{member_id}", "see what withdrawing somebody means", PUBLISHERS),
    Route("POST", "/withdrawals/{member_id}", "withdraw somebody who asked for it", PUBLISHERS),
)

ROUTES: Mapping[str, tuple[Route, ...]] = {"public": PUBLIC_ROUTES, "staff": STAFF_ROUTES}


def route_of(app: str, method: str, path: str) -> Route:
    """The table's row; KeyError when a route was written in code and not listed."""
    for route in ROUTES[app]:
        if (route.method, route.path) == (method, path):
            return route
    raise KeyError((app, method, path))


def may(role: Role, path: str, *, method: str = "GET", app: str = "staff") -> bool:
    """Whether the table has that route and opens it to the role."""
    return any(role in route.roles for route in ROUTES[app] if (route.method, route.path) == (method, path))
