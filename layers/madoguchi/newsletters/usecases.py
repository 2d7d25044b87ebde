"""What staff, the tick and the workers do with newsletters.

A recipient is claimed before the mail is sent and the outcome is noted after. A worker that dies in
between leaves a claim without an outcome: nobody knows whether the mail left, so nothing sends it
again by itself; it is listed as unknown and a person decides.
"""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from aws_lambda_powertools import Logger

from madoguchi import wiring
from madoguchi.audit.store import Entry, record
from madoguchi.mail.message import MailBusyError, MailRefusedError
from madoguchi.members import store as members
from madoguchi.newsletters import mails, queue, store
from madoguchi.newsletters.refusals import (
    AlreadyPlannedError,
    AlreadyStartedError,
    DeliveryChangedError,
    NoSuchIssueError,
    NothingChosenError,
    SameIssueError,
)
from madoguchi.newsletters.rules import PLANNED_AT_ONCE, Draft, Issue, Outcome, State, chunks, id_of
from madoguchi.storage import transaction

SCHEDULED, TAKEN_BACK, DECIDED = "schedule newsletter", "take newsletter back", "decide unknown delivery"
UNKNOWN_SEEN = "see unknown deliveries"

logger = Logger()


# Staff


def write(draft: Draft, *, nonce: str, by: str, now: datetime) -> str:
    """Save a new draft and give its id; the same form sent again is the same issue."""
    issue_id = id_of(nonce)
    try:
        with transaction() as t:
            store.add(t, issue_id, draft, by=by, now=now)
    except SameIssueError:
        pass
    return issue_id


def edit(issue_id: str, draft: Draft) -> None:
    """Replace the text of a draft; NotADraftError once it is scheduled."""
    store.get(issue_id)
    with transaction() as t:
        store.edit(t, issue_id, draft)


def count_recipients() -> int:
    """How many members would get an issue that were sent now."""
    return sum(1 for _ in members.subscribers())


def schedule(issue_id: str, due_at: datetime, *, by: str, source: str, now: datetime) -> None:
    """Let the tick send a draft from that instant on; NotADraftError when it is none."""
    store.get(issue_id)
    with transaction() as t:
        store.schedule(t, issue_id, due_at)
    record(Entry(now, by, SCHEDULED, f"newsletters/{issue_id}", source))


def unschedule(issue_id: str, *, by: str, source: str, now: datetime) -> None:
    """Make a scheduled issue a draft again; AlreadyStartedError once sending began."""
    issue = store.get(issue_id)
    with transaction() as t:
        store.unschedule(t, issue)
    record(Entry(now, by, TAKEN_BACK, f"newsletters/{issue_id}", source))


def decide(issue_id: str, member_ids: Sequence[str], outcome: Outcome, *, by: str, source: str, now: datetime) -> None:
    """Settle recipients of unknown outcome: SENT believes that the mail left, PLANNED sends it once more."""
    issue = store.get(issue_id)
    unknown = [each for each in store.deliveries(issue_id) if each.at(now) is Outcome.UNKNOWN]
    chosen = [each for each in unknown if each.member_id in member_ids]
    if not member_ids:
        raise NothingChosenError
    if len(chosen) != len(set(member_ids)) or len(chosen) > PLANNED_AT_ONCE:
        raise DeliveryChangedError
    with transaction() as t:
        for each in chosen:
            store.decide(t, issue_id, each, outcome, by=by)
        if outcome is Outcome.PLANNED:
            store.reopen(t, issue)
    for each in chosen:
        record(Entry(now, by, DECIDED, f"newsletters/{issue_id}/{each.member_id}", source, outcome.value))


def see_unknown(issue_id: str, *, by: str, source: str, now: datetime) -> list[tuple[str, str]]:
    """The recipients of unknown outcome, (id, name). Who looked is noted, when there is somebody to see."""
    unknown = [each.member_id for each in store.deliveries(issue_id) if each.at(now) is Outcome.UNKNOWN]
    if not unknown:
        return []
    record(Entry(now, by, UNKNOWN_SEEN, f"newsletters/{issue_id}", source))
    names = members.names_of(unknown)
    return [(member_id, names.get(member_id, "（退会済み）")) for member_id in unknown]


# The tick


