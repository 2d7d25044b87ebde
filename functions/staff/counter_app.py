"""The Chalice app of the staff console; the route files beside this one add their pages to it."""

from madoguchi.staff import network, sessions
from madoguchi.web.counter import Counter
from madoguchi.web.site import staff_facts

FILES = {
    "": "staff.front",
    "audit": "staff.audit",
    "bookings": "staff.reception",
    "events": "staff.events",
    "healthz": "staff.front",
    "newsletters": "staff.newsletters",
    "reports": "staff.reports",
    "sign-in": "staff.sign_in",
    "sign-out": "staff.sign_in",
    "today": "staff.reception",
}

app = Counter("staff", viewer_of=sessions.viewer_of, facts_of=staff_facts, admits=network.admits, files=FILES)
