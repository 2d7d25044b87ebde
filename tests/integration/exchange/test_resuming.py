"""An import that is killed anywhere, delivered twice or taken up by two workers at once: every line counts once."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import botocore.client
import pytest

from madoguchi.exchange import import_store, import_work, importing
from madoguchi.exchange.import_lines import UPDATE, Arrangement
from madoguchi.exchange.import_store import State
from madoguchi.japan.time import Month
from madoguchi.members import store
from madoguchi.storage import transaction
from tests.support.lists import Importer, a_line, a_list, take
from tests.support.members import NOW, a_member

PEOPLE = 5
BY: dict[str, Any] = {"by": "staff-1", "source": "192.0.2.1", "now": NOW}
NUMBERS = [f"M-{number:05}" for number in range(PEOPLE)]


class Killed(BaseException):
    """The worker's process is killed."""


class Outside:
    """Everything outside the process: does `then` just before a certain call."""

    def __init__(self) -> None:
        self.calls_left: float = float("inf")
        self.then: Callable[[], None] = self.kill

    def kill(self) -> None:
        raise Killed

    def step(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 whatever the call returns
        self.calls_left -= 1
        if self.calls_left == 0:
            self.then()
        return call()


@pytest.fixture
def outside(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:  # noqa: ARG001
    made, real = Outside(), vars(botocore.client.BaseClient)["_make_api_call"]

    def watched(self: Any, operation: str, arguments: Any) -> Any:  # noqa: ANN401
        return made.step(lambda: real(self, operation, arguments))

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", watched)
    monkeypatch.setattr(importing, "CHUNK_PEOPLE", 3)
    monkeypatch.setattr(import_work, "PEOPLE_AT_ONCE", 2)
    yield made
    made.calls_left = float("inf")


def a_started_import(importer: Importer) -> tuple[str, list[str]]:
    """An import of new people and a known one, whose tasks are queued; its id and the tasks."""
    if store.id_of_address("person0@example.jp") is None:
        with transaction() as t:
            store.add(t, a_member(email="person0@example.jp"))
    content = a_list([a_line(number, 主な利用目的="就職活動") for number in range(PEOPLE)]).encode()
    import_id = importing.upload(content, file_name="名簿.csv", form_id="person", **BY)
    known = import_store.get(import_id)
    arrangement = Arrangement(keys=importing.guess(known), consents=["terms"], basis="旧登録", existing=UPDATE)
    importing.arrange(known, arrangement, **BY)
    importer.worker.work()
    importing.start(import_store.get(import_id), without_errors=False, **BY)
    return import_id, take()


def outcome(import_id: str) -> tuple[State, Counter[str], list[str]]:
    """The state, the tally, and the numbers of all who are there."""
    known = import_store.get(import_id)
    ids = [each.member_id for month in (Month(2024, 4), Month(2026, 11)) for each in store.registrations(month)]
    numbers = sorted(member.number for member in store.those(ids).values())
    assert len(ids) == len(numbers)
    return known.state, importing.progress(known).tally, numbers


WHOLE = (State.DONE, Counter(created=PEOPLE - 1, updated=1), sorted(["1234-5678", *NUMBERS[1:]]))


@pytest.mark.parametrize("calls", range(2, 24, 2))
def test_killed_before_any_call_and_delivered_again_every_line_counts_once(
    importer: Importer, outside: Outside, calls: int
) -> None:
    import_id, tasks = a_started_import(importer)
    outside.calls_left = calls
    for task in tasks:
        try:
            importer.worker.do(task)
        except Killed:
            importer.worker.do(task)
    outside.calls_left = float("inf")

    assert outcome(import_id) == WHOLE


def test_everything_delivered_twice_changes_nothing(importer: Importer) -> None:
    import_id, tasks = a_started_import(importer)

    for task in [*tasks, *tasks]:
        importer.worker.do(task)

    assert outcome(import_id) == WHOLE


@pytest.mark.parametrize("calls", range(3, 12, 4))
def test_two_workers_at_one_portion_do_not_get_in_each_others_way(
    importer: Importer, outside: Outside, calls: int
) -> None:
    import_id, tasks = a_started_import(importer)
    outside.then = lambda: importer.worker.do(tasks[0])
    outside.calls_left = calls

    for task in tasks:
        importer.worker.do(task)
    outside.calls_left = float("inf")

    assert outcome(import_id) == WHOLE


@pytest.mark.usefixtures("outside")
def test_what_was_lost_from_the_queue_is_queued_again_by_a_button(importer: Importer) -> None:
    import_id, tasks = a_started_import(importer)
    importer.worker.do(tasks[1])
    assert importer.state(import_id) == "取込み中"

    page = f"/imports/{import_id}"
    answer = importer.browser.submit(page, f"{page}/resume", {})
    importer.worker.work()

    assert answer.location == f"{page}?done=resumed"
    assert outcome(import_id) == WHOLE


def test_somebody_who_registers_between_check_and_import_stays_one_person(importer: Importer) -> None:
    import_id = importer.check(a_list([a_line(1), a_line(2)]))
    with transaction() as t:
        store.add(t, a_member(email="person1@example.jp"))

    importer.start(import_id)
    importer.worker.work()

    assert store.id_of_address("person1@example.jp") == "member-1"
    known = import_store.get(import_id)
    assert (known.state, importing.progress(known).tally) == (State.DONE, Counter(created=1, left=1))
