"""Stacks side by side on one machine: their ports never meet, and are remembered."""

from dataclasses import astuple
from pathlib import Path

import pytest

from operations import programmes, stack
from operations.stack import OperationError, Ports, Stack


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing was started."""
    monkeypatch.setattr(stack, "LOCAL", tmp_path)
    return tmp_path


def started(programme: str) -> Stack:
    made = Stack.find(programme)
    made.save()
    return made


def test_the_first_stack_has_the_usual_ports() -> None:
    assert Stack.find("first").ports == Ports()


def test_stacks_side_by_side_share_no_port() -> None:
    ports = [port for name in ("one", "two", "three", "four") for port in astuple(started(name).ports)]

    assert len(ports) == len(set(ports)) == 4 * 5
    assert Stack.find("two").public_url == "http://localhost:8110"


def test_a_stack_keeps_its_ports_when_another_programme_comes_or_goes(folder: Path) -> None:
    started("middle")
    kept = started("last").ports
    started("a-new-first")
    (folder / "middle-local" / "stack.json").unlink()

    assert Stack.find("last").ports == kept
    assert Stack.find("newest").ports == Ports()


def test_ports_chosen_by_hand_are_left_alone() -> None:
    Stack("odd", ports=Ports.starting_at(8102)).save()

    assert Stack.find("next").ports == Ports.starting_at(8110)


def test_stacks_of_tests_are_not_among_the_remembered() -> None:
    Stack("one", label="test-1").save()
    started("two")

    assert [each.programme for each in Stack.remembered()] == ["two"]


def test_an_unknown_programme_is_told_which_there_are() -> None:
    with pytest.raises(OperationError, match=f"no programme 'nothing'.*{programmes.names()[0]}"):
        programmes.known("nothing")


def test_the_programme_of_a_command_without_one_exists() -> None:
    assert programmes.default() in programmes.names()
