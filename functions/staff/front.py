"""The console's root, and whether it answers at all."""

from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Redirect, Text
from madoguchi.web.visits import Visit
from staff.counter_app import app


@app.page("GET", "/")
def enter(_visit: Visit[StaffMember]) -> Answer:
    """Lead to today's bookings."""
    return Redirect("/today")


@app.page("GET", "/healthz")
def answer_health(_visit: Visit[StaffMember]) -> Answer:
    """Say that the console answers."""
    return Text("ok")