def plan(now: datetime) -> Counter[str]:
    """Bring every due issue one step on: freeze its recipients, queue them, close it.

    Returns counts of recipients (frozen, queued) and of issues (waiting, closed, left_to_another_run).
    It may be killed anywhere and run again, or run twice at once: nobody is planned twice.
    """
    counts: Counter[str] = Counter()
    failures: list[Exception] = []
    for issue in list(store.due(now)):
        try:
            counts += _advance(issue, now)
        except Exception as failure:  # noqa: BLE001 one bad issue must not stop the others; raised below
            logger.error("issue could not be planned", issue_id=issue.issue_id, kind=type(failure).__name__)  # noqa: TRY400 its text may quote a person
            failures.append(failure)
    if failures:
        raise failures[0]
    return counts


def _advance(issue: Issue, now: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    try:
        if issue.state is State.SCHEDULED:
            with transaction() as t:
                store.start(t, issue, now)
        if issue.state in {State.SCHEDULED, State.FREEZING}:
            counts["frozen"] = _freeze(issue.issue_id)
        return counts + _queue_or_close(store.get(issue.issue_id), now)
    except (AlreadyStartedError, AlreadyPlannedError):
        return counts + Counter(left_to_another_run=1)


def _freeze(issue_id: str) -> int:
    """Write one record per recipient who consents now; what an earlier run wrote stays. Returns how many."""
    frozen = {each.member_id for each in store.deliveries(issue_id)}
    missing = [each.member_id for each in members.subscribers() if each.member_id not in frozen]
    for chunk in chunks(missing, PLANNED_AT_ONCE):
        with transaction() as t:
            store.plan(t, issue_id, chunk)
    with transaction() as t:
        store.freeze(t, issue_id)
    return len(missing)


def _queue_or_close(issue: Issue, now: datetime) -> Counter[str]:
    deliveries = list(store.deliveries(issue.issue_id))
    outcomes = Counter(each.at(now) for each in deliveries)
    if not outcomes[Outcome.PLANNED] and not outcomes[Outcome.SENDING]:
        with transaction() as t:
            store.close(t, issue)
        return Counter(closed=1)
    if not outcomes[Outcome.PLANNED] or not issue.must_be_queued(now):
        return Counter(waiting=1)
    queue.put(issue.issue_id, (each.member_id for each in deliveries if each.outcome is Outcome.PLANNED))
    store.note_queued(issue.issue_id, now)
    return Counter(queued=outcomes[Outcome.PLANNED])


# The worker


def send(turn: queue.Turn) -> Counter[str]:
    """Send an issue to a few recipients, each at most once. Returns counts.

    Raises after the last recipient when some must have another turn.
    """
    counts: Counter[str] = Counter()
    failures: list[Exception] = []
    try:
        issue = store.get(turn.issue_id)
    except NoSuchIssueError:  # the queue outlived the table's rows: there is nothing to send
        return Counter(no_such_issue=len(turn.member_ids))
    draft = Draft(issue.subject, issue.body)
    for member_id in turn.member_ids:
        try:
            counts[_send(issue.issue_id, draft, member_id)] += 1
        except Exception as failure:  # noqa: BLE001 one recipient must not stop the others; raised below
            logger.warning("recipient must have another turn", issue_id=issue.issue_id, kind=type(failure).__name__)
            failures.append(failure)
    if failures:
        raise failures[0]
    return counts


def _send(issue_id: str, draft: Draft, member_id: str) -> str:
    """Claim, send, note the outcome. Everything that can go wrong harmlessly comes before the claim."""
    message = mails.message_for(draft, member_id)
    if message is None:
        return "skipped" if store.skip(issue_id, member_id) else "not_planned"
    claim = secrets.token_hex(8)
    if not store.claim(issue_id, member_id, claim, wiring.clock()):
        return "not_planned"
    try:
        message_id = wiring.mailer().send(message)
    except MailRefusedError:
        store.note_failed(issue_id, member_id, claim)
        return "failed"
    except MailBusyError:
        store.put_back(issue_id, member_id, claim)
        raise
    except Exception as failure:  # noqa: BLE001 the mail may have left: the claim stays as it is
        logger.error("outcome unknown", issue_id=issue_id, member_id=member_id, kind=type(failure).__name__)  # noqa: TRY400 its text may quote a person
        return "unknown"
    store.note_sent(issue_id, member_id, claim, message_id)
    return "sent"
