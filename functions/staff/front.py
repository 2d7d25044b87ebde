"""The console's root, and whether it answers at all."""

from madoguchi.staff.console import menu
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect, Text
from madoguchi.web.visits import Visit
from staff.counter_app import app


@app.page("GET", "/")
def enter(visit: Visit[StaffMember]) -> Answer:
    """Lead everybody to the first page of their menu; who has none reads what the role may do."""
    if visit.viewer is None:
        return Redirect("/sign-in")
    for path, _ in menu(visit.viewer):
        return Redirect(path)
    return Page("staff/front.html", "業務画面のはじめに")


@app.page("GET", "/healthz")
def answer_health(_visit: Visit[StaffMember]) -> Answer:
    """Say that the console answers."""
    return Text("ok")
