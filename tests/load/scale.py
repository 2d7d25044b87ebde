"""Weighs what is written to DynamoDB by DynamoDB's own rules for sizes and write units.

One unit per KiB begun of the larger of the item before and after, twice that in a transaction, and one
for each entry of the index of owed mail that is made or removed.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

KIBIBYTE = 1024
IN_TRANSACTION = 2
INDEX_KEYS = ("owed", "owed_at")
SINGLE_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
Item = dict[str, dict[str, Any]]


def size_of(item: Item) -> int:
    """An item's size in bytes: names and values, as DynamoDB counts them."""
    return sum(len(name.encode()) + _size(kind, value) for name, typed in item.items() for kind, value in typed.items())


def _size(kind: str, value: Any) -> int:  # noqa: ANN401 what DynamoDB stores
    match kind:
        case "S":
            return len(str(value).encode())
        case "N":
            return _size_of_number(str(value))
        case "NULL" | "BOOL":
            return 1
        case "SS" | "NS":
            return sum(_size(kind[0], each) for each in value)
        case "L":
            return 3 + sum(1 + size_of({"": each}) for each in value)
        case "M":
            return 3 + sum(1 + size_of({name: each}) for name, each in value.items())
    message = f"the size of a value of type {kind} is not known here"
    raise ValueError(message)


def _size_of_number(written: str) -> int:
    digits = written.lstrip("-").replace(".", "").strip("0")
    return math.ceil(len(digits) / 2) + 1 + written.startswith("-")


def units(size: int) -> int:
    """Write units of an item of that size."""
    return max(1, math.ceil(size / KIBIBYTE))


def index_units(before: Item, after: Item) -> int:
    """Write units of the index of owed mail, which holds keys only."""
    old, new = (tuple(str(item.get(name)) for name in INDEX_KEYS if name in item) for item in (before, after))
    was, is_now = len(old) == len(INDEX_KEYS), len(new) == len(INDEX_KEYS)
    if was and is_now:
        return 0 if old == new else 2
    return int(was or is_now)


@dataclass(slots=True)
class Bill:
    """What a use case wrote."""

    items: int = 0
    base: int = 0
    index: int = 0
    largest: int = 0

    @property
    def total(self) -> int:
        """All write units."""
        return self.base + self.index

    def add(self, before: Item, after: Item, factor: int) -> None:
        """Count one item."""
        size = max(size_of(before), size_of(after))
        self.items += 1
        self.base += factor * units(size)
        self.index += index_units(before, after)
        self.largest = max(self.largest, size)


@dataclass(slots=True)
class Scale:
    """Weighs every write that goes through botocore."""

    call: Callable[..., Any] = field(default=BaseClient._make_api_call)  # type: ignore[attr-defined]
    bill: Bill = field(default_factory=Bill)

    def weigh(self, client: Any, operation: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401 botocore's own
        """Make the call and count what it wrote."""
        writes = list(_writes(operation, parameters))
        before = [self._stored(client, write) for _, write in writes]
        answer = self.call(client, operation, parameters)
        for (factor, write), old in zip(writes, before, strict=True):
            self.bill.add(old, self._stored(client, write), factor)
        return answer

    def _stored(self, client: Any, write: dict[str, Any]) -> Item:  # noqa: ANN401 botocore's client
        key = write.get("Key") or {name: write["Item"][name] for name in ("pk", "sk")}
        found = self.call(client, "GetItem", {"TableName": write["TableName"], "Key": key, "ConsistentRead": True})
        return dict(found.get("Item", {}))


def _writes(operation: str, parameters: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    if operation in SINGLE_WRITES:
        yield 1, parameters
    elif operation == "TransactWriteItems":
        for entry in parameters["TransactItems"]:
            yield IN_TRANSACTION, *entry.values()


@contextmanager
def weighed() -> Iterator[Bill]:
    """Everything written within the block."""
    scale = Scale()

    def weigh(client: Any, operation: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401 botocore's own
        return scale.weigh(client, operation, parameters)

    with patch.object(BaseClient, "_make_api_call", weigh):
        yield scale.bill
