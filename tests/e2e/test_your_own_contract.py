"""docs/your-own-contract.md, followed word by word by somebody who only has that page."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations import lifecycle, programmes
from operations.stack import ROOT, Stack

PAGE = ROOT / "docs" / "your-own-contract.md"
DOCUMENTED, DOCUMENTED_SITE = "minato-coworking", "http://localhost:8110"
BLOCK = re.compile(r"^```(console|diff)\n(.*?)^```", re.MULTILINE | re.DOTALL)
REFUSED = re.compile(r"^\S+\.(yaml:\d+: |toml has no )")
"""What a command prints when it refuses, as the page shows on purpose."""


@pytest.fixture
def name() -> Iterator[str]:
    """The reader's programme, and nothing of it afterwards."""
    chosen = f"test-reader-{os.getpid()}"
    label = f"test-contract-{os.getpid()}"
    yield chosen
    lifecycle.erase(Stack.find(chosen, label))
    shutil.rmtree(programmes.FOLDER / chosen, ignore_errors=True)


class Reader:
    """Somebody who does what the page says, with a name of their own for the programme."""

    def __init__(self, programme: str) -> None:
        self.programme = programme
        self.site = DOCUMENTED_SITE
        self._label = f"test-contract-{os.getpid()}"

    def follow(self, kind: str, block: str) -> None:
        """Do what a block of the page says."""
        if kind == "diff":
            self._edit(block)
            return
        command, *printed = block.splitlines()
        self._run(command.removeprefix("$ "), printed)

    def _edit(self, block: str) -> None:
        file = programmes.FOLDER / self.programme / programmes.DEFINITION
        text = file.read_text(encoding="utf-8")
        before = "".join(line[1:] for line in block.splitlines(keepends=True) if line[0] in " -")
        after = "".join(line[1:] for line in block.splitlines(keepends=True) if line[0] in " +")
        assert text.count(before) == 1, f"the page edits what does not stand there once:\n{before}"
        file.write_text(text.replace(before, after), encoding="utf-8")

    def _run(self, command: str, printed: list[str]) -> None:
        typed = command.replace(DOCUMENTED, self.programme).replace(DOCUMENTED_SITE, self.site)
        # The label lets the test's stack be told from those that people use.
        environment = {**os.environ, "MADOGUCHI_LABEL": self._label}  # noqa: TID251 the caller's shell
        done = subprocess.run(
            ["/bin/sh", "-c", typed], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        refuses = any(REFUSED.match(line) for line in printed)
        assert bool(done.returncode) == refuses, f"{typed}\n{said}"
        for line in printed:
            assert _pattern(line.replace(DOCUMENTED, self.programme)).search(said), f"{typed}\n{line}\n{said}"
        if found := re.search(r"Public site\s+(http://localhost:\d+)/", said):
            self.site = found[1]


def _pattern(line: str) -> re.Pattern[str]:
    """The documented line; ports, numbers of lines and times may be others on this machine."""
    text = re.sub(r"\d+(\.\d+)? s\b.*", "SECONDS", line.strip())
    text = re.escape(text).replace("SECONDS", r"\d+\.\d s.*")
    text = re.sub(r"localhost:\d+", r"localhost:\\d+", text)
    return re.compile(re.sub(r"(\\ )+", r"\\s+", text))


def blocks(page: Path) -> list[tuple[str, str]]:
    return [(found[1], found[2]) for found in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def test_the_page_can_be_followed_to_its_end(name: str) -> None:
    reader = Reader(name)

    for kind, block in blocks(PAGE):
        reader.follow(kind, block)

    assert reader.site != DOCUMENTED_SITE, "the reader's site was started"


def test_the_page_shows_every_step() -> None:
    commands = [block.split("\n")[0] for kind, block in blocks(PAGE) if kind == "console"]

    for step in ("programme new", "programme check", "make up", "curl", "programme revise", "make deploy", "make down"):
        assert any(step in command for command in commands), step
