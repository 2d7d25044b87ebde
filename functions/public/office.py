"""Free places, and a member's own bookings: see, book, change, cancel."""

from datetime import date
from typing import Any

from madoguchi.japan.time import day_text, tokyo_day
from madoguchi.mail.calendar import CONTENT_TYPE, ics
from madoguchi.members import endings
from madoguchi.members.rules import Member
from madoguchi.office import mails, usecases
from madoguchi.office.availability import AreaAvailability, FreeUnits, Vacancy, hours_of
from madoguchi.office.opening import why_closed
from madoguchi.office.plan import office_on, open_days
from madoguchi.office.refusals import UnreadableDayError
from madoguchi.office.rules import Booking, State, day_of, quarter_text
from madoguchi.programme.places import Area
from madoguchi.refusals import ConflictError, InvalidError
from madoguchi.web.answers import Answer, Download, Page, Redirect
from madoguchi.web.visits import Visit, nonce
from public.booking_form import BookingForm, booker_of, choices, error_of
from public.counter_app import app

CACHE_SECONDS = 15
CONFLICT = 409
DONE = {
    "booked": "予約を承りました。確認のメールをお送りします。",
    "changed": "予約を変更しました。確認のメールをお送りします。",
    "cancelled": "予約を取り消しました。確認のメールをお送りします。",
}
OFFERED = {Vacancy.PLENTY: "空きあり", Vacancy.FEW: "残りわずか"}
STATES = {
    State.BOOKED: ("success", "予約中"),
    State.CHECKED_IN: ("info", "受付済み"),
    State.CANCELLED: ("neutral", "取消し済み"),
    State.MOVED: ("neutral", "変更済み"),
}


@app.page("GET", "/availability")
def see_availability(visit: Visit[Member]) -> Answer:
    """Show how many units are free on a day, by area and hour; the next open day unless one is asked for."""
    today, last = tokyo_day(visit.now), usecases.last_day_of_any_window(visit.now)
    days, typed, area_id = open_days(today, last), visit.query.get("day"), visit.query.get("area")
    day = day_of(typed) if typed else next(iter(days), today)
    facts = choices(days) | {"area": area_id, "typed": typed, "day": None}
    if day is None:
        return Page("office/availability.html", "空席の案内", facts, errors=[("day", UnreadableDayError.message)])
    if not today <= day <= last:
        return Page("office/availability.html", "空席の案内", facts, errors=[("day", _range_message(today, last))])
    office = office_on(day)
    closed = why_closed(office, day) or ""
    areas = [] if closed else usecases.day_availability(day, at=visit.now)
    facts |= {
        "day": day,
        "typed": day.isoformat(),
        "closed": closed,
        "columns": [quarter_text(hour.start) for hour in hours_of(office, day)],
        "rows": [_row(each, day) for each in areas if area_id in {"", each.area.id}],
        "before": next((each for each in reversed(days) if each < day), None),
        "after": next((each for each in days if each > day), None),
    }
    return Page("office/availability.html", f"{day_text(day)}の空席", facts, cache_seconds=CACHE_SECONDS)


@app.page("GET", "/bookings")
def list_bookings(visit: Visit[Member]) -> Answer:
    """Show the member's own bookings."""
    own = usecases.own_bookings(visit.member().member_id, at=visit.now)
    facts = {"upcoming": [_shown(each) for each in own.upcoming], "past": [_shown(each) for each in own.past]}
    return Page("office/bookings.html", "予約の一覧", facts)


@app.page("GET", "/bookings/new")
def see_booking_form(visit: Visit[Member]) -> Answer:
    """The form, filled in with what was chosen on the page of free places."""
    return _booking_form(visit, BookingForm.read(visit.query).with_an_end(), nonce())


@app.page("POST", "/bookings/new")
def book(visit: Visit[Member]) -> Answer:
    """`step` says which button was pressed: check (of the form), edit or book (of the confirmation page)."""
    form, form_nonce, step = BookingForm.read(visit.form), visit.form.get("nonce"), visit.form.get("step")
    if step == "edit":
        return _booking_form(visit, form, form_nonce)
    wish = form.wish()
    if isinstance(wish, list):
        return _booking_form(visit, form, form_nonce, wish)
    booker = booker_of(visit.member())
    try:
        endings.check_lasts(visit.member(), tokyo_day(visit.now))
        if step == "book":
            made = usecases.book(wish, booker=booker, nonce=form_nonce, at=visit.now)
            return Redirect(f"/bookings/{made.booking_id}?done=booked")
        usecases.check_wish(wish, booker=booker, at=visit.now)
    except (InvalidError, ConflictError) as refusal:
        return _booking_form(visit, form, form_nonce, [error_of(refusal)], status=_status_of(refusal))
    facts = {"wish": wish, "area": _label_of(wish.area, wish.slot.day), "form": form, "nonce": form_nonce}
    return Page("office/booking_check.html", "予約内容の確認", facts)


@app.page("GET", "/bookings/{booking_id}")
def see_booking(visit: Visit[Member], booking_id: str) -> Answer:
    """Show one's own booking; a moved one leads to the booking that replaced it."""
    own = _own(visit, booking_id)
    if own.state is State.MOVED and own.replaced_by:
        return Redirect(f"/bookings/{own.replaced_by}")
    facts = _shown(own) | {"can_change": own.can_still_change(visit.now)}
    return Page("office/booking.html", "予約の内容", facts, notice=_notice(visit.query.get("done"), own))


