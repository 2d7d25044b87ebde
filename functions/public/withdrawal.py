"""Leaving the programme: what becomes of everything, one box and one button."""

from datetime import datetime
from typing import Any

from madoguchi.members import sessions, withdrawal
from madoguchi.members.rules import Member
from madoguchi.members.withdrawal import Wish
from madoguchi.programme.definition import programme
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from public.counter_app import app

TITLE = "退会する"
UNTICKED = "退会するときは、内容を確認して、チェックを入れてください。"
TICKED = "yes"


@app.page("GET", "/me/withdraw")
def see_what_leaving_means(visit: Visit[Member]) -> Answer:
    """What is erased, what is kept how long and why, and what to come is cancelled."""
    return Page("members/withdraw.html", TITLE, facts_of(visit.member(), visit.now))


@app.page("POST", "/me/withdraw")
def withdraw(visit: Visit[Member]) -> Answer:
    """Begin to erase everything; from now on the member is signed out everywhere."""
    member = visit.member()
    if visit.form.get("sure") != TICKED:
        return Page("members/withdraw.html", TITLE, facts_of(member, visit.now), errors=[("sure", UNTICKED)])
    withdrawal.withdraw(member.member_id, Wish(), now=visit.now)
    sessions.end(visit)
    return Redirect("/withdrawn")


@app.page("GET", "/withdrawn")
def see_done(_visit: Visit[Member]) -> Answer:
    """The last page; it knows nobody any more."""
    return Page("members/withdrawn.html", "退会の手続きを受け付けました")


def facts_of(member: Member, now: datetime) -> dict[str, Any]:
    """What the page says about leaving."""
    found = withdrawal.outlook(member, now)
    return {
        "outlook": found,
        "bookings": [(each, _place_of(each.area, each.unit)) for each in found.bookings],
    }


def _place_of(area_id: str, unit: int) -> str:
    area = programme().office.area(area_id)
    return f"{area.label if area else area_id} {unit}番"
