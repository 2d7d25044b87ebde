"""The monthly roll-up: how fast bookings become figures, and how fast they are read.

    python -m tests.load.rollup --rows 100000

Reading is measured against prepared pages of one MiB, never through an emulator. Bookings are
invented from a fixed seed.
"""

import argparse
import os
import random
import resource
from collections.abc import Iterator

from madoguchi.japan.time import Month
from madoguchi.office import store
from madoguchi.office.opening import open_days
from madoguchi.programme.definition import programme
from madoguchi.reports.rules import Activity, Use, figures_of
from tests.load.built import use_built_layers
from tests.load.canned import Item, canned_table, pages_of
from tests.load.measuring import cpu_seconds, interleaved, show, spread
from tests.load.scale import size_of

MONTH = Month(2026, 10)
PREFECTURES = ("13", "14", "27", "35")
SEED = 20261121
SHARE_USED, SHARE_CANCELLED = 0.8, 0.1
KIB_PER_MIB = 1024


def invented_uses(rows: int) -> list[Use]:
    """Bookings of one month, as the report counts them."""
    draw = random.Random(SEED)  # noqa: S311 invented data
    areas = [area.id for area in programme().office.areas]
    classes = [each.id for each in programme().classes]
    uses = []
    for number in range(rows):
        start, outcome = draw.randrange(34, 66), draw.random()
        uses.append(
            Use(
                booking_id=f"20261001-{number:016}",
                member_id=f"member-{draw.randrange(max(1, rows // 4))}",
                member_class=draw.choice(classes),
                home=draw.choice(PREFECTURES),
                area=draw.choice(areas),
                quarters=range(start, start + draw.randrange(1, 4)),
                party=1,
                was_used=outcome < SHARE_USED,
                was_cancelled=outcome > 1 - SHARE_CANCELLED,
            )
        )
    return uses


def stored(use: Use) -> Item:
    """The booking as the table holds it."""
    text = {
        "pk": f"BOOKINGS#{MONTH}",
        "sk": f"01#{use.booking_id}",
        "member_id": use.member_id,
        "number": "1234-5678",
        "member_class": use.member_class,
        "home": use.home,
        "work": "13",
        "affiliation": "company",
        "area": use.area,
        "state": "checked_in" if use.was_used else "booked",
        "created_at": "2026-09-21T03:00:00Z",
        "first_id": use.booking_id,
    }
    numbers = {
        "schema": 1,
        "programme_version": 1,
        "unit": 7,
        "start": use.quarters.start,
        "end": use.quarters.stop,
        "party": use.party,
        "sequence": 0,
    }
    return {name: {"S": value} for name, value in text.items()} | {
        name: {"N": str(value)} for name, value in numbers.items()
    }


def activity(uses: list[Use]) -> Activity:
    """A month in which nothing but these bookings happened."""
    days = tuple(open_days(programme().office, MONTH))
    return Activity(month=MONTH, open_days=days, uses=tuple(uses), joiners=(), gatherings=(), mailings=())


def rates(rows: int, rounds: int) -> Iterator[tuple[str, str]]:
    """Rows per second of each step."""
    uses = invented_uses(rows)
    month, items = activity(uses), [stored(use) for use in uses]
    with canned_table(pages_of(items, size_of(items[0]))) as address:
        os.environ["AWS_ENDPOINT_URL"] = address  # noqa: TID251 the client of this process alone
        cases = {
            "figures from bookings (aggregation)": lambda: (
                rows / cpu_seconds(lambda: list(figures_of(month, programme())))
            ),
            "bookings from pages (store.month_bookings)": lambda: (
                rows / cpu_seconds(lambda: sum(1 for _ in store.month_bookings(MONTH)))
            ),
        }
        for name, found in interleaved(cases, rounds).items():
            yield name, spread(found)


def main(arguments: list[str] | None = None) -> int:
    """Print rows per second."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.rollup", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments)
    use_built_layers()
    rows = list(rates(asked.rows, asked.rounds))
    show(f"Roll-up, {asked.rows:,} bookings, {asked.rounds} rounds", ("Step", "rows per second of one core"), rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
    print(f"\nPeak memory of this process, the invented rows and pages included: {peak:.0f} MiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