@app.page("GET", "/bookings/{booking_id}/calendar")
def download_calendar_entry(visit: Visit[Member], booking_id: str) -> Answer:
    """The booking for one's own calendar."""
    entry = mails.appointment_of(_own(visit, booking_id), made_at=visit.now)
    return Download(mails.FILE_NAME, CONTENT_TYPE, ics(entry).encode())


@app.page("GET", "/bookings/{booking_id}/change")
def see_change_form(visit: Visit[Member], booking_id: str) -> Answer:
    """The form filled in with the booking."""
    own = _own(visit, booking_id)
    own.check_can_change(visit.now)
    return _change_form(visit, own, BookingForm.of(own), nonce())


@app.page("POST", "/bookings/{booking_id}/change")
def change(visit: Visit[Member], booking_id: str) -> Answer:
    """Move the booking, or show the form again and say why not."""
    form, form_nonce = BookingForm.read(visit.form), visit.form.get("nonce")
    own, wish = _own(visit, booking_id), form.wish()
    if isinstance(wish, list):
        return _change_form(visit, own, form, form_nonce, wish)
    try:
        changed = usecases.change_booking(
            booking_id, wish, booker=booker_of(visit.member()), nonce=form_nonce, at=visit.now
        )
    except (InvalidError, ConflictError) as refusal:
        return _change_form(visit, own, form, form_nonce, [error_of(refusal)], status=_status_of(refusal))
    return Redirect(f"/bookings/{changed.booking_id}?done=changed")


@app.page("GET", "/bookings/{booking_id}/cancel")
def see_cancel_button(visit: Visit[Member], booking_id: str) -> Answer:
    """The button that cancels, beside what would be cancelled."""
    own = _own(visit, booking_id)
    own.check_can_change(visit.now)
    return Page("office/booking_cancel.html", "予約の取消し", _shown(own))


@app.page("POST", "/bookings/{booking_id}/cancel")
def cancel(visit: Visit[Member], booking_id: str) -> Answer:
    """Cancel one's own booking."""
    usecases.cancel_booking(booking_id, member_id=visit.member().member_id, at=visit.now)
    return Redirect(f"/bookings/{booking_id}?done=cancelled")


def _own(visit: Visit[Member], booking_id: str) -> Booking:
    return usecases.own_booking(booking_id, member_id=visit.member().member_id)


def _booking_form(
    visit: Visit[Member],
    form: BookingForm,
    form_nonce: str,
    errors: list[tuple[str, str]] | None = None,
    *,
    status: int = 200,
) -> Page:
    days = usecases.bookable_days(booker_of(visit.member()), at=visit.now)
    facts = choices(days) | {"form": form, "nonce": form_nonce, "last_day": days[-1] if days else None}
    return Page("office/booking_new.html", "予約する", facts, errors=errors or [], status=status)


def _change_form(
    visit: Visit[Member],
    own: Booking,
    form: BookingForm,
    form_nonce: str,
    errors: list[tuple[str, str]] | None = None,
    *,
    status: int = 200,
) -> Page:
    days = usecases.bookable_days(booker_of(visit.member()), at=visit.now)
    if own.slot.day not in days:
        days = sorted([*days, own.slot.day])
    facts = _shown(own) | choices(days) | {"form": form, "nonce": form_nonce}
    return Page("office/booking_change.html", "予約の変更", facts, errors=errors or [], status=status)


def _notice(done: str, own: Booking) -> tuple[str, str] | None:
    # An old form that is sent again leads to the booking it made, which may be cancelled by now.
    if done not in DONE or (done == "cancelled") is own.holds_time:
        return None
    return "success", DONE[done]


def _shown(booking: Booking) -> dict[str, Any]:
    kind, text = STATES[booking.state]
    area = _label_of(booking.area, booking.slot.day)
    return {"booking": booking, "area": area, "state_kind": kind, "state_text": text}


def _label_of(area_id: str, day: date) -> str:
    """The area's label in the plan of that day."""
    area = office_on(day).area(area_id)
    return area.label if area else area_id


def _row(shown: AreaAvailability, day: date) -> dict[str, Any]:
    return {
        "label": shown.area.label,
        "note": _note_of(shown.area),
        "cells": [_cell(shown.area, hour, day) for hour in shown.hours],
    }


def _cell(area: Area, hour: FreeUnits, day: date) -> dict[str, str | int]:
    words = OFFERED.get(hour.vacancy)
    if words is None:
        return {"state": hour.vacancy.value, "href": "", "count": "", "text": ""}
    href = f"/bookings/new?area={area.id}&day={day}&start={quarter_text(hour.slot.start)}"
    return {"state": hour.vacancy.value, "href": href, "count": hour.free, "text": f"{words} {hour.free}"}


def _note_of(area: Area) -> str:
    """What the row says below the area's name: 全8席・電源・仕切り."""
    counted = f"1室（{area.seats_per_unit}人まで）" if area.seats_per_unit > 1 else f"全{area.units}席"
    return "・".join([counted, *area.features])


def _range_message(first: date, last: date) -> str:
    return f"空席を見られるのは、{day_text(first)}から{day_text(last)}までです。この間の日を選んでください。"


def _status_of(refusal: InvalidError | ConflictError) -> int:
    return CONFLICT if isinstance(refusal, ConflictError) else 200
