"""The monthly roll-up: how fast bookings are read and become figures, and how much memory that takes.

    python -m tests.load.rollup --rows 100000

Reading is measured against prepared pages of one MiB, never through an emulator. Bookings are
invented from a fixed seed. Memory is the peak of a process of its own that does nothing else.
"""

import argparse
import os
import random
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from madoguchi.japan.time import Month
from madoguchi.office import store
from madoguchi.office.items import BookingItem
from madoguchi.office.opening import open_days
from madoguchi.programme.definition import programme
from madoguchi.reports import usecases
from madoguchi.reports.activity import Activity
from madoguchi.reports.counting import Kind, Use
from madoguchi.reports.rules import figures_of
from tests.load.built import use_built_layers
from tests.load.canned import Item, canned_table, pages_of
from tests.load.measuring import cpu_seconds, interleaved, ratio, show, spread
from tests.load.scale import size_of

MONTH = Month(2026, 10)
PREFECTURES = ("13", "14", "27", "35")
SEED = 20261121
SHARE_USED, SHARE_CANCELLED = 0.8, 0.1
KIB_PER_MIB = 1024
ROWS_BY_PYNAMODB = 10_000
READ, READ_BY_PYNAMODB = "bookings from pages (store.month_bookings)", "the same pages through PynamoDB, for comparison"
COUNT, BOTH = "figures with their ids from bookings", "figures with their ids from pages"


def invented_uses(rows: int) -> list[Use]:
    """Bookings of one month, as the report counts them."""
    draw = random.Random(SEED)  # noqa: S311 invented data
    areas = [area.id for area in programme().office.areas]
    classes = [each.id for each in programme().members.classes]
    uses = []
    for number in range(rows):
        start, outcome = draw.randrange(34, 66), draw.random()
        kind = Kind(
            member_class=draw.choice(classes),
            home=draw.choice(PREFECTURES),
            area=draw.choice(areas),
            party=1,
            was_used=outcome < SHARE_USED,
            was_cancelled=outcome > 1 - SHARE_CANCELLED,
        )
        booking, member = f"20261001-{number:016}", f"member-{draw.randrange(max(1, rows // 4))}"
        uses.append(Use(booking, member, kind, start, start + draw.randrange(1, 4)))
    return uses


def stored(use: Use) -> Item:
    """The booking as the table holds it."""
    text = {
        "pk": f"BOOKINGS#{MONTH}",
        "sk": f"01#{use.booking_id}",
        "member_id": use.member_id,
        "number": "1234-5678",
        "member_class": use.kind.member_class,
        "home": use.kind.home,
        "work": "13",
        "affiliation": "company",
        "area": use.kind.area,
        "state": "checked_in" if use.kind.was_used else "cancelled" if use.kind.was_cancelled else "booked",
        "created_at": "2026-09-21T03:00:00Z",
        "first_id": use.booking_id,
    }
    numbers = {
        "schema": 1,
        "programme_version": 1,
        "unit": 7,
        "start": use.start,
        "end": use.end,
        "party": use.kind.party,
        "sequence": 0,
    }
    return {name: {"S": value} for name, value in text.items()} | {
        name: {"N": str(value)} for name, value in numbers.items()
    }


def activity(uses: Iterable[Use]) -> Activity:
    """A month in which nothing but these bookings happened."""
    days = tuple(open_days(programme().office, MONTH))
    return Activity(month=MONTH, open_days=days, uses=uses, joiners=(), gatherings=(), mailings=())


def read() -> int:
    """Read every booking and keep none."""
    return sum(1 for _ in store.month_bookings(MONTH))


def read_by_pynamodb() -> int:
    """The first of them with the models that pages of the site use."""
    return sum(1 for _ in islice(BookingItem.query(f"BOOKINGS#{MONTH}"), ROWS_BY_PYNAMODB))


def figures(uses: Iterable[Use] | None = None) -> int:
    """All figures of the month, from these bookings or from the table."""
    return len(list(figures_of(activity(usecases.month_uses(MONTH, 1, 31) if uses is None else uses), programme())))


def rates(uses: list[Use], rounds: int) -> Iterator[tuple[str, str]]:
    """Rows per second of each step."""

    def per_second(work: Callable[[], int], most: int = len(uses)) -> float:
        return min(most, len(uses)) / cpu_seconds(work)

    cases = {
        READ: lambda: per_second(read),
        READ_BY_PYNAMODB: lambda: per_second(read_by_pynamodb, ROWS_BY_PYNAMODB),
        COUNT: lambda: per_second(lambda: figures(uses)),
        BOTH: lambda: per_second(figures),
    }
    found = interleaved(cases, rounds)
    for name, values in found.items():
        yield name, spread(values)
    yield "reading: times as fast as PynamoDB", ratio(found[READ], found[READ_BY_PYNAMODB])


def peak_mib(work: Callable[[], int]) -> int:
    """The most memory that a fresh process takes for the work."""
    process = get_context("spawn")
    with process.Pool(1, initializer=use_built_layers) as alone:
        return alone.apply(_peak_of, (work,))


def _peak_of(work: Callable[[], int]) -> int:
    work()
    # Not getrusage: a child starts with its parent's peak there.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) // KIB_PER_MIB


def main(arguments: list[str] | None = None) -> int:
    """Print rows per second."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.rollup", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments)
    use_built_layers()
    uses = invented_uses(asked.rows)
    pages = pages_of([stored(use) for use in uses], size_of(stored(uses[0])))
    with canned_table(pages) as address:
        os.environ["AWS_ENDPOINT_URL"] = address  # noqa: TID251 the clients of this process and its children
        rows = list(rates(uses, asked.rounds))
        memory = [(name, peak_mib(work)) for name, work in (("nothing", int), (READ, read), (BOTH, figures))]
    title = f"Roll-up, {asked.rows:,} bookings"
    show(f"{title}, {asked.rounds} rounds", ("Step", "rows per second of one core"), rows)
    show(f"{title}, peak memory of a process", ("Step", "MiB"), memory)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
