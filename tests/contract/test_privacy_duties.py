"""Each duty of data protection that the documentation calls proven is proven by a test that exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROOF = re.compile(r"`(tests/\S+\.py)::(\w+)`")
PROOFS = PROOF.findall((ROOT / "docs" / "privacy-duties.md").read_text(encoding="utf-8"))


def test_every_proven_duty_names_its_test() -> None:
    text = (ROOT / "docs" / "privacy-duties.md").read_text(encoding="utf-8")
    proven = text.partition("## Duties with a test")[2].partition("## Duties that")[0]
    rows = [line for line in proven.splitlines() if line.startswith("|")][2:]

    assert len(rows) == len(PROOFS) >= 15


@pytest.mark.parametrize(("file", "test"), PROOFS, ids=lambda part: part)
def test_the_test_that_a_duty_names_exists(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")
