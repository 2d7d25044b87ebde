"""What every store builds on: table names from the settings, schema numbers, transactions.

A transaction names, for each of its operations, the refusal that its condition stands for.
DynamoDB answers in its own order (PynamoDB sends checks, deletes, puts, updates, whatever the
order of the calls); here the refusal that was *added first* wins, so a use case adds
"the same booking again" before "taken".
"""

import contextlib
import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from madoguchi.refusals import ConflictError, Refusal
from madoguchi.settings import settings

# What DynamoDB answers when the condition of a single write was not met.
CONDITION_FAILED = "ConditionalCheckFailedException"
ATTEMPTS_ON_CONFLICT = 8
SLEEP_ON_CONFLICT_SECONDS = 0.05


class TableMeta(type):
    """Lets a model's Meta name a capability; the table's name comes from the settings."""

    capability: str

    @property
    def table_name(cls) -> str:
        """The full name of the capability's table."""
        return settings().table(cls.capability)


class Item(Model):
    """A stored item: string keys, and the number of the schema it was written in."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(default=1)


class OwedIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Sparse: holds only the items that still owe somebody a mail."""

    class Meta:
        """Index properties."""

        index_name = "owed"
        projection = KeysOnlyProjection()

    owed = UnicodeAttribute(hash_key=True)
    owed_at = UnicodeAttribute(range_key=True)


@dataclass(slots=True)
class _Operation:
    add: Callable[[TransactWrite], None]
    refusal: type[Refusal] | None


class Transaction:
    """All or nothing; raises the first-added refusal among the conditions that failed.

    Retries DynamoDB's TransactionConflict with jitter and the same client request token.
    """

    ORDER: ClassVar = ("check", "delete", "save", "update")

    def __init__(self) -> None:
        """Start empty."""
        self._operations: list[tuple[str, _Operation]] = []

    def check(self, model: type[Item], pk: str, sk: str, condition: Condition, refusal: type[Refusal]) -> None:
        """Demand a condition of an item that the transaction does not change."""
        self._add("check", lambda t: t.condition_check(model, pk, sk, condition), refusal)

    def delete(self, item: Item, condition: Condition | None = None, refusal: type[Refusal] | None = None) -> None:
        """Delete an item."""
        self._add("delete", lambda t: t.delete(item, condition), refusal)

    def save(self, item: Item, condition: Condition | None = None, refusal: type[Refusal] | None = None) -> None:
        """Put an item."""
        self._add("save", lambda t: t.save(item, condition), refusal)

    def update(
        self,
        item: Item,
        actions: Sequence[Action],
        condition: Condition | None = None,
        refusal: type[Refusal] | None = None,
    ) -> None:
        """Update an item."""
        self._add("update", lambda t: t.update(item, list(actions), condition), refusal)

    def _add(self, kind: str, add: Callable[[TransactWrite], None], refusal: type[Refusal] | None) -> None:
        self._operations.append((kind, _Operation(add, refusal)))

    def commit(self) -> None:
        """Write everything, or raise the refusal that explains why not."""
        token = str(uuid.uuid4())
        for attempt in range(ATTEMPTS_ON_CONFLICT):
            try:
                self._write(token)
            except TransactWriteError as error:
                codes = [reason.code if reason else "None" for reason in error.cancellation_reasons]
                self._refuse(codes, error)
            else:
                return
            time.sleep(random.uniform(0, SLEEP_ON_CONFLICT_SECONDS * 2**attempt))  # noqa: S311 jitter
        raise ConflictError

    def _write(self, token: str) -> None:
        # A condition object remembers nothing, but models do: each attempt builds its own request.
        with TransactWrite(connection=_connection(), client_request_token=token) as write:
            for _, operation in self._operations:
                operation.add(write)

    def _refuse(self, codes: list[str], error: TransactWriteError) -> None:
        """Raise for failed conditions; return only when nothing but conflicts stood in the way."""
        in_sent_order = sorted(self._operations, key=lambda entry: self.ORDER.index(entry[0]))
        failed = {
            id(operation)
            for (_, operation), code in zip(in_sent_order, codes, strict=False)
            if code == "ConditionalCheckFailed"
        }
        for _, operation in self._operations:
            if id(operation) in failed:
                raise (operation.refusal or ConflictError) from error
        if "TransactionConflict" not in codes:
            raise error


_clients: dict[tuple[str, str], Any] = {}


@cache
def _connection() -> Connection:
    return Connection()


def forget_clients() -> None:
    """Drop cached connections (the tests' account is a new one each time)."""
    _connection.cache_clear()
    _clients.clear()


@contextlib.contextmanager
def transaction() -> Iterator[Transaction]:
    """Collect operations; commit them when the block ends without an exception."""
    collected = Transaction()
    yield collected
    collected.commit()


def client(service: str, *, purpose: str = "") -> Any:  # noqa: ANN401 botocore's clients are built at run time
    """A botocore client, made when a branch needs it and kept for the life of the process.

    A purpose that changes how a client works gets one of its own.
    """
    key = service, purpose
    if key not in _clients:
        import botocore.session  # noqa: PLC0415 only the branches that need a client pay for it
        from botocore.config import Config  # noqa: PLC0415

        session = botocore.session.get_session()
        _clients[key] = session.create_client(
            service, config=Config(signature_version="s3v4") if service == "s3" else None
        )
    return _clients[key]
