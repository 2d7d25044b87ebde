"""The member's card: the number to read and the same number to scan, and nothing else."""

from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.web.answers import Answer, Page
from madoguchi.web.qr import qr_of
from madoguchi.web.visits import Visit
from public.counter_app import app


@app.page("GET", "/me/card")
def see_card(visit: Visit[Member]) -> Answer:
    """The card, to show on a phone or on paper."""
    member = visit.member()
    facts = {
        "member": member,
        "class_label": programme().members.member_class(member.class_id).label,
        "qr": qr_of(member.number),
    }
    return Page("members/card.html", "利用者カード", facts)
