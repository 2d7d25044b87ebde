"""The report says of each row what proves it, and never more than that."""

from typing import cast

import pytest

from tests.support.acceptance import Acceptance, Proofs, Row, report

TEST = "tests/unit/test_desk.py::test_one_wins"


def a_row(row_id: str = "B-013", quote: str = "二重予約を防ぐ") -> Row:
    return Row(row_id, "001_x.txt", "7", quote, "one wins", "F", "50 at once: one wins")


def test_the_specifications_rows_are_all_there() -> None:
    rows = Row.read_all()

    assert len(rows) == 389
    assert rows["B-013"].quote
    assert {row.row_id[0] for row in rows.values()} == set("ABCD")


def test_a_row_is_met_when_all_tests_that_claim_it_passed() -> None:
    proofs = Proofs()
    proofs.claim(TEST, ["B-013"])
    proofs.record(TEST, "passed")

    assert proofs.is_met("B-013")
    assert not proofs.is_met("B-014")


def test_a_row_with_a_skipped_test_is_not_met() -> None:
    proofs = Proofs()
    proofs.claim(TEST, ["B-013"])
    proofs.record(TEST, "skipped")

    assert not proofs.is_met("B-013")


def test_a_failure_in_any_phase_or_parameter_counts() -> None:
    proofs = Proofs()
    for case in ("[first]", "[second]"):
        proofs.claim(TEST + case, ["B-013"])
    for outcome in ("passed", "failed", "passed"):  # set up, call, tear down
        proofs.record(TEST + "[first]", outcome)
    proofs.record(TEST + "[second]", "passed")

    assert proofs.of("B-013") == {TEST: "failed"}
    assert not proofs.is_met("B-013")


def test_a_test_that_never_ran_proves_nothing() -> None:
    proofs = Proofs()
    proofs.claim(TEST, ["B-013"])

    assert proofs.of("B-013") == {TEST: "not run"}
    assert not proofs.is_met("B-013")


def test_the_report_counts_and_escapes() -> None:
    proofs = Proofs()
    proofs.claim(TEST, ["B-013"])
    proofs.record(TEST, "passed")

    text = report({"B-013": a_row(), "B-014": a_row("B-014", "a|b <c>")}, proofs)

    assert "**1 of 2 rows are met.**" in text
    assert f"`{TEST}` passed" in text
    assert "a\\|b &lt;c>" in text


def test_the_report_of_nothing_says_so() -> None:
    assert "**0 of 1 rows are met.**" in report({"B-013": a_row()}, Proofs())


def test_a_claim_for_an_unknown_row_stops_the_run() -> None:
    class Claiming:
        nodeid = TEST

        def iter_markers(self, _name: str) -> list[pytest.Mark]:
            return [pytest.mark.meets("B-013", "B-999").mark]

    with pytest.raises(pytest.UsageError, match="B-999"):
        Acceptance(None).pytest_collection_modifyitems([cast("pytest.Item", Claiming())])
