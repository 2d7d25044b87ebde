"""The counter: the day's bookings, check-in and its undoing."""

from datetime import timedelta
from typing import Any

from madoguchi.japan.time import day_text, tokyo_day
from madoguchi.office import reception
from madoguchi.office.opening import why_closed
from madoguchi.office.plan import office_on, open_days
from madoguchi.office.reception import Clerk, Expected
from madoguchi.office.refusals import UnreadableDayError
from madoguchi.office.rules import State, day_of
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from staff.counter_app import app

LONGEST_WAY = timedelta(days=31)
DONE = {
    "checked-in": "受付しました。",
    "undone": "受付を取り消しました。",
}
STATES = {
    State.BOOKED: ("warning", "来館待ち"),
    State.CHECKED_IN: ("success", "受付済み"),
    State.CANCELLED: ("neutral", "取消し"),
}


@app.page("GET", "/today")
def see_day(visit: Visit[StaffMember]) -> Answer:
    """Show the bookings of today, or of the day asked for."""
    today, typed = tokyo_day(visit.now), visit.query.get("day")
    asked = day_of(typed) if typed else today
    day = asked or today
    errors = [] if asked else [("day", UnreadableDayError.message)]
    expected = reception.see_day(day, clerk=_clerk(visit), at=visit.now)
    done = DONE.get(visit.query.get("done"))
    around = open_days(day - LONGEST_WAY, day + LONGEST_WAY)
    facts = {
        "day": day,
        "is_today": day == today,
        "closed": why_closed(office_on(day), day) or "",
        "expected": [_shown(each) for each in expected],
        "counts": _counts(expected),
        "before": next((each for each in reversed(around) if each < day), None),
        "after": next((each for each in around if each > day), None),
    }
    title = "今日の予約" if day == today else f"{day_text(day)}の予約"
    return Page("office/today.html", title, facts, errors=errors, notice=("success", done) if done else None)


@app.page("POST", "/bookings/{booking_id}/check-in")
def check_in(visit: Visit[StaffMember], booking_id: str) -> Answer:
    """Note that the member has come."""
    reception.check_in(booking_id, clerk=_clerk(visit), at=visit.now)
    return Redirect(f"/today?done=checked-in#b-{booking_id}")


@app.page("POST", "/bookings/{booking_id}/undo-check-in")
def undo_check_in(visit: Visit[StaffMember], booking_id: str) -> Answer:
    """Take a check-in back."""
    reception.undo_check_in(booking_id, clerk=_clerk(visit), at=visit.now)
    return Redirect(f"/today?done=undone#b-{booking_id}")


def _clerk(visit: Visit[StaffMember]) -> Clerk:
    return Clerk(visit.member().staff_id, visit.source)


def _shown(expected: Expected) -> dict[str, Any]:
    booking = expected.booking
    area = office_on(booking.slot.day).area(booking.area)
    kind, text = STATES[booking.state]
    return {
        "booking": booking,
        "name": expected.name,
        "area": area.label if area else booking.area,
        "state_kind": kind,
        "state_text": text,
    }


def _counts(expected: list[Expected]) -> list[tuple[str, int, str]]:
    states = [each.booking.state for each in expected]
    return [(STATES[each][1], states.count(each), "件") for each in STATES]
