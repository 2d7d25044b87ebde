"""Seats at events: one person one seat, holds that end, links that confirm and cancel."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from madoguchi.events import mails, store, usecases
from madoguchi.events.refusals import (
    AlreadySignedUpError,
    EventFullError,
    EventStartedError,
    HoldExpiredError,
    NoSuchEventError,
    NoSuchSignUpError,
)
from madoguchi.events.rules import Event, SignUp, State
from madoguchi.japan.time import Month
from madoguchi.mail.message import Message
from madoguchi.mail.owed import settle
from madoguchi.members import store as members
from madoguchi.programme.definition import programme
from madoguchi.refusals import TooManyError
from madoguchi.storage import transaction
from tests.support.events import STARTS, a_guest, an_event
from tests.support.members import NOW, a_member, a_stored_member

pytestmark = pytest.mark.usefixtures("tables")
LATE = NOW + timedelta(minutes=30)


def join(event: Event, member_id: str = "member-1", *, nonce: str = "n", email: str = "") -> SignUp:
    member = a_stored_member(member_id, email=email or f"{member_id}@example.jp")
    return usecases.sign_up(event.event_id, member, nonce=nonce, now=NOW)


def hold(event: Event, address: str = "taro@example.jp", *, nonce: str = "n", source: str = "192.0.2.1") -> None:
    usecases.hold_for_guest(event.event_id, a_guest(address), nonce=nonce, source=source, now=NOW)


def guest_sign_up(event: Event, address: str = "taro@example.jp") -> SignUp:
    found = store.sign_up_of(event.event_id, address=address)
    assert found
    return found.sign_up


def token_of(sign_up: SignUp) -> str:
    owed = store.owed_by(sign_up)
    secret = store.load(owed.pk, owed.sk).mail_secret
    assert secret
    return secret


def mail_of(sign_up: SignUp) -> Message:
    """The mail that the sign-up owes, sent."""
    owed = store.owed_by(sign_up)
    found = mails.message_for(owed.pk, owed.sk)
    assert found
    item, message = found
    assert message
    settle(item)
    return message


def seats(event: Event) -> int:
    """The counter, which always equals the sign-ups that have a seat."""
    taken = store.get_event(event.event_id).seats_taken
    assert taken == sum(each.state.has_seat for each in store.sign_ups_of(event.event_id))
    return taken


def test_a_member_gets_a_seat_at_once() -> None:
    event = an_event()

    assert join(event).state is State.CONFIRMED
    assert seats(event) == 1


def test_class_answers_and_version_stay_as_they_were_at_the_sign_up() -> None:
    event = an_event()
    join(event)

    (kept,) = store.sign_ups_of(event.event_id)
    member = a_member()
    assert (kept.class_id, kept.facts, kept.version) == (member.class_id, member.facts, programme().version)


def test_a_member_signs_up_once() -> None:
    event = an_event()
    join(event, nonce="first")

    with pytest.raises(AlreadySignedUpError):
        join(event, nonce="second")
    assert seats(event) == 1


def test_the_same_form_sent_twice_is_one_sign_up() -> None:
    event = an_event(seats=1)

    assert join(event) == join(event)
    assert seats(event) == 1


def test_the_last_seat_goes_to_one_person() -> None:
    event = an_event(seats=1)
    join(event, "member-1")

    with pytest.raises(EventFullError):
        join(event, "member-2")
    with pytest.raises(EventFullError):
        hold(event)
    assert seats(event) == 1


def test_nobody_signs_up_for_an_event_that_has_begun() -> None:
    event = an_event(starts_in=timedelta(minutes=1))

    with pytest.raises(EventStartedError):
        usecases.sign_up(event.event_id, a_stored_member(), nonce="n", now=event.starts)


def test_nobody_signs_up_for_an_event_that_does_not_exist() -> None:
    with pytest.raises(NoSuchEventError):
        usecases.sign_up("nothing", a_stored_member(), nonce="n", now=NOW)


def test_a_guest_confirms_by_the_mailed_button() -> None:
    event = an_event()
    hold(event)
    held = guest_sign_up(event)
    assert (held.state, held.held_until) == (State.HELD, NOW + timedelta(minutes=30))

    usecases.confirm(token_of(held), NOW)

    assert guest_sign_up(event).state is State.CONFIRMED
    assert seats(event) == 1
    assert list(store.expired_holds(LATE)) == []


def test_confirming_twice_is_confirming_once() -> None:
    event = an_event()
    hold(event)
    token = token_of(guest_sign_up(event))

    usecases.confirm(token, NOW)
    usecases.confirm(token, LATE)

    assert seats(event) == 1


def test_a_hold_ends_after_thirty_minutes_and_the_seat_is_free_again() -> None:
    event = an_event()
    hold(event)
    token = token_of(guest_sign_up(event))

    with pytest.raises(HoldExpiredError):
        usecases.confirm(token, LATE)

    assert seats(event) == 0
    assert usecases.see(token)[0].state is State.EXPIRED
    with pytest.raises(HoldExpiredError):
        usecases.confirm(token, LATE)


def test_an_expired_hold_forgets_the_guest_and_owes_nothing() -> None:
    event = an_event()
    hold(event)
    held = guest_sign_up(event)

    assert usecases.release_expired(LATE) == 1
    assert usecases.release_expired(LATE) == 0

    owed = store.owed_by(held)
    expired = store.load(owed.pk, owed.sk)
    assert (expired.name, expired.email) == ("", "")
    assert not expired.address_key
    assert not expired.mail_secret
    assert mails.message_for(owed.pk, owed.sk) is None


def test_a_hold_that_still_runs_is_not_released() -> None:
    event = an_event()
    hold(event)

    assert usecases.release_expired(LATE - timedelta(seconds=1)) == 0
    assert seats(event) == 1


def test_a_full_event_gives_up_an_expired_hold_to_whoever_comes() -> None:
    event = an_event(seats=1)
    hold(event)

    usecases.sign_up(event.event_id, a_stored_member(), nonce="n", now=LATE)

    assert seats(event) == 1
    assert usecases.seat_of(event.event_id, a_member())


def test_a_guest_whose_hold_expired_may_try_again() -> None:
    event = an_event()
    hold(event)

    usecases.hold_for_guest(event.event_id, a_guest(), nonce="again", source="192.0.2.1", now=LATE)

    assert guest_sign_up(event).held_until == LATE + timedelta(minutes=30)
    assert seats(event) == 1


@pytest.mark.parametrize("typed", ["taro@example.jp", "TARO@example.jp", "ｔａｒｏ@example.jp"])
def test_one_address_has_one_seat_whatever_its_case_and_width(typed: str) -> None:
    event = an_event()
    hold(event, nonce="first")
    first = guest_sign_up(event)
    usecases.confirm(token_of(first), NOW)
    mail_of(first)

    hold(event, typed, nonce="second")

    assert seats(event) == 1
    mail = mail_of(first)
    assert mail.to == "taro@example.jp"
    assert "すでにお申し込み" in mail.subject


def test_a_guest_who_asks_again_gets_a_link_that_works() -> None:
    event = an_event()
    hold(event, nonce="first")
    held = guest_sign_up(event)
    mail_of(held)

    hold(event, nonce="second")
    usecases.confirm(token_of(held), NOW)

    assert guest_sign_up(event).state is State.CONFIRMED


def test_a_full_event_says_so_to_everybody_alike() -> None:
    event = an_event(seats=1)
    hold(event, nonce="first")

    for address in ("taro@example.jp", "jiro@example.jp"):
        with pytest.raises(EventFullError):
            hold(event, address, nonce="second")


def test_a_member_who_signed_up_as_guest_has_no_second_seat() -> None:
    event = an_event()
    hold(event, "hanako@example.jp")

    with pytest.raises(AlreadySignedUpError):
        join(event, email="hanako@example.jp")
    assert seats(event) == 1


def test_a_guest_who_types_a_members_address_gets_no_second_seat_and_the_member_a_mail() -> None:
    event = an_event()
    with transaction() as t:
        members.add(t, a_member(email="hanako@example.jp"), mail="registration-done")
    made = join(event, email="hanako@example.jp")
    mail_of(made)

    hold(event, "Hanako@example.jp")

    assert seats(event) == 1
    assert mail_of(made).to == "hanako@example.jp"


def test_an_address_asks_only_so_often() -> None:
    event = an_event()
    for each in range(usecases.MOST_PER_ADDRESS):
        hold(event, nonce=str(each))

    with pytest.raises(TooManyError):
        hold(event, "TARO@example.jp", nonce="once more")


def test_a_source_asks_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecases, "MOST_PER_SOURCE", 2)
    event = an_event()
    for each in ("taro", "jiro"):
        hold(event, f"{each}@example.jp")

    with pytest.raises(TooManyError):
        hold(event, "saburo@example.jp")
    hold(event, "saburo@example.jp", source="198.51.100.1")
    assert seats(event) == 3


def test_cancelling_frees_the_seat_once() -> None:
    event = an_event()
    made = join(event)
    token = token_of(made)

    usecases.cancel(token, NOW)
    usecases.cancel(token, NOW)

    assert seats(event) == 0
    assert usecases.seat_of(event.event_id, a_member()) is None
    assert usecases.see(token)[0].state is State.CANCELLED


def test_a_guest_may_cancel_before_confirming() -> None:
    event = an_event()
    hold(event)

    usecases.cancel(token_of(guest_sign_up(event)), NOW)

    assert seats(event) == 0
    assert list(store.expired_holds(LATE)) == []


@pytest.mark.parametrize("press", [usecases.confirm, usecases.cancel])
def test_two_presses_at_the_same_moment_are_one(
    press: Callable[[str, datetime], SignUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = an_event()
    hold(event)
    token = token_of(guest_sign_up(event))
    unpressed, read = iter([store.sign_up_behind(token)]), store.sign_up_behind
    press(token, NOW)
    after = store.get_event(event.event_id).seats_taken
    monkeypatch.setattr(store, "sign_up_behind", lambda known: next(unpressed, None) or read(known))

    press(token, NOW)

    assert store.get_event(event.event_id).seats_taken == after


def test_whoever_cancelled_may_sign_up_again() -> None:
    event = an_event()
    usecases.cancel(token_of(join(event, nonce="first")), NOW)

    join(event, nonce="second")

    assert seats(event) == 1


def test_signing_up_and_cancelling_in_turn_comes_to_an_end() -> None:
    event = an_event()
    for number in range(usecases.MOST_PER_ADDRESS):
        usecases.cancel(token_of(join(event, nonce=str(number))), NOW)

    with pytest.raises(TooManyError):
        join(event, nonce="once more")


def test_nobody_cancels_when_the_event_has_begun() -> None:
    event = an_event()
    token = token_of(join(event))

    with pytest.raises(EventStartedError):
        usecases.cancel(token, STARTS)


def test_a_link_that_was_never_mailed_leads_nowhere() -> None:
    with pytest.raises(NoSuchSignUpError):
        usecases.see("not-a-token")


def test_the_confirmation_carries_the_event_for_the_calendar() -> None:
    event = an_event()
    hold(event)
    held = guest_sign_up(event)
    asked = mail_of(held)
    assert not asked.attachments
    assert "申込みはまだ終わっていません" in asked.text

    hold(event, "jiro@example.jp")
    other = guest_sign_up(event, "jiro@example.jp")
    token = token_of(other)
    usecases.confirm(token, NOW)
    mail = mail_of(other)

    assert f"/sign-ups/{token}" in mail.text
    assert "DTSTART:20261128T030000Z" in mail.attachments[0].text
    assert all(len(line.encode()) <= 75 for line in mail.attachments[0].text.split("\r\n"))
    assert mail.attachments[0].parameters == {"method": "PUBLISH"}


def test_the_token_is_stored_only_until_the_mail_is_sent() -> None:
    event = an_event()
    hold(event)
    held = guest_sign_up(event)

    mail_of(held)

    owed = store.owed_by(held)
    assert store.load(owed.pk, owed.sk).mail_secret is None


def test_events_are_listed_in_order_until_they_begin() -> None:
    later = an_event(starts_in=timedelta(days=40), nonce="later")
    soon = an_event(starts_in=timedelta(days=1), nonce="soon")
    begun = an_event(starts_in=timedelta(minutes=5), nonce="begun")

    assert [each.event_id for each in store.upcoming(begun.starts)] == [soon.event_id, later.event_id]
    assert [each.event_id for each in store.month_events(Month(2026, 12))] == [later.event_id]
