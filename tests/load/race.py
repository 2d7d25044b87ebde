"""The race: everybody wants the last unit at one time, and the last seat of an event, at the same moment.

    python -m tests.load.race --rounds 1000 --clients 50

Exactly one wins, nobody gets a server error, and the counters equal the items; otherwise the exit status is 1.
"""

import argparse
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from madoguchi import wiring
from madoguchi.events import store as event_store
from madoguchi.events import usecases as events
from madoguchi.events.rules import EventDraft
from madoguchi.japan.time import tokyo_day
from madoguchi.office import store as office_store
from madoguchi.office.plan import open_days
from madoguchi.office.rules import Slot, month_quarters, opening_quarters, quarter_text
from madoguchi.programme.definition import programme
from tests.load.measuring import MILLISECONDS, percentile, show
from tests.load.visitors import Answer, Visitor, a_stack, at_the_same_moment, members

LAST_UNIT = "meeting"  # the area with one unit
WON, REFUSED, SERVER_ERROR = 303, 409, 500
FURTHEST_DAYS = 59


@dataclass(slots=True)
class Outcome:
    """What all rounds of one race came to."""

    winners: Counter[int] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, name: str, answers: list[Answer], stored: tuple[int, ...]) -> None:
        """Judge one round: `stored` are the numbers that must all be 1."""
        statuses = Counter(answer.status for answer in answers)
        self.statuses += statuses
        self.winners[statuses[WON]] += 1
        self.seconds += [answer.seconds for answer in answers]
        if statuses[WON] != 1 or statuses[WON] + statuses[REFUSED] != len(answers) or set(stored) != {1}:
            self.wrong.append(f"{name}: answers {dict(statuses)}, stored {stored}")


def quarters() -> Iterator[Slot]:
    """Every quarter-hour that a member may book from tomorrow on."""
    office, today = programme().office, tokyo_day(wiring.clock())
    opens, closes = opening_quarters(office)
    for day in open_days(today + timedelta(days=1), today + timedelta(days=FURTHEST_DAYS)):
        for start in range(opens, closes):
            yield Slot(day, start, start + 1)


def wish_form(area: str, slot: Slot) -> dict[str, str]:
    """What a member chooses on the booking form."""
    start, end = quarter_text(slot.start), quarter_text(slot.end)
    return {"area": area, "day": slot.day.isoformat(), "start": start, "end": end, "party": "1", "step": "book"}


def race_for_a_unit(visitors: list[Visitor], slot: Slot, outcome: Outcome) -> None:
    """One unit, one time, all visitors."""
    form = wish_form(LAST_UNIT, slot)
    answers = at_the_same_moment([_posting(visitor, "/bookings/new", form) for visitor in visitors])
    booked = [each for each in office_store.bookings_of_day(slot.day) if each.slot == slot and each.holds_time]
    units = office_store.day_units(slot.day, consistent=True)
    taken = sum(slot.quarters <= units.of(LAST_UNIT, unit) for unit in (1,))
    months = [office_store.member_month(_id(visitor), slot.month) for visitor in visitors]
    holders = sum(month_quarters(slot) <= month.taken for month in months)
    outcome.add(str(slot), answers, (len(booked), taken, holders))


def race_for_a_seat(visitors: list[Visitor], number: int, outcome: Outcome) -> None:
    """One event with one seat, all visitors."""
    now = wiring.clock()
    starts = now + timedelta(days=7)
    draft = EventDraft("定員1人の催し", "競争の試験です。", "会議室", starts, starts + timedelta(hours=1), 1)
    event = events.publish(draft, nonce=f"race-{number}-{now.timestamp()}", by="load", source="127.0.0.1", now=now)
    path = f"/events/{event.event_id}/sign-up"
    answers = at_the_same_moment([_posting(visitor, path, {}) for visitor in visitors])
    seats = sum(each.state.has_seat for each in event_store.sign_ups_of(event.event_id))
    outcome.add(event.event_id, answers, (seats, event_store.get_event(event.event_id).seats_taken))


def _posting(visitor: Visitor, path: str, form: dict[str, str]) -> Callable[[], Answer]:
    return lambda: visitor.post(path, form)


def _id(visitor: Visitor) -> str:
    assert visitor.member is not None
    return visitor.member.member_id


def run(url: str, rounds: int, clients: int) -> dict[str, Outcome]:
    """Every round of both races."""
    outcomes = {"last unit": Outcome(), "last seat": Outcome()}
    visitors = members(url, clients)
    for number, slot in enumerate(itertools.islice(quarters(), rounds)):
        race_for_a_unit(visitors, slot, outcomes["last unit"])
        race_for_a_seat(visitors, number, outcomes["last seat"])
    return outcomes


def main(arguments: list[str] | None = None) -> int:
    """Print who won; 1 when any round was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.race", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=50)
    asked = parser.parse_args(arguments)
    with a_stack() as stack:
        outcomes = run(stack.public_url, asked.rounds, asked.clients)
    rows = [
        (
            name,
            sum(outcome.winners.values()),
            ", ".join(f"{count} x {winners}" for winners, count in sorted(outcome.winners.items())),
            dict(sorted(outcome.statuses.items())),
            sum(count for status, count in outcome.statuses.items() if status >= SERVER_ERROR),
            len(outcome.wrong),
            f"{percentile(outcome.seconds, 0.5) * MILLISECONDS:.0f}",
        )
        for name, outcome in outcomes.items()
    ]
    heads = ("Race for the", "rounds", "rounds x winners", "answers", "5xx", "wrong rounds", "p50 ms of an answer")
    show(f"{asked.clients} at the same moment", heads, rows)
    wrong = [line for outcome in outcomes.values() for line in outcome.wrong]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
