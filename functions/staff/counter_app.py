"""The Chalice app of the staff console; the route files beside this one add their pages to it."""

from madoguchi.staff import network, sessions
from madoguchi.web.counter import Counter
from madoguchi.web.site import staff_facts

app = Counter("staff", viewer_of=sessions.viewer_of, facts_of=staff_facts, admits=network.admits)
