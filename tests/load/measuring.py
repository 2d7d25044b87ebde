"""What every benchmark needs: interleaved rounds, medians, ratios, and tables that print them."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

MILLISECONDS = 1000
Result = TypeVar("Result")


def interleaved(cases: Mapping[str, Callable[[], Result]], rounds: int) -> dict[str, list[Result]]:
    """Measure every case once per round, each round beginning with another case: noise hits all alike."""
    names = list(cases)
    found: dict[str, list[Result]] = {name: [] for name in names}
    for turn in range(rounds):
        first = turn % len(names)
        for name in [*names[first:], *names[:first]]:
            found[name].append(cases[name]())
    return found


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def cpu_seconds(work: Callable[[], object]) -> float:
    """How long one core works on it, whatever else this machine does."""
    started = time.process_time()
    work()
    return time.process_time() - started


def ratio(some: Sequence[float], others: Sequence[float]) -> str:
    """The median of the paired ratios, with the smallest and largest: 0.41 (0.38-0.46)."""
    pairs = [one / other for one, other in zip(some, others, strict=True)]
    return f"{statistics.median(pairs):.2f} ({min(pairs):.2f}-{max(pairs):.2f})"


def spread(values: Sequence[float], *, digits: int = 0) -> str:
    """The median with the smallest and largest."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table in Markdown, ready for docs/performance.md."""
    print(f"\n### {title}\n")
    print(f"| {' | '.join(heads)} |")
    print(f"|{'---|' * len(heads)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)
