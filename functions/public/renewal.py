"""Renewing one's registration before, or after, it ends."""

from madoguchi.members import terms
from madoguchi.members.rules import Member
from madoguchi.web.answers import Answer, Redirect
from madoguchi.web.visits import Visit
from public.counter_app import app


@app.page("POST", "/me/renew")
def renew(visit: Visit[Member]) -> Answer:
    """Give the member another term; pressed too early or twice, it changes nothing."""
    terms.renew(visit.member().member_id, visit.now)
    return Redirect("/me?done=renewed")
