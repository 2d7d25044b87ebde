"""One member's whole history with the programme, put together from what each capability holds about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from madoguchi.events import people
from madoguchi.events import store as events
from madoguchi.members import changes, history, store
from madoguchi.members.history import Step
from madoguchi.members.rules import Member, Origin
from madoguchi.newsletters import store as newsletters
from madoguchi.newsletters.rules import OUTCOME_LABELS
from madoguchi.office import leaving as bookings
from madoguchi.office.rules import Booking
from madoguchi.office.rules import State as BookingState
from madoguchi.programme.definition import programme

REGISTERED, CONSENT, BOOKING, EVENT, NEWSLETTER, CORRECTION, STEP = (
    "registration", "consent", "booking", "event", "newsletter", "correction", "step",
)  # fmt: skip
BOOKING_STATES = {
    BookingState.BOOKED: "予約",
    BookingState.CHECKED_IN: "来館",
    BookingState.CANCELLED: "取消し",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: when, of which kind, in words, and by whom (a member of staff, '' for the member).

    `took_part` says that the member was there: what counts for how long somebody has stayed with the programme.
    """

    at: datetime
    kind: str
    text: str
    by: str = ""
    step: Step | None = None
    took_part: bool = False


def timeline(member: Member, now: datetime) -> list[Happening]:
    """Everything that the programme knows to have happened with the member, the newest first. Nothing is scanned."""
    found: list[Happening] = []
    for member_id in (member.member_id, *store.absorbed(member.member_id)):
        found += _own(member_id)
        if programme().module_on("office"):
            found += _bookings(member_id)
        if programme().module_on("events"):
            found += _sign_ups(member_id, now)
        if programme().module_on("newsletters"):
            found += _deliveries(member_id)
    return sorted([*_registration(member), *found], key=_when, reverse=True)


def _registration(member: Member) -> Iterator[Happening]:
    by = "" if member.origin is Origin.SELF else member.registered_by
    yield Happening(member.registered_at, REGISTERED, f"利用登録（{member.form.label}）", by)
    labels = {each.id: each.label for form in programme().registration.forms for each in form.consents}
    for word in member.consent_history:
        said = "同意" if word.given else "同意しない・取消し"
        yield Happening(word.at, CONSENT, f"{said}：{labels.get(word.consent_id, word.consent_id)}（{word.version}版）")


def _own(member_id: str) -> Iterator[Happening]:
    for step in history.steps(member_id):
        yield Happening(step.at, STEP, "", step.by, step)
    for each in changes.history(member_id):
        by = "" if each.by == member_id else each.by
        yield Happening(each.at, CORRECTION, f"登録内容の変更：{'、'.join(changes.labels_of(each.fields))}", by)


def _bookings(member_id: str) -> Iterator[Happening]:
    for each in bookings.all_bookings(member_id):
        if each.state in BOOKING_STATES:
            came = each.state is BookingState.CHECKED_IN
            text = f"{BOOKING_STATES[each.state]}：{_place(each)}"
            yield Happening(each.slot.starts_at, BOOKING, text, took_part=came)


def _place(booking: Booking) -> str:
    area = programme().office.area(booking.area)
    return f"{area.label if area else booking.area} {booking.unit}番 {booking.slot.clock}"


def _sign_ups(member_id: str, now: datetime) -> Iterator[Happening]:
    for found in people.sign_ups_of(member_id):
        event = events.get_event(found.event_id)
        has_seat = found.sign_up.state.has_seat
        yield Happening(found.sign_up.at, EVENT, f"{'申込み' if has_seat else '申込みの取消し'}：{event.title}")
        if has_seat and event.ends <= now:
            yield Happening(event.starts, EVENT, f"参加：{event.title}", took_part=True)


def _deliveries(member_id: str) -> Iterator[Happening]:
    deliveries = dict(newsletters.deliveries_to(member_id))
    issues = newsletters.those(deliveries)
    for issue_id, delivery in deliveries.items():
        issue = issues[issue_id]
        at = delivery.claimed_at or issue.started_at or issue.created_at
        yield Happening(at, NEWSLETTER, f"お知らせ「{issue.subject}」：{OUTCOME_LABELS[delivery.outcome]}")


def _when(each: Happening) -> datetime:
    return each.at
