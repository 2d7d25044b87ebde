"""The Chalice app of the public site; the route files beside this one add their pages to it."""

from madoguchi.members import sessions
from madoguchi.web.counter import Counter
from madoguchi.web.site import public_facts

FILES = {
    "": "public.pages",
    "accessibility": "public.pages",
    "availability": "public.office",
    "bookings": "public.office",
    "events": "public.events",
    "healthz": "public.pages",
    "me": "public.member_page",
    "privacy": "public.pages",
    "register": "public.registration",
    "sign-in": "public.sign_in",
    "sign-out": "public.sign_in",
    "sign-ups": "public.events",
    "unsubscribe": "public.unsubscribe",
}

app = Counter("public", viewer_of=sessions.viewer_of, facts_of=public_facts, files=FILES)
