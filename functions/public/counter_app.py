"""The Chalice app of the public site; the route files beside this one add their pages to it."""

from madoguchi.members import sessions
from madoguchi.web.counter import Counter
from madoguchi.web.site import public_facts

FILES = {
    "": "public.pages",
    "accessibility": "public.pages",
    "address": "public.addresses",
    "availability": "public.office",
    "bookings": "public.office",
    "events": "public.events",
    "events/calendar.csv": "public.event_files",
    "events/calendar.ics": "public.event_files",
    "healthz": "public.pages",
    "invitations": "public.organisation",
    "me": "public.member_page",
    "me/address": "public.addresses",
    "me/card": "public.card",
    "me/change": "public.profile",
    "me/consents": "public.profile",
    "me/data": "public.own_data",
    "me/organisation": "public.organisation",
    "me/renew": "public.renewal",
    "me/withdraw": "public.withdrawal",
    "people": "public.people",
    "privacy": "public.privacy",
    "register": "public.registration",
    "sign-in": "public.sign_in",
    "sign-out": "public.sign_in",
    "sign-ups": "public.events",
    "unsubscribe": "public.unsubscribe",
    "withdrawn": "public.withdrawal",
}

app = Counter("public", viewer_of=sessions.viewer_of, facts_of=public_facts, files=FILES)
