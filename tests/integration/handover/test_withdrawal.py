"""Leaving: what is shown, what is erased, what stays, and that it ends well wherever it is killed."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

import pytest

from madoguchi.audit import store as audit
from madoguchi.events import store as events
from madoguchi.events import usecases
from madoguchi.japan.time import Month, tokyo_day
from madoguchi.members import leaving, merging, store
from madoguchi.members.casework import Clerk
from madoguchi.newsletters import store as newsletters
from madoguchi.newsletters.rules import Outcome
from madoguchi.office import store as office
from madoguchi.office.rules import State
from madoguchi.prospects import usecases as prospects
from madoguchi.prospects.rules import Note
from madoguchi.prospects.rules import State as Stage
from madoguchi.reports.usecases import freeze
from madoguchi.storage import transaction
from tests.integration.handover.conftest import Killed
from tests.support.gateway import Browser
from tests.support.leaver import NEW_ADDRESS, Leaver
from tests.support.members import a_member
from tests.support.post_office import link_in
from tests.support.stored import every_item, everything_stored

STAFF = Clerk("staff-1", "192.0.2.9")
RETAINED = "members:RETAINED#"
NOVEMBER = Month(2026, 11)


def found_of(values: Iterable[str], *, outside: str = RETAINED) -> list[tuple[str, str]]:
    """Where any of the values stands, outside of what is kept."""
    values = list(values)
    return [
        (where, value)
        for where, text in everything_stored()
        if not where.startswith(outside)
        for value in values
        if value in where or value in text
    ]


@pytest.mark.meets("D-043")
def test_nothing_that_tells_who_it_was_remains_outside_of_what_was_shown(leaver: Leaver) -> None:
    leaver.live()
    freeze(NOVEMBER, leaver.clock.now)
    values, member_id = leaver.values(), leaver.member_id
    assert len({where.partition(":")[0] for where, _ in found_of(values)}) >= 2  # the search finds what is there

    page = leaver.browser.get("/me").body
    assert 'href="/me/withdraw"' in page  # one
    shown = leaver.browser.get("/me/withdraw").body  # two
    assert "同意の記録（日時、版）" in shown
    assert leaver.withdraw().location == "/withdrawn"  # three
    leaver.sweep()

    assert found_of(values) == []
    kept = [where for where, _ in everything_stored() if where.startswith(RETAINED)]
    assert [where.rsplit(":", 1)[1].partition("#")[0] for where in kept] == ["consents"]
    # Not even the id leads anywhere but to the log, to links in old mails and to months that stay closed.
    by_id = {where.split(":")[1].partition("#")[0] for where, text in every_item() if member_id in where + text}
    assert by_id <= {"2026-12", "UNSUBSCRIBE", "MEMBER", "MOVES", "ENDS", "SESSION", "REPORTS"}


def test_what_is_to_come_is_given_back_and_what_was_stays_for_figures(leaver: Leaver) -> None:
    leaver.live()
    member_id, at = leaver.member_id, leaver.clock.now

    leaver.withdraw()
    leaver.sweep()

    bookings = [each for month in (NOVEMBER, NOVEMBER.next(), Month(2027, 1)) for each in office.month_bookings(month)]
    assert [each.state.value for each in bookings] == [
        State.CHECKED_IN, State.BOOKED, State.CANCELLED, State.CANCELLED,
    ]  # fmt: skip
    ((substitute,),) = {tuple({each.member_id.value for each in bookings})}
    (registration,) = store.registrations(NOVEMBER)
    (_, delivery), *_ = newsletters.deliveries_to(substitute)
    assert substitute not in {member_id, ""}
    assert registration.member_id == substitute
    assert delivery.outcome is Outcome.SENT
    seats = [events.get_event(each).seats_taken for each in leaver.events]
    assert seats == [1, 1, 0]
    assert list(store.subscribers()) == []
    entries = [each for each in audit.entries(Month.of(tokyo_day(at))) if member_id in each.record + each.actor]
    assert [(each.action, each.actor, each.source) for each in entries] == [("withdraw", "member", "")]


def test_the_last_mail_says_what_is_kept_how_long_and_why(leaver: Leaver) -> None:
    leaver.live()
    before = len(leaver.post_office.sent)

    leaver.withdraw()
    leaver.sweep()
    leaver.sweep()

    (mail,) = leaver.post_office.sent[before:]
    assert mail.to == "YUI.ima@example.jp"
    assert "同意の記録（日時、版）" in mail.text
    assert "2027年12月5日（日）まで" in mail.text


def test_nothing_happens_without_the_box(leaver: Leaver) -> None:
    leaver.register()

    answer = leaver.browser.submit("/me/withdraw", "/me/withdraw", {})

    assert answer.status == 422
    assert "チェックを入れてください" in answer.body
    assert store.get(leaver.member_id).status == "active"


def test_from_the_button_on_the_member_can_do_nothing_more(leaver: Leaver) -> None:
    leaver.live()
    event = leaver.events[-1]
    member = store.get(leaver.member_id)

    leaver.withdraw()

    assert leaver.browser.get("/me").location.startswith("/sign-in")
    with pytest.raises(leaving.LeftError):
        usecases.sign_up(event, member, nonce="late", now=leaver.clock.now)
    before = len(leaver.post_office.sent)
    Browser(leaver.browser.app).submit("/sign-in", "/sign-in", {"email": NEW_ADDRESS})
    leaver.post_office.deliver()
    assert leaver.post_office.sent[before:] == []


def test_old_links_lead_to_clear_pages(leaver: Leaver) -> None:
    leaver.live()
    mails = leaver.post_office.sent
    unsubscribe = next(each.headers["List-Unsubscribe"] for each in mails if "List-Unsubscribe" in each.headers)
    sign_in = next(link_in(each) for each in mails if "サインイン用" in each.subject)

    leaver.withdraw()
    leaver.sweep()

    stranger = Browser(leaver.browser.app)
    path = "/unsubscribe/" + unsubscribe.strip("<>").rpartition("/")[2]
    assert stranger.get(path).status == 200
    assert "停止しました" in stranger.submit(path, path, {}).body
    answer = stranger.get(sign_in)
    assert (answer.status, "使用済みか、期限が切れています" in answer.body) == (410, True)


def test_whoever_left_can_register_again_as_somebody_new(leaver: Leaver) -> None:
    leaver.register()
    first = leaver.member_id
    leaver.withdraw()
    leaver.sweep()

    leaver.browser = Browser(leaver.browser.app)
    leaver.register()

    assert leaver.member_id != first


@pytest.mark.meets("D-043")
def test_leaving_ends_well_wherever_the_worker_is_killed(leaver: Leaver, killing: Callable[[int], None]) -> None:
    leaver.live()
    values, before = leaver.values(), len(leaver.post_office.sent)
    leaver.withdraw()

    deaths = 0
    # Each run comes one call of the cloud further than the one before, or dies at the same one again.
    for calls in range(1, 200):
        killing(calls)
        try:
            leaver.sweep()
        except Killed:
            deaths += 1
        else:
            break
    killing(0)
    leaver.clock.forward(minutes=10)
    leaver.sweep()

    assert deaths > 10
    assert found_of(values) == []
    assert [each.subject.partition("】")[2] for each in leaver.post_office.sent[before:]] == [
        "退会の手続きが終わりました"
    ]
    assert list(leaving.under_way()) == []
    assert [events.get_event(each).seats_taken for each in leaver.events] == [1, 1, 0]
    assert store.of_number(leaver.number) is None


def test_what_was_noted_of_a_prospect_goes_too(leaver: Leaver) -> None:
    leaver.register()
    noted = Note(
        name="櫻塚 結衣紗",
        kind="other",
        hearing="school",
        heard_on=date(2026, 11, 1),
        summary="手芸が得意",
        basis="consent",
        may_contact=True,
        contact="090-8765-4321",
    )
    prospect_id = prospects.note(noted, nonce="n", by=STAFF, now=leaver.clock.now)
    seen = prospects.see(prospect_id, by=STAFF, now=leaver.clock.now)
    prospects.move(seen, Stage.REGISTERED, leaver.number, by=STAFF, now=leaver.clock.now)

    leaver.withdraw()
    leaver.sweep()

    assert found_of(leaver.values()) == []


def test_two_registrations_of_one_person_go_together(leaver: Leaver) -> None:
    leaver.live()
    values = leaver.values()
    twin = replace(a_member("twin-1", email="futago.mae@example.jp"), number="7777-0707", family_name="鷺澤井")
    with transaction() as t:
        store.add(t, twin)
    kept, gone = store.get(leaver.member_id), store.get("twin-1")
    merging.merge(kept, gone, ["phone"], by=STAFF, now=leaver.clock.now)

    assert leaver.withdraw().location == "/withdrawn"
    leaver.sweep()

    assert found_of([*values, "futago.mae", "7777-0707", "鷺澤井"]) == []
