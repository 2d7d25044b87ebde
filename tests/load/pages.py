"""Pages and bookings per second through the front proxy, for one client and for eight.

    python -m tests.load.pages --rounds 5 --seconds 5

Clients, proxy, functions and database share this machine's cores.
"""

import argparse
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from madoguchi.office.rules import Slot
from tests.load.measuring import MILLISECONDS, interleaved, percentile, show, spread
from tests.load.race import WON, quarters, wish_form
from tests.load.visitors import Answer, Visitor, a_stack, members, together

CLIENTS = (1, 8)
POOLED_AREA = "open"
AT_ONE_TIME = 20  # the pooled area has 22 units
MEMBERS = 40
WARM_UP_SECONDS = 3.0
BOOKINGS_PER_CLIENT = 15


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement."""

    answers: list[Answer]
    seconds: float

    def milliseconds(self, share: float) -> float:
        """The latency that this share of the answers did not exceed."""
        return percentile((answer.seconds for answer in self.answers), share) * MILLISECONDS

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.answers) / self.seconds


def see_availability(url: str, day: date, clients: int, seconds: float) -> Run:
    """Ask for a day's free places again and again."""

    def ask() -> list[Answer]:
        visitor, answers = Visitor(url), []
        while time.perf_counter() < ends:
            answers.append(visitor.get(f"/availability?day={day}"))
        return answers

    started = time.perf_counter()
    ends = started + seconds
    answers = list(itertools.chain.from_iterable(together([ask] * clients, at_once=clients)))
    unexpected = {answer.status for answer in answers} - {200}
    assert not unexpected, f"/availability answered {unexpected}"
    return Run(answers, time.perf_counter() - started)


def book(works: Iterator[tuple[Visitor, Slot]], clients: int) -> Run:
    """Book, every time for another member or another time, so that nobody is refused."""

    def ask(share: list[tuple[Visitor, Slot]]) -> list[Answer]:
        return [visitor.post("/bookings/new", wish_form(POOLED_AREA, slot)) for visitor, slot in share]

    # A member's browser belongs to one client: members are dealt out, not shared.
    wanted = list(itertools.islice(works, BOOKINGS_PER_CLIENT * max(CLIENTS)))[: BOOKINGS_PER_CLIENT * clients]
    shares = [wanted[client::clients] for client in range(clients)]
    started = time.perf_counter()
    answers = list(itertools.chain.from_iterable(together([partial(ask, share) for share in shares], at_once=clients)))
    elapsed = time.perf_counter() - started
    unexpected = {answer.status for answer in answers} - {WON}
    assert not unexpected, f"a booking answered {unexpected}"
    return Run(answers, elapsed)


def cases(url: str, seconds: float) -> dict[str, Callable[[], Run]]:
    """What is measured."""
    visitors = members(url, MEMBERS)
    times = itertools.chain.from_iterable([slot] * AT_ONE_TIME for slot in quarters())
    works = zip(itertools.cycle(visitors), times, strict=False)
    day = next(quarters()).day
    see_availability(url, day, max(CLIENTS), WARM_UP_SECONDS)
    pages = {f"availability, {each} clients": partial(see_availability, url, day, each, seconds) for each in CLIENTS}
    return {**pages, **{f"booking, {each} clients": partial(book, works, each) for each in CLIENTS}}


def main(arguments: list[str] | None = None) -> int:
    """Print latencies and rates."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.pages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="how long the page is asked for in each round")
    asked = parser.parse_args(arguments)
    with a_stack() as stack:
        found = interleaved(cases(stack.public_url, asked.seconds), asked.rounds)
    rows = [
        (
            name,
            spread([run.milliseconds(0.5) for run in runs], digits=1),
            spread([run.milliseconds(0.95) for run in runs], digits=1),
            spread([run.rate for run in runs], digits=1),
            sum(len(run.answers) for run in runs),
        )
        for name, runs in found.items()
    ]
    heads = ("What", "p50 ms", "p95 ms", "per second", "answers")
    show(f"Through the front proxy, {asked.rounds} rounds: median (smallest-largest)", heads, rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
