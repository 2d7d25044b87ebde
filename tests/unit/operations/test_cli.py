"""`up`, `down` and `reset` for one programme and for all of them."""

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from operations import cli, lifecycle, programmes, stack
from operations.stack import OperationError, Ports, Stack

NAMES = ["alpha", "beta", "gamma"]


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine with three programmes; what `up all` would run for each of them."""
    commands: list[list[str]] = []

    def run(command: list[str], *, check: bool) -> subprocess.CompletedProcess[bytes]:
        assert not check
        words = command[command.index("up") :]
        commands.append(words)
        port = int(words[words.index("--port") + 1])
        found = Stack.find(words[words.index("--programme") + 1])
        Stack(found.programme, ports=Ports.starting_at(port) if port else found.ports).save()
        return subprocess.CompletedProcess(command, 1 if found.programme == "broken" else 0)

    monkeypatch.setattr(stack, "LOCAL", tmp_path)
    monkeypatch.setattr(programmes, "names", lambda: NAMES)
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def call(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli.app, words, input=typed)


def test_all_programmes_are_started_and_their_addresses_shown(machine: list[list[str]]) -> None:
    done = call("up", "--programme", "all")

    assert done.exit_code == 0, done.output
    assert [words[2] for words in machine] == NAMES
    table = [line.split() for line in done.output.splitlines() if "http" in line]
    assert table == [
        ["alpha", "http://localhost:8100/", "http://localhost:8101/", "http://localhost:8102/"],
        ["beta", "http://localhost:8110/", "http://localhost:8111/", "http://localhost:8112/"],
        ["gamma", "http://localhost:8120/", "http://localhost:8121/", "http://localhost:8122/"],
    ]


def test_a_first_port_is_that_of_the_first_programme() -> None:
    done = call("up", "--programme", "all", "--port", "8300")

    assert "http://localhost:8300/" in done.output
    assert "http://localhost:8320/" in done.output


def test_one_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programmes, "names", lambda: ["alpha", "broken", "gamma"])

    done = call("up", "--programme", "all")

    assert isinstance(done.exception, OperationError)
    assert "broken did not start" in str(done.exception)


def test_all_that_was_started_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "stop", lambda found: found.programme != "beta")
    call("up", "--programme", "all")

    assert "Stopped: alpha, gamma; the data are kept." in call("down", "--programme", "all").output


def test_everything_is_erased_only_after_a_yes(machine: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    erased: list[str] = []
    monkeypatch.setattr(lifecycle, "erase", lambda found: erased.append(found.programme))
    call("up", "--programme", "all")

    assert call("reset", "--programme", "all", typed="n\n").exit_code == 1
    assert erased == []
    call("reset", "--programme", "all", typed="y\n")
    assert erased == NAMES


def test_a_programme_that_is_not_there_is_refused_with_those_that_are() -> None:
    done = call("up", "--programme", "delta")

    assert "There are: alpha, beta, gamma" in str(done.exception)
