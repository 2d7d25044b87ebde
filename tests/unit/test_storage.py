"""Transactions: which refusal is raised, and what happens when DynamoDB reports a conflict."""

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from pynamodb.exceptions import TransactWriteError

from madoguchi.office.items import UnitItem
from madoguchi.refusals import ConflictError
from madoguchi.storage import ATTEMPTS_ON_CONFLICT, Transaction


class FirstError(ConflictError):
    """The refusal of the operation that is added first."""


class SecondError(ConflictError):
    """The refusal of the operation that is added second."""


class StubbedDynamo:
    """Stands in for the service: cancels with the given reasons, then lets the write pass."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []

    def answer(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Answer as the service does."""
        assert operation == "TransactWriteItems"
        self.requests.append(request)
        if self.answers:
            reasons = [{"Code": code} for code in self.answers.pop(0)]
            cancelled = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(cancelled, operation)  # type: ignore[arg-type]
        return {}


def stub(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> StubbedDynamo:
    """Let every transaction meet the stub, without waiting between attempts."""
    dynamo = StubbedDynamo(*answers)
    monkeypatch.setattr(BaseClient, "_make_api_call", lambda _, operation, request: dynamo.answer(operation, request))
    monkeypatch.setattr("madoguchi.storage.time.sleep", lambda _: None)
    return dynamo


def two_operations() -> Transaction:
    """An update added first and a put added second; PynamoDB sends the put before the update."""
    transaction = Transaction()
    condition = UnitItem.pk.does_not_exist()
    transaction.update(UnitItem("m", "1"), [UnitItem.taken.add({1})], condition, FirstError)
    transaction.save(UnitItem("m", "2"), condition, SecondError)
    return transaction


def test_a_conflict_is_tried_again_with_the_same_token(monkeypatch: pytest.MonkeyPatch) -> None:
    dynamo = stub(monkeypatch, ["TransactionConflict", "None"], ["None", "TransactionConflict"])

    two_operations().commit()

    assert len(dynamo.requests) == 3
    assert dynamo.requests[0] == dynamo.requests[1] == dynamo.requests[2]
    assert dynamo.requests[0]["ClientRequestToken"]


def test_two_transactions_have_two_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    dynamo = stub(monkeypatch)

    two_operations().commit()
    two_operations().commit()

    first, second = (each["ClientRequestToken"] for each in dynamo.requests)
    assert first != second


def test_conflicts_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    dynamo = stub(monkeypatch, *[["TransactionConflict", "None"]] * (ATTEMPTS_ON_CONFLICT + 1))

    with pytest.raises(ConflictError) as refused:
        two_operations().commit()

    assert type(refused.value) is ConflictError
    assert len(dynamo.requests) == ATTEMPTS_ON_CONFLICT


@pytest.mark.parametrize(
    ("codes", "refusal"),
    [
        (["None", "ConditionalCheckFailed"], FirstError),
        (["ConditionalCheckFailed", "None"], SecondError),
        (["ConditionalCheckFailed", "ConditionalCheckFailed"], FirstError),
        (["ConditionalCheckFailed", "TransactionConflict"], SecondError),
    ],
    ids=["the update failed", "the put failed", "both: the one added first", "a conflict beside a failed condition"],
)
def test_the_refusal_belongs_to_the_operation_that_failed(
    monkeypatch: pytest.MonkeyPatch, codes: list[str], refusal: type[ConflictError]
) -> None:
    """Reasons come in the order in which PynamoDB sends: checks, deletes, puts, updates."""
    dynamo = stub(monkeypatch, codes)

    with pytest.raises(refusal):
        two_operations().commit()

    (sent,) = dynamo.requests
    assert [*map(list, sent["TransactItems"])] == [["Put"], ["Update"]]


def test_any_other_reason_is_a_bug_and_passes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, ["None", "ValidationError"])

    with pytest.raises(TransactWriteError):
        two_operations().commit()
