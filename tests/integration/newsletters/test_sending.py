"""Newsletters from schedule to the last recipient, with workers that die on the way."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi.japan.time import Month
from madoguchi.mail.message import MailBusyError, MailRefusedError
from madoguchi.newsletters import rules, store, usecases
from madoguchi.newsletters.refusals import (
    AlreadyStartedError,
    DeliveryChangedError,
    NotADraftError,
    NothingChosenError,
)
from madoguchi.newsletters.rules import Draft, Outcome, State, Tally
from tests.support.members import NOW
from tests.support.press import DUE, Killed, Press, an_issue, subscribe, tally, unsubscribe

NAMES = ("aoi", "haruto", "hinata", "ren", "yui")


def unknown_of(issue_id: str, press: Press) -> list[str]:
    return [each.member_id for each in store.deliveries(issue_id) if each.at(press.now) is Outcome.UNKNOWN]


def decide(issue_id: str, press: Press, outcome: Outcome, *names: str) -> None:
    usecases.decide(issue_id, names, outcome, by="staff-1", source="192.0.2.1", now=press.now)


def test_everybody_who_consented_gets_one_mail(press: Press) -> None:
    subscribe(*NAMES)
    issue_id = an_issue()

    press.tick()
    press.work()
    press.tick()

    assert press.mailer.addresses == [f"{name}@example.jp" for name in NAMES]
    assert tally(issue_id, press.now) == Tally(sent=5)
    assert store.get(issue_id).state is State.SENT
    assert list(store.due(press.now)) == []


def test_nothing_is_sent_before_it_is_due(press: Press) -> None:
    subscribe(*NAMES)
    issue_id = an_issue(due_at=DUE + timedelta(seconds=1))

    press.tick()
    press.work()

    assert press.mailer.sent == []
    assert store.get(issue_id).state is State.SCHEDULED


def test_ticks_and_messages_that_come_twice_change_nothing(press: Press) -> None:
    subscribe(*NAMES)
    issue_id = an_issue()

    press.tick()
    press.tick()
    press.work()
    press.later(hours=1)
    press.tick()
    press.work()

    assert len(press.mailer.sent) == 5
    assert tally(issue_id, press.now) == Tally(sent=5)


def test_whoever_unsubscribes_after_the_freeze_is_skipped(press: Press) -> None:
    subscribe(*NAMES)
    issue_id = an_issue()
    press.tick()

    unsubscribe("ren")
    press.work()

    assert "ren@example.jp" not in press.mailer.addresses
    assert tally(issue_id, press.now) == Tally(sent=4, skipped=1)


def test_whoever_subscribes_after_the_freeze_waits_for_the_next_issue(press: Press) -> None:
    subscribe("aoi")
    issue_id = an_issue()
    press.tick()

    subscribe("ren")
    press.work()
    press.tick()

    assert press.mailer.addresses == ["aoi@example.jp"]
    assert store.get(issue_id).frozen_count == 1


def test_an_issue_without_recipients_is_closed(press: Press) -> None:
    issue_id = an_issue()

    press.tick()

    assert store.get(issue_id).state is State.SENT


def test_a_refused_address_harms_only_itself(press: Press) -> None:
    subscribe(*NAMES)
    issue_id = an_issue()
    press.mailer.trouble["ren@example.jp"] = MailRefusedError()

    press.tick()
    press.work()

    assert tally(issue_id, press.now) == Tally(sent=4, failed=1)


def test_a_mail_service_that_is_busy_is_asked_again(press: Press) -> None:
    subscribe(*NAMES)
    issue_id = an_issue()
    press.mailer.trouble["ren@example.jp"] = MailBusyError()
    press.tick()

    press.work()
    assert tally(issue_id, press.now) == Tally(sent=4, planned=1)

    press.mailer.trouble.clear()
    press.work()
    assert tally(issue_id, press.now) == Tally(sent=5)


def test_planned_recipients_whose_message_was_lost_are_queued_again(press: Press) -> None:
    subscribe(*NAMES)
    issue_id = an_issue()
    press.tick()
    press._receive()
    press.messages.clear()

    press.later(minutes=14)
    press.tick()
    press.work()
    assert press.mailer.sent == []

    press.later(minutes=1)
    press.tick()
    press.work()
    assert tally(issue_id, press.now) == Tally(sent=5)


@pytest.mark.parametrize("trouble", [Killed(), TimeoutError()], ids=["killed", "no answer"])
def test_an_unknown_outcome_is_listed_and_never_sent_again_by_itself(press: Press, trouble: BaseException) -> None:
    subscribe(*NAMES)
    issue_id = an_issue()
    press.mailer.trouble["hinata@example.jp"] = trouble
    press.tick()
    try:
        press.work()
    except Killed:
        press.work()
    press.mailer.trouble.clear()
    assert tally(issue_id, press.now) == Tally(sent=4, sending=1)

    for _ in range(4):
        press.later(minutes=15)
        press.tick()
        press.work()

    assert len(press.mailer.sent) == 4
    assert unknown_of(issue_id, press) == ["hinata"]
    assert tally(issue_id, press.now) == Tally(sent=4, unknown=1)
    assert store.get(issue_id).state is State.SENT


def with_one_unknown(press: Press) -> str:
    subscribe(*NAMES)
    issue_id = an_issue()
    press.mailer.trouble["hinata@example.jp"] = TimeoutError()
    press.tick()
    press.work()
    press.mailer.trouble.clear()
    press.later(minutes=15)
    press.tick()
    return issue_id


def test_staff_may_believe_that_the_mail_left(press: Press) -> None:
    issue_id = with_one_unknown(press)

    decide(issue_id, press, Outcome.SENT, "hinata")
    press.tick()
    press.work()

    assert len(press.mailer.sent) == 4
    assert tally(issue_id, press.now) == Tally(sent=5)


def test_staff_may_send_once_more(press: Press) -> None:
    issue_id = with_one_unknown(press)

    decide(issue_id, press, Outcome.PLANNED, "hinata")
    assert store.get(issue_id).state is State.SENDING
    press.tick()
    press.work()
    press.tick()

    assert len(press.mailer.sent) == 5
    assert tally(issue_id, press.now) == Tally(sent=5)
    assert store.get(issue_id).state is State.SENT


def test_nobody_decides_about_a_known_outcome_or_nobody(press: Press) -> None:
    issue_id = with_one_unknown(press)

    with pytest.raises(DeliveryChangedError):
        decide(issue_id, press, Outcome.PLANNED, "hinata", "ren")
    with pytest.raises(NothingChosenError):
        decide(issue_id, press, Outcome.PLANNED)
    decide(issue_id, press, Outcome.PLANNED, "hinata")
    with pytest.raises(DeliveryChangedError):
        decide(issue_id, press, Outcome.PLANNED, "hinata")


def test_a_scheduled_issue_is_fixed_until_it_is_taken_back(press: Press) -> None:
    subscribe("aoi")
    issue_id = an_issue()
    with pytest.raises(NotADraftError):
        usecases.edit(issue_id, Draft("別の件名", "別の本文"))

    usecases.unschedule(issue_id, by="staff-1", source="192.0.2.1", now=NOW)
    usecases.edit(issue_id, Draft("別の件名", "別の本文"))
    press.tick()

    assert press.mailer.sent == []
    assert store.get(issue_id).subject == "別の件名"


def test_an_issue_that_started_cannot_be_taken_back(press: Press) -> None:
    subscribe("aoi")
    issue_id = an_issue()
    press.tick()

    with pytest.raises(AlreadyStartedError):
        usecases.unschedule(issue_id, by="staff-1", source="192.0.2.1", now=press.now)


def test_the_mail_carries_what_the_law_and_the_mail_services_want(press: Press) -> None:
    subscribe("aoi")
    an_issue()

    press.tick()
    press.work()

    mail = press.mailer.sent[0]
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail.headers["List-Unsubscribe"].strip("<>")
    assert url.startswith("http://localhost:8100/unsubscribe/")
    assert mail.html
    for part in (mail.text, mail.html):
        for phrase in (url, "山あいテレワークオフィス運営事務局", "〒753-0000", "office@telework.example.jp", "同意"):
            assert phrase in part
    assert "<h2>交流会</h2>" in mail.html
    assert "■ 交流会\n\n申し込む（https://example.jp/events）" in mail.text


def test_a_months_issues_are_those_whose_sending_began_in_it(press: Press) -> None:
    subscribe("aoi", "ren")
    issue_id = an_issue()

    press.tick()
    press.work()

    (mailing,) = store.month_issues(Month(2026, 11))
    assert (mailing.issue_id, mailing.recipients, mailing.sent) == (issue_id, 2, 2)
    assert list(store.month_issues(Month(2026, 12))) == []


@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=3))
def test_after_any_crash_everybody_is_accounted_for_and_nobody_gets_two(
    press: Press, monkeypatch: pytest.MonkeyPatch, crashes: list[tuple[int, bool]]
) -> None:
    """Killed before or after any call to the outside world, some runs in a row; then left alone."""
    monkeypatch.setattr(usecases, "PLANNED_AT_ONCE", 2)
    monkeypatch.setattr("madoguchi.newsletters.queue.QUEUED_AT_ONCE", 2)
    if not press.mailer.sent and not list(store.newest()):
        subscribe(*NAMES)
    issue_id = an_issue(f"{len(store.newest())}-{crashes}")
    press.now = DUE
    press.mailer.sent.clear()

    for calls, dies_before in crashes:
        press.calls_until_killed, press.dies_before = calls, dies_before
        try:
            press.tick()
            press.work()
        except Killed:
            pass
        press.calls_until_killed = float("inf")
        tally(issue_id, press.now)
    for _ in range(4):
        press.later(minutes=15)
        press.tick()
        press.work()

    ended = tally(issue_id, press.now)
    assert ended.total == len(NAMES)
    assert ended.waiting == 0
    assert store.get(issue_id).state is State.SENT
    assert press.mailer.addresses == sorted(set(press.mailer.addresses)), "somebody got two mails"
    # Whoever got no mail is never counted as sent; an unknown may have got one.
    missing = set(NAMES) - {address.partition("@")[0] for address in press.mailer.addresses}
    assert missing <= set(unknown_of(issue_id, press))
    assert ended.sent + ended.unknown == len(NAMES)
    assert rules.Tally.of(store.deliveries(issue_id), press.now) == ended
