"""The marker `meets`: which rows of docs/acceptance.csv a test proves, and the report of them all.

    @pytest.mark.meets("B-013", "B-014")
    def test_two_people_never_get_the_same_desk(): ...

A row is met when at least one test proves it and every test that says so passed.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = ROOT / "docs" / "acceptance.csv"
CLASSES = {
    "F": "functions",
    "N": "qualities",
    "C": "conditions",
    "R": "records of the work",
    "X": "outside the software",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a specification asks for, and how to check it."""

    row_id: str
    specification: str
    line: str
    quote: str
    must: str
    kind: str
    check: str

    @classmethod
    def read_all(cls, path: Path = ROWS) -> dict[str, Self]:
        """Every row by its id, in the order of the file."""
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = {"id": "row_id", "class": "kind"}
            rows = [cls(**{names.get(key, key): value for key, value in row.items()}) for row in csv.DictReader(file)]
        return {row.row_id: row for row in rows}


@dataclass(slots=True)
class Proofs:
    """Which tests prove which rows, and how each of them ended."""

    rows_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)

    def claim(self, test: str, rows: Iterable[str]) -> None:
        """Note that a test proves rows."""
        self.rows_of[test] = tuple(rows)

    def record(self, test: str, outcome: str) -> None:
        """Note how one phase of a test ended; what is worse than `passed` stays."""
        if test in self.rows_of and self.outcomes.get(test, "passed") == "passed":
            self.outcomes[test] = outcome

    def of(self, row: str) -> dict[str, str]:
        """The tests that prove a row, parameters left out, with their outcome: the worst of all parameters."""
        found: dict[str, str] = {}
        for test, rows in self.rows_of.items():
            name = test.partition("[")[0]
            if row in rows and found.get(name, "passed") == "passed":
                found[name] = self.outcomes.get(test, "not run")
        return found

    def is_met(self, row: str) -> bool:
        """Whether a test proves the row and all that say so passed."""
        outcomes = self.of(row).values()
        return bool(outcomes) and all(outcome == "passed" for outcome in outcomes)


def rows_of(item: pytest.Item) -> tuple[str, ...]:
    """The rows that a test says it proves."""
    return tuple(dict.fromkeys(str(row) for mark in item.iter_markers("meets") for row in mark.args))


def report(rows: dict[str, Row], proofs: Proofs) -> str:
    """The rows, the tests that prove them and their results, as Markdown."""
    met = [row for row in rows.values() if proofs.is_met(row.row_id)]
    broken = [row for row in rows.values() if proofs.of(row.row_id) and not proofs.is_met(row.row_id)]
    others = [row for row in rows.values() if not proofs.of(row.row_id)]
    return "\n".join(
        [
            "# What the specifications ask for, and what proves it",
            "",
            "Written by `make acceptance` from `docs/acceptance.csv` and the tests marked `meets`; do not edit.",
            "A row counts as met only when every test that claims it passed.",
            "",
            f"**{len(met)} of {len(rows)} rows are met.**",
            "",
            *_summary(rows.values(), proofs),
            "",
            *_section("Met", met, proofs),
            *_section("Claimed, but a test did not pass", broken, proofs),
            *_section("Without proof so far", others, proofs),
        ]
    )


def _summary(rows: Iterable[Row], proofs: Proofs) -> Iterator[str]:
    yield "| Specification | Rows | Met |"
    yield "|---|---:|---:|"
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(f"{row.row_id[0]} ({row.specification[:3]})", []).append(row)
    for name, group in groups.items():
        yield f"| {name} | {len(group)} | {sum(proofs.is_met(row.row_id) for row in group)} |"
    kinds = ", ".join(f"{letter} = {meaning}" for letter, meaning in CLASSES.items())
    yield f"\nClasses: {kinds}."


def _section(title: str, rows: list[Row], proofs: Proofs) -> Iterator[str]:
    if not rows:
        return
    yield f"## {title}"
    yield ""
    yield "| Row | Class | Phrase of the specification | Check | Tests |"
    yield "|---|---|---|---|---|"
    for row in rows:
        tests = "<br>".join(f"`{test}` {outcome}" for test, outcome in proofs.of(row.row_id).items())
        where = f"{row.row_id} (line {row.line})"
        yield f"| {where} | {row.kind} | {_cell(row.quote)} | {_cell(row.check)} | {tests or '—'} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


class Acceptance:
    """The plugin: refuses unknown rows, collects results, writes the report."""

    def __init__(self, target: Path | None) -> None:
        self._target = target
        self._rows = Row.read_all()
        self._proofs = Proofs()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note every claim; a row that does not exist is an error of the run, not of one test."""
        for item in items:
            claimed = rows_of(item)
            unknown = [row for row in claimed if row not in self._rows]
            if unknown:
                message = f"{item.nodeid} claims rows that docs/acceptance.csv does not have: {', '.join(unknown)}"
                raise pytest.UsageError(message)
            if claimed:
                self._proofs.claim(item.nodeid, claimed)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how each phase of a test ended."""
        self._proofs.record(report.nodeid, report.outcome)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the report after a complete run, whether or not all tests passed."""
        complete = exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED} and not session.shouldstop
        if self._target and complete and not session.config.option.collectonly:
            self._target.write_text(report(self._rows, self._proofs), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--acceptance`."""
    parser.addoption("--acceptance", metavar="FILE", default=None, help="write which rows are met to this file")


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin (pyproject.toml registers the marker)."""
    target = config.getoption("--acceptance")
    config.pluginmanager.register(Acceptance(Path(target) if target else None), "acceptance")
