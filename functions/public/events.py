"""Events: the list, an event, signing up, and the mailed link that confirms and cancels."""

from madoguchi.events import store, usecases
from madoguchi.events.refusals import HoldExpiredError
from madoguchi.events.rules import GUEST_FORM, Attendee, Event, State
from madoguchi.japan.time import tokyo_day
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading, read
from madoguchi.refusals import ConflictError, Refusal
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.counter import status_of
from madoguchi.web.visits import Visit, nonce
from public.counter_app import app

CACHE_SECONDS = 30
EXPIRED = "確認の期限が過ぎています"
DONE = {
    "signed-up": ("success", "お申込みが確定しました。確認のメールをお送りします。"),
    "confirmed": ("success", "お申込みが確定しました。確認のメールをお送りします。"),
    "cancelled": ("success", "お申込みを取り消しました。"),
}


@app.page("GET", "/events")
def see_events(visit: Visit[Member]) -> Answer:
    """Show the events to come with their free seats."""
    return Page("events/list.html", "イベント", {"events": store.upcoming(visit.now)}, cache_seconds=CACHE_SECONDS)


@app.page("GET", "/events/{event_id}")
def see_event(visit: Visit[Member], event_id: str) -> Answer:
    """Show an event and, to a member, whether they have a seat."""
    event = store.get_event(event_id)
    seat = usecases.seat_of(event_id, visit.viewer) if visit.viewer else None
    facts = {"event": event, "is_over": event.has_started(visit.now), "seat": seat}
    # An old form that is sent again changes nothing, so the page tells what is so now.
    notice = DONE["signed-up"] if seat and visit.query.get("done") == "signed-up" else None
    return Page("events/event.html", event.title, facts, notice=notice, cache_seconds=0 if notice else CACHE_SECONDS)


@app.page("GET", "/events/{event_id}/sign-up")
def see_form(visit: Visit[Member], event_id: str) -> Answer:
    """Show the confirmation page to a member, the form to a guest."""
    event = store.get_event(event_id)
    if visit.viewer:
        return _confirmation(event)
    return _form(event, Reading.empty(GUEST_FORM), nonce())


@app.page("POST", "/events/{event_id}/sign-up")
def sign_up(visit: Visit[Member], event_id: str) -> Answer:
    """Give a member a seat at once; hold one for a guest."""
    event = store.get_event(event_id)
    form_nonce = visit.form.get("nonce")
    try:
        if visit.viewer:
            usecases.sign_up(event_id, visit.viewer, nonce=form_nonce, now=visit.now)
            return Redirect(f"/events/{event_id}?done=signed-up")
        reading = read(GUEST_FORM, visit.form, today=tokyo_day(visit.now))
        if reading.errors:
            return _form(event, reading, form_nonce, list(reading.errors))
        guest = Attendee(str(reading.values["email"]), str(reading.values["name"]))
        usecases.hold_for_guest(event_id, guest, nonce=form_nonce, source=visit.source, now=visit.now)
    except ConflictError as refusal:
        return _refused(event, refusal)
    return Redirect(f"/events/{event_id}/sent")


@app.page("GET", "/events/{event_id}/sent")
def see_sent(_visit: Visit[Member], event_id: str) -> Answer:
    """The same page for everybody, whether or not the address had a seat already."""
    facts = {"event": store.get_event(event_id), "minutes": programme().events.guest_hold_minutes}
    return Page("events/sent.html", "確認のメールをお送りします", facts)


@app.page("GET", "/sign-ups/{token}")
def see_sign_up(visit: Visit[Member], token: str) -> Answer:
    """Show the sign-up behind a mailed link; a mail scanner that follows the link changes nothing."""
    found, event = usecases.see(token)
    if found.is_expired(visit.now):
        return _refused(event, HoldExpiredError(), EXPIRED)
    facts = {
        "event": event,
        "sign_up": found,
        "token": token,
        "is_held": found.state is State.HELD,
        "has_seat": found.state.has_seat,
        "may_cancel": found.state.has_seat and not event.has_started(visit.now),
    }
    title = "お申込みの確定" if found.state is State.HELD else "お申込みの確認"
    notice = DONE.get(found.state) if visit.query.get("done") == found.state else None
    return Page("events/sign_up.html", title, facts, notice=notice)


@app.page("POST", "/sign-ups/{token}")
def confirm(visit: Visit[Member], token: str) -> Answer:
    """Make the held seat the guest's."""
    try:
        usecases.confirm(token, visit.now)
    except HoldExpiredError as refusal:
        return _refused(usecases.see(token)[1], refusal, EXPIRED)
    return Redirect(f"/sign-ups/{token}?done=confirmed")


@app.page("POST", "/sign-ups/{token}/cancel")
def cancel(visit: Visit[Member], token: str) -> Answer:
    """Give the seat back."""
    try:
        usecases.cancel(token, visit.now)
    except ConflictError as refusal:
        return _refused(usecases.see(token)[1], refusal, "お申込みを取り消せませんでした")
    return Redirect(f"/sign-ups/{token}?done=cancelled")


def _confirmation(event: Event) -> Page:
    return Page("events/confirm.html", "イベントの申込み", {"event": event, "nonce": nonce()})


def _form(event: Event, reading: Reading, form_nonce: str, errors: list[tuple[str, str]] | None = None) -> Page:
    facts = {
        "event": event,
        "form": GUEST_FORM,
        "minutes": programme().events.guest_hold_minutes,
        "typed": reading.typed,
        "ticked": reading.ticked,
        "nonce": form_nonce,
    }
    return Page("events/guest_form.html", "イベントの申込み", facts, errors=errors or [])


def _refused(event: Event, refusal: Refusal, title: str = "お申込みを受け付けられませんでした") -> Page:
    """What stood in the way, and the way back to the event."""
    facts = {"event": event, "message": refusal.message}
    return Page("events/refused.html", title, facts, status=status_of(refusal))
