"""The Chalice app of the staff console; the route files beside this one add their pages to it."""

from madoguchi.staff import console, network, sessions
from madoguchi.web.counter import Counter

FILES = {
    "": "staff.front",
    "audit": "staff.audit",
    "bookings": "staff.reception",
    "definition": "staff.definition",
    "definition/questions": "staff.questions",
    "events": "staff.events",
    "events/calendar.csv": "staff.event_files",
    "events/calendar.xlsx": "staff.event_files",
    "events/import": "staff.event_files",
    "exports": "staff.exports",
    "healthz": "staff.front",
    "imports": "staff.imports",
    "members": "staff.members",
    "newsletters": "staff.newsletters",
    "notice": "staff.notice",
    "prospects": "staff.prospects",
    "organisations": "staff.organisations",
    "register-of-data": "staff.data_register",
    "reports": "staff.reports",
    "reports/terms": "staff.terms",
    "sign-in": "staff.sign_in",
    "sign-out": "staff.sign_in",
    "sources": "staff.sources",
    "staff": "staff.accounts",
    "today": "staff.reception",
    "withdrawals": "staff.withdrawal",
}

app = Counter(
    "staff",
    viewer_of=sessions.viewer_of,
    facts_of=console.facts_of,
    admits=network.admits,
    detour=console.detour,
    files=FILES,
)
