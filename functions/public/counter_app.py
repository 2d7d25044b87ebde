"""The Chalice app of the public site; the route files beside this one add their pages to it."""

from madoguchi.members import sessions
from madoguchi.web.counter import Counter
from madoguchi.web.site import public_facts

app = Counter("public", viewer_of=sessions.viewer_of, facts_of=public_facts)
