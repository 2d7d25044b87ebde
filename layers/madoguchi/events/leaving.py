"""A person leaves: seats to come are given back, what is over stays for the figures only."""

from collections.abc import Iterator
from datetime import datetime

from madoguchi.events import people, store
from madoguchi.events.rules import Event, SignUp
from madoguchi.storage import transaction


def all_sign_ups(member_id: str) -> list[tuple[SignUp, Event]]:
    """Every sign-up of the member with its event, in order of time."""
    found = [(each.sign_up, store.get_event(each.event_id)) for each in people.sign_ups_of(member_id)]
    return sorted(found, key=lambda each: each[1].starts)


def sign_ups_to_come(member_id: str, now: datetime) -> list[tuple[SignUp, Event]]:
    """The seats that the member has at events that have not begun, in order of time."""
    return [each for each in all_sign_ups(member_id) if each[0].state.has_seat and not each[1].has_started(now)]


def give_seats_back(member_id: str, email: str, now: datetime) -> None:
    """Cancel every sign-up to come, those that the person made as a guest, too. No mail tells of each."""
    for found in _all_of(member_id, email):
        if found.sign_up.state.has_seat and not store.get_event(found.event_id).has_started(now):
            with transaction() as t:
                store.give_back(t, found, token="", now=now)


def forget(member_id: str, email: str, *, substitute: str) -> None:
    """Let the person's sign-ups stand for figures only; what is forgotten already stays so."""
    for whose in _keys(member_id, email):
        for found in people.sign_ups_of(whose):
            with transaction() as t:
                people.forget(t, whose, found, substitute=substitute)


def _all_of(member_id: str, email: str) -> Iterator[store.Found]:
    for whose in _keys(member_id, email):
        yield from people.sign_ups_of(whose)


def _keys(member_id: str, email: str) -> list[str]:
    return [member_id, store.address_key(email)] if email else [member_id]
