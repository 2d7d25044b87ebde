"""A complete stack of the tests' own: own local cloud, own ports, own state. A running `make up` is not disturbed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from operations import lifecycle
from operations.accounts import Login
from operations.stack import LOCAL, ROOT, Ports, Stack, clean_environment

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PROGRAMME = "telework-office"
"""What most tests try."""
NO_BROWSER = "No Chromium was found on PATH. Install it, for example: apt-get install chromium"
RUNNING: list[Browser] = []
"""The browser of this process, once somebody asked for it."""


@dataclass(frozen=True, slots=True)
class RunningStack:
    """A started stack, as the tests see it."""

    stack: Stack

    @property
    def public_url(self) -> str:
        return self.stack.public_url

    @property
    def staff_url(self) -> str:
        return self.stack.staff_url

    @property
    def inbox_url(self) -> str:
        return self.stack.inbox_url

    @property
    def endpoint(self) -> str:
        return self.stack.endpoint

    def client(self, service: str) -> Any:  # noqa: ANN401 - one client type per service
        """A boto3 client with the local cloud's root key."""
        return self.stack.client(service)

    def table(self, capability: str) -> Any:  # noqa: ANN401 - resources have no types of their own
        """A table of the stack, as a boto3 resource: items are plain Python values."""
        resource = self.stack.boto3_session().resource("dynamodb", endpoint_url=self.endpoint)
        return resource.Table(f"{self.stack.name}-{capability}")

    def invoke(self, function: str, payload: object) -> Any:  # noqa: ANN401 - whatever the function returns
        """Call a function by its folder's name, with a payload like those in events/."""
        return self.stack.invoke(function, payload)

    def invite(self, email: str, name: str, role: str) -> Login:
        """Make a staff account with the command that operators use."""
        words = ["staff", "invite", "--email", email, "--name", name, "--role", role, "--json"]
        return Login(**json.loads(self.madoguchi(*words)))

    def madoguchi(self, *words: str) -> str:
        """Run the `madoguchi` command for this stack and return what it prints."""
        which = ["--programme", self.stack.programme, "--label", self.stack.label]
        command = [sys.executable, "-m", "operations", *words, *which]
        done = subprocess.run(
            command, cwd=ROOT, env=clean_environment(self.stack), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def down(self) -> None:
        """Stop it. Its logs stay in .local/ until the next test run."""
        lifecycle.stop(self.stack)


def start(purpose: str, programme: str = PROGRAMME) -> RunningStack:
    """Start a stack of a programme on free ports, whose local cloud enforces every role's policies."""
    _forget_earlier()
    stack = Stack(programme, ports=Ports.free(), label=f"test-{purpose}-{os.getpid()}", auth=True)
    try:
        lifecycle.start(stack)
    except BaseException:
        lifecycle.stop(stack)
        raise
    return RunningStack(stack)


def _forget_earlier() -> None:
    """Erase the stacks of earlier test runs, unless such a run still goes on."""
    for folder in LOCAL.glob("test-*-*"):
        owner = int(folder.name.rsplit("-", 1)[1])
        if owner == os.getpid() or _is_alive(owner):
            continue
        note = folder / "stack.json"
        if note.is_file():
            lifecycle.erase(Stack.from_json(note.read_text()))
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


class Stacks:
    """A running stack of each programme that a test asks for; it is started once and kept for the tests after it."""

    def __init__(self) -> None:
        self._running: dict[str, RunningStack] = {}

    def __getitem__(self, programme: str) -> RunningStack:
        """The running stack of this programme, with other programmes' stacks beside it."""
        if programme not in self._running:
            self._running[programme] = start(programme, programme)
        return self._running[programme]

    def down(self) -> None:
        """Stop them all."""
        for running in self._running.values():
            running.down()


@pytest.fixture(scope="session")
def stacks() -> Iterator[Stacks]:
    """The stacks of all end-to-end tests, one for each programme that is asked for: `stacks["<programme>"]`."""
    running = Stacks()
    yield running
    running.down()


@pytest.fixture(scope="session")
def stack(stacks: Stacks) -> RunningStack:
    """The stack that most end-to-end tests share."""
    return stacks[PROGRAMME]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; never a downloaded one, and never skipped.

    Each folder that imports this fixture gets one of its own, and Playwright runs once in a process: all share it.
    """
    if RUNNING:
        yield RUNNING[0]
        return
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail(NO_BROWSER)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        RUNNING.append(chromium)
        yield chromium
        RUNNING.clear()
        chromium.close()
