"""Freezing a month, and handing out what was frozen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from madoguchi.audit.store import Entry, record
from madoguchi.events import store as events
from madoguchi.events.rules import Event
from madoguchi.events.rules import State as SignUpState
from madoguchi.japan.time import Month, tokyo_day
from madoguchi.members import history
from madoguchi.members import store as members
from madoguchi.newsletters import store as newsletters
from madoguchi.office import store as office
from madoguchi.office.items import BookingRow
from madoguchi.office.plan import open_days
from madoguchi.office.rules import State as BookingState
from madoguchi.programme.definition import Contract, Programme, programme
from madoguchi.refusals import NotFoundError
from madoguchi.reports import store
from madoguchi.reports.activity import Activity, Gathering, Joiner, Mailing, Move
from madoguchi.reports.counting import Kind, Use
from madoguchi.reports.files import to_csv, to_xlsx
from madoguchi.reports.frozen import FrozenMonth, digest
from madoguchi.reports.refusals import MonthNotOverError, NotFrozenError, ReasonMissingError
from madoguchi.reports.rules import SO_FAR, THIS_MONTH, figures_of, is_over
from madoguchi.reports.store import CONTENT_TYPES, FrozenRecord
from madoguchi.staff.rules import StaffMember

FIRST_REVISION = 1
LONGEST_REASON = 200
REPORT_DOWNLOADED = "download report"


@dataclass(frozen=True, slots=True)
class Freezing:
    """What freezing led to: the month's record, and whether it is new."""

    record: FrozenRecord
    is_new: bool
    figures: int


def freeze(month: Month, now: datetime) -> Freezing:
    """Freeze a month that is over, once and for all; frozen months stay as they are.

    Any crash is mended by running it again: whatever was put first is what counts.
    """
    if known := store.latest(month):
        return Freezing(known, is_new=False, figures=len(figures(known).figures))
    if not is_over(month, now):
        raise MonthNotOverError
    # The definition of the month's last day: a seat plan that changed since does not rewrite it.
    definition = programme(on=month.last_day)
    activity = gather(month, definition)
    drawn = FrozenMonth.of(month, figures_of(activity, definition), programme=definition, frozen_at=now)
    kept = store.keep(store.file_key(month, FIRST_REVISION, "json"), drawn.to_json(), "json")
    frozen = FrozenMonth.from_json(kept)
    for kind, content in (("csv", to_csv(frozen)), ("xlsx", to_xlsx(frozen))):
        store.keep(store.file_key(month, FIRST_REVISION, kind), content, kind)
    totals = {each.item: each.value for each in frozen.figures if (each.table, each.group) == (SO_FAR, THIS_MONTH)}
    new = FrozenRecord(month, FIRST_REVISION, frozen.frozen_at, digest(kept), totals)
    return Freezing(new, is_new=store.add(new), figures=len(frozen.figures))


def gather(month: Month, definition: Programme) -> Activity:
    """What happened in a month, within the contract; only that month's partitions are read.

    The bookings are read when they are counted.
    """
    contract = definition.contract
    first, last = max(month.first_day, contract.starts), min(month.last_day, contract.last_day)

    def is_within(day: date) -> bool:
        return first <= day <= last

    has = definition.module_on
    registered = [each for each in members.registrations(month) if is_within(tokyo_day(each.at))]
    return Activity(
        month=month,
        open_days=tuple(open_days(first, last)) if has("office") else (),
        uses=month_uses(month, first.day, last.day) if has("office") else (),
        joiners=tuple(
            Joiner(each.member_id, each.class_id, each.home, each.facts, each.form_id, each.source)
            for each in registered
        ),
        gatherings=tuple(_gathering(each) for each in events.month_events(month) if is_within(tokyo_day(each.starts))),
        mailings=tuple(_mailings(month)),
        moves=tuple(
            Move(each.member_id, each.before, each.after)
            for each in history.moves(month)
            if is_within(tokyo_day(each.at))
        ),
        earlier=_earlier(month, contract),
    )


def month_uses(month: Month, first: int, last: int) -> Iterator[Use]:
    """The bookings of a month's days from first to last as they are counted, read while they are."""
    for each in office.month_bookings(month):
        if each.state.value != BookingState.MOVED and first <= each.day <= last:
            yield _use(each)


def _earlier(month: Month, contract: Contract) -> dict[Month, dict[str, float]]:
    begun = Month.of(contract.starts)
    return {each.month: each.totals for each in store.frozen_months() if begun <= each.month < month}


def figures(frozen: FrozenRecord) -> FrozenMonth:
    """The frozen figures themselves."""
    return FrozenMonth.from_json(store.read(frozen.key("json")))


def month_report(typed_month: str) -> tuple[FrozenRecord, FrozenMonth]:
    """The newest revision of a month's figures; NotFrozenError when there is none."""
    frozen = _record_of(typed_month)
    return frozen, figures(frozen)


def hand_out(typed_month: str, kind: str, *, reason: str, staff: StaffMember, source: str, now: datetime) -> str:
    """A link to one of the files, good for a minute; who took it and why is noted first."""
    if kind not in CONTENT_TYPES:
        raise NotFoundError
    frozen = _record_of(typed_month)
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissingError
    what = f"reports/{frozen.month}/r{frozen.revision}/{kind}"
    record(Entry(now, staff.staff_id, REPORT_DOWNLOADED, what, source, reason))
    return store.link(frozen, kind, file_name=f"利用状況月次報告_{frozen.month}_第{frozen.revision}版.{kind}")


def _record_of(typed_month: str) -> FrozenRecord:
    try:
        frozen = store.latest(Month.parse(typed_month))
    except ValueError as error:
        raise NotFrozenError from error
    if frozen is None:
        raise NotFrozenError
    return frozen


def _use(booking: BookingRow) -> Use:
    state = booking.state.value
    kind = Kind(
        booking.member_class.value,
        booking.home.value,
        booking.area.value,
        booking.party.value,
        was_used=state == BookingState.CHECKED_IN,
        was_cancelled=state == BookingState.CANCELLED,
    )
    return Use(booking.booking_id, booking.member_id.value, kind, booking.start.value, booking.end.value)


def _gathering(event: Event) -> Gathering:
    sign_ups = [each for each in events.sign_ups_of(event.event_id) if each.state is SignUpState.CONFIRMED]
    ids = tuple(sorted(each.sign_up_id for each in sign_ups))
    return Gathering(event.event_id, event.title, tokyo_day(event.starts), event.capacity, ids)


def _mailings(month: Month) -> Iterator[Mailing]:
    for issue in newsletters.month_issues(month):
        yield Mailing(issue.issue_id, issue.subject, issue.recipients, issue.sent)
