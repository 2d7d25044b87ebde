"""The newsletters table.

    ISSUE#<issue>      ISSUE                 an issue
    ISSUE#<issue>      DELIVERY#<member>     one recipient: planned, sending, sent, failed or skipped
    ISSUES             <created>#<issue>     all issues
    DUE                <due>#<issue>         the issues that the tick must look at
    MONTH#<YYYY-MM>    <started>#<issue>     the issues whose sending began in a month

Recipients and their number are written in one transaction, so the number always equals the records.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from madoguchi.japan.time import Month, from_iso, to_iso, tokyo_day
from madoguchi.newsletters.refusals import (
    AlreadyPlannedError,
    AlreadyStartedError,
    DeliveryChangedError,
    NoSuchIssueError,
    NotADraftError,
    SameIssueError,
)
from madoguchi.newsletters.rules import Delivery, Draft, Issue, Mailing, Outcome, State, Tally
from madoguchi.storage import CONDITION_FAILED, Item, TableMeta, Transaction

CAPABILITY = "newsletters"
ISSUE, ISSUES, DUE, DELIVERY = "ISSUE", "ISSUES", "DUE", "DELIVERY#"


class _IssueItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    subject = UnicodeAttribute()
    body = UnicodeAttribute()
    state = UnicodeAttribute()
    created_by = UnicodeAttribute()
    created_at = UnicodeAttribute()
    due_at = UnicodeAttribute(null=True)
    started_at = UnicodeAttribute(null=True)
    queued_at = UnicodeAttribute(null=True)
    frozen_count = NumberAttribute(default=0)


class _DeliveryItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    outcome = UnicodeAttribute()
    claim = UnicodeAttribute(null=True)
    claimed_at = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)


class _KeyItem(Item):
    """An item whose key says everything."""

    class Meta(metaclass=TableMeta):
        capability = CAPABILITY


# Issues


def add(t: Transaction, issue_id: str, draft: Draft, *, by: str, now: datetime) -> None:
    """Save a new issue; SameIssueError when it was saved already."""
    item = _IssueItem(
        _pk(issue_id),
        ISSUE,
        subject=draft.subject,
        body=draft.body,
        state=State.DRAFT.value,
        created_by=by,
        created_at=to_iso(now),
        frozen_count=0,
    )
    t.save(item, _IssueItem.pk.does_not_exist(), SameIssueError)
    t.save(_KeyItem(ISSUES, f"{to_iso(now)}#{issue_id}"))


def get(issue_id: str) -> Issue:
    """The issue as it is now, or NoSuchIssueError."""
    try:
        return _to_issue(_IssueItem.get(_pk(issue_id), ISSUE, consistent_read=True))
    except DoesNotExist as missing:
        raise NoSuchIssueError from missing


def those(issue_ids: Iterable[str]) -> dict[str, Issue]:
    """The issues of those ids; ids without an issue are left out."""
    issues = map(_to_issue, _IssueItem.batch_get([(_pk(issue_id), ISSUE) for issue_id in issue_ids]))
    return {issue.issue_id: issue for issue in issues}


def newest(most: int = 50) -> list[Issue]:
    """The newest issues, newest first."""
    listed = _KeyItem.query(ISSUES, scan_index_forward=False, limit=most)
    issues = those(item.sk.partition("#")[2] for item in listed).values()
    return sorted(issues, key=lambda issue: issue.created_at, reverse=True)


def due(now: datetime) -> Iterator[Issue]:
    """The issues that the tick must look at: to be started, or not yet sent to everybody."""
    for item in _KeyItem.query(DUE, _KeyItem.sk < f"{to_iso(now)}#~"):
        yield get(item.sk.partition("#")[2])


def month_issues(month: Month) -> Iterator[Mailing]:
    """The issues whose sending began in a month. Queries only: the roll-up may do no more."""
    for listed in _KeyItem.query(f"MONTH#{month}"):
        started_at, _, issue_id = listed.sk.partition("#")
        for item in _IssueItem.query(_pk(issue_id), _IssueItem.sk == ISSUE):
            sent = sum(delivery.outcome is Outcome.SENT for delivery in deliveries(issue_id))
            yield Mailing(issue_id, item.subject, from_iso(started_at), int(item.frozen_count), sent)


def edit(t: Transaction, issue_id: str, draft: Draft) -> None:
    """Replace the text of a draft, or NotADraftError."""
    actions = [_IssueItem.subject.set(draft.subject), _IssueItem.body.set(draft.body)]
    t.update(_key(issue_id), actions, _is(State.DRAFT), NotADraftError)


def schedule(t: Transaction, issue_id: str, due_at: datetime) -> None:
    """Let the tick send a draft from that instant on, or NotADraftError."""
    actions = [_IssueItem.state.set(State.SCHEDULED.value), _IssueItem.due_at.set(to_iso(due_at))]
    t.update(_key(issue_id), actions, _is(State.DRAFT), NotADraftError)
    t.save(_due_key(issue_id, due_at))


def unschedule(t: Transaction, issue: Issue) -> None:
    """Make a scheduled issue a draft again, or AlreadyStartedError."""
    actions = [_IssueItem.state.set(State.DRAFT.value), _IssueItem.due_at.remove()]
    t.update(_key(issue.issue_id), actions, _is(State.SCHEDULED), AlreadyStartedError)
    if issue.due_at:
        t.delete(_due_key(issue.issue_id, issue.due_at))


def start(t: Transaction, issue: Issue, now: datetime) -> None:
    """Begin to freeze the recipients, unless another run did or somebody took the issue back."""
    actions = [_IssueItem.state.set(State.FREEZING.value), _IssueItem.started_at.set(to_iso(now))]
    unchanged = _is(State.SCHEDULED) & (_IssueItem.due_at == (to_iso(issue.due_at) if issue.due_at else ""))
    t.update(_key(issue.issue_id), actions, unchanged, AlreadyStartedError)
    t.save(_KeyItem(f"MONTH#{Month.of(tokyo_day(now))}", f"{to_iso(now)}#{issue.issue_id}"))


def plan(t: Transaction, issue_id: str, member_ids: Sequence[str]) -> None:
    """Freeze recipients and count them; AlreadyPlannedError when another run did any of it."""
    t.update(_key(issue_id), [_IssueItem.frozen_count.add(len(member_ids))], _is(State.FREEZING), AlreadyPlannedError)
    for member_id in member_ids:
        item = _DeliveryItem(_pk(issue_id), f"{DELIVERY}{member_id}", outcome=Outcome.PLANNED.value)
        t.save(item, _DeliveryItem.pk.does_not_exist(), AlreadyPlannedError)


def freeze(t: Transaction, issue_id: str) -> None:
    """Close the list of recipients: from now on nobody is added."""
    t.update(_key(issue_id), [_IssueItem.state.set(State.SENDING.value)], _is(State.FREEZING), AlreadyPlannedError)


def note_queued(issue_id: str, now: datetime) -> None:
    """Remember that everything planned stands on the queue."""
    _key(issue_id).update([_IssueItem.queued_at.set(to_iso(now))], condition=_IssueItem.pk.exists())


def close(t: Transaction, issue: Issue) -> None:
    """Mark the issue as sent and let the tick forget it, unless it was opened again since it was read."""
    queued = _IssueItem.queued_at
    unchanged = queued == to_iso(issue.queued_at) if issue.queued_at else queued.does_not_exist()
    actions = [_IssueItem.state.set(State.SENT.value)]
    t.update(_key(issue.issue_id), actions, _is(State.SENDING) & unchanged, AlreadyStartedError)
    if issue.due_at:
        t.delete(_due_key(issue.issue_id, issue.due_at))


def reopen(t: Transaction, issue: Issue) -> None:
    """Let the tick look at the issue again: somebody decided to send to a recipient once more."""
    actions = [_IssueItem.state.set(State.SENDING.value), _IssueItem.queued_at.remove()]
    was = (_IssueItem.state == State.SENT.value) | (_IssueItem.state == State.SENDING.value)
    t.update(_key(issue.issue_id), actions, was, DeliveryChangedError)
    if issue.due_at:
        t.save(_due_key(issue.issue_id, issue.due_at))


# Deliveries


def deliveries(issue_id: str) -> Iterator[Delivery]:
    """Every recipient of an issue, as they are now."""
    items = _DeliveryItem.query(_pk(issue_id), _DeliveryItem.sk.startswith(DELIVERY), consistent_read=True)
    return (_to_delivery(item) for item in items)


def delivery(issue_id: str, member_id: str) -> Delivery:
    """One recipient as it is now; NoSuchIssueError when the member was never frozen into the issue."""
    try:
        return _to_delivery(_DeliveryItem.get(_pk(issue_id), f"{DELIVERY}{member_id}", consistent_read=True))
    except DoesNotExist as missing:
        raise NoSuchIssueError from missing


def deliveries_to(member_id: str) -> Iterator[tuple[str, Delivery]]:
    """Every delivery to one member, with its issue; costs a read per issue that was ever written."""
    issue_ids = [listed.sk.partition("#")[2] for listed in _KeyItem.query(ISSUES)]
    for item in _DeliveryItem.batch_get([(_pk(issue_id), f"{DELIVERY}{member_id}") for issue_id in issue_ids]):
        yield item.pk.partition("#")[2], _to_delivery(item)


def pass_on(t: Transaction, issue_id: str, delivery: Delivery, outcome: Outcome, *, substitute: str) -> None:
    """Let a delivery count for somebody who stands for its member; DeliveryChangedError when it changed meanwhile."""
    old = _DeliveryItem(_pk(issue_id), f"{DELIVERY}{delivery.member_id}")
    new = _DeliveryItem(
        _pk(issue_id),
        f"{DELIVERY}{substitute}",
        outcome=outcome.value,
        claim=delivery.claim or None,
        claimed_at=to_iso(delivery.claimed_at) if delivery.claimed_at else None,
        decided_by=delivery.decided_by or None,
    )
    t.delete(old, _DeliveryItem.outcome == delivery.outcome.value, DeliveryChangedError)
    t.save(new)


def tally(issue_id: str, now: datetime) -> Tally:
    """How many recipients have which outcome."""
    return Tally.of(deliveries(issue_id), now)


def claim(issue_id: str, member_id: str, claim: str, now: datetime) -> bool:
    """Take a planned recipient for sending; False when it is no longer planned."""
    actions = [
        _DeliveryItem.outcome.set(Outcome.SENDING.value),
        _DeliveryItem.claim.set(claim),
        _DeliveryItem.claimed_at.set(to_iso(now)),
    ]
    return _change(issue_id, member_id, actions, _DeliveryItem.outcome == Outcome.PLANNED.value)


def skip(issue_id: str, member_id: str) -> bool:
    """Leave out a planned recipient who takes no newsletters any more."""
    skipped = _DeliveryItem.outcome.set(Outcome.SKIPPED.value)
    return _change(issue_id, member_id, [skipped], _DeliveryItem.outcome == Outcome.PLANNED.value)


def note_sent(issue_id: str, member_id: str, claim: str, message_id: str) -> bool:
    """The mail service took the mail of that claim."""
    actions = [_DeliveryItem.outcome.set(Outcome.SENT.value), _DeliveryItem.message_id.set(message_id)]
    return _change(issue_id, member_id, actions, _claimed(claim))


def note_failed(issue_id: str, member_id: str, claim: str) -> bool:
    """The mail service refused the mail of that claim for good."""
    return _change(issue_id, member_id, [_DeliveryItem.outcome.set(Outcome.FAILED.value)], _claimed(claim))


def put_back(issue_id: str, member_id: str, claim: str) -> bool:
    """The mail service said "not now" and took nothing: the recipient waits again."""
    return _change(issue_id, member_id, [_DeliveryItem.outcome.set(Outcome.PLANNED.value)], _claimed(claim))


def decide(t: Transaction, issue_id: str, unknown: Delivery, outcome: Outcome, *, by: str) -> None:
    """Give a recipient of unknown outcome the one that a person decided, or DeliveryChangedError."""
    t.update(
        _DeliveryItem(_pk(issue_id), f"{DELIVERY}{unknown.member_id}"),
        [_DeliveryItem.outcome.set(outcome.value), _DeliveryItem.decided_by.set(by)],
        _claimed(unknown.claim),
        DeliveryChangedError,
    )


def _claimed(claim: str) -> Condition:
    claimed: Condition = (_DeliveryItem.outcome == Outcome.SENDING.value) & (_DeliveryItem.claim == claim)
    return claimed


def _change(issue_id: str, member_id: str, actions: Sequence[Action], condition: Condition) -> bool:
    try:
        _DeliveryItem(_pk(issue_id), f"{DELIVERY}{member_id}").update(list(actions), condition=condition)
    except UpdateError as error:
        if error.cause_response_code != CONDITION_FAILED:
            raise
        return False
    return True


def _is(state: State) -> Condition:
    stands: Condition = _IssueItem.state == state.value
    return stands


def _pk(issue_id: str) -> str:
    return f"ISSUE#{issue_id}"


def _key(issue_id: str) -> _IssueItem:
    return _IssueItem(_pk(issue_id), ISSUE)


def _due_key(issue_id: str, due_at: datetime) -> _KeyItem:
    return _KeyItem(DUE, f"{to_iso(due_at)}#{issue_id}")


def _instant(text: str | None) -> datetime | None:
    return from_iso(text) if text else None


def _to_issue(item: _IssueItem) -> Issue:
    return Issue(
        issue_id=item.pk.partition("#")[2],
        subject=item.subject,
        body=item.body,
        state=State(item.state),
        created_by=item.created_by,
        created_at=from_iso(item.created_at),
        due_at=_instant(item.due_at),
        started_at=_instant(item.started_at),
        queued_at=_instant(item.queued_at),
        frozen_count=int(item.frozen_count),
    )


def _to_delivery(item: _DeliveryItem) -> Delivery:
    return Delivery(
        member_id=item.sk.removeprefix(DELIVERY),
        outcome=Outcome(item.outcome),
        claim=item.claim or "",
        claimed_at=_instant(item.claimed_at),
        message_id=item.message_id or "",
        decided_by=item.decided_by or "",
    )
