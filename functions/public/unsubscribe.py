"""Leaving the newsletters by the link that stands in each of them."""

from madoguchi.members import store, usecases
from madoguchi.members.rules import Member
from madoguchi.refusals import NotFoundError
from madoguchi.web.answers import Answer, Page
from madoguchi.web.visits import Visit
from public.counter_app import app
from public.mailed_links import place_of


@app.page("GET", "/unsubscribe/{token}")
def see_button(_visit: Visit[Member], token: str) -> Answer:
    """The button; a mail scanner that follows the link changes nothing."""
    if store.id_of_unsubscribe_token(token) is None:
        raise NotFoundError
    return Page("members/unsubscribe.html", "お知らせメールの停止", {"token": token})


@app.page("POST", "/unsubscribe/{token}")
def unsubscribe(visit: Visit[Member], token: str) -> Answer:
    """Stop at once. Mail services post here themselves (RFC 8058) and follow no redirect."""
    usecases.unsubscribe_by_link(token, place=place_of(visit, "/unsubscribe"), now=visit.now)
    return Page("members/unsubscribed.html", "お知らせメールを停止しました")
