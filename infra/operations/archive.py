"""The archive of a stack: a zip of JSON lines and objects, with a manifest of counts and hashes.

tables/<capability>.jsonl    one item a line, as DynamoDB has it; binary values in base64
objects/<purpose>.jsonl      one object a line: key, headers, size, hash, and where its bytes lie
objects/<purpose>/<number>   the bytes of an object's latest version
accounts.jsonl               who could sign in; passwords and second factors never leave Cognito
manifest.json                counts and hashes of everything above
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Self

FORMAT = 1
BINARY = frozenset({"B", "BS"})
SETS = frozenset({"SS", "NS", "BS"})
MANIFEST = "manifest.json"
ACCOUNTS = "accounts.jsonl"

Item = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Sum:
    """A count and a hash that does not depend on the order in which things are added."""

    count: int = 0
    value: int = 0

    def add(self, content: bytes) -> None:
        """Add one thing."""
        self.count += 1
        self.value = (self.value + int.from_bytes(hashlib.sha256(content).digest())) % 2**256

    @property
    def digest(self) -> str:
        """The hash in hexadecimal."""
        return f"{self.value:064x}"


@dataclass(frozen=True, slots=True)
class Content:
    """How many things a table or bucket holds, and their hash."""

    count: int
    sha256: str

    @classmethod
    def of(cls, total: Sum) -> Self:
        """What was added up."""
        return cls(total.count, total.digest)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. Two stacks with equal tables and buckets hold the same."""

    stack: str
    exported_at: str
    tables: dict[str, Content]
    buckets: dict[str, Content]
    accounts: int
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a manifest."""
        read = json.loads(text)
        for part in ("tables", "buckets"):
            read[part] = {name: Content(**content) for name, content in read[part].items()}
        return cls(**read)

    def to_json(self) -> bytes:
        """Write it for people and machines."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True).encode()


def item_to_line(item: Item) -> bytes:
    """One item as a line that depends on nothing but its contents."""
    return _line({name: _encoded(value) for name, value in item.items()})


def line_to_item(line: bytes) -> Item:
    """The item of a line."""
    return {name: _decoded(value) for name, value in json.loads(line).items()}


def object_to_line(entry: dict[str, Any]) -> bytes:
    """What is known of one object, as a line."""
    return _line(entry)


def lines(content: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a file, without the empty ones."""
    return (line.rstrip(b"\n") for line in content if line.strip())


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _encoded(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, inner),) = value.items()
    if kind == "M":
        return {kind: {name: _encoded(each) for name, each in inner.items()}}
    if kind == "L":
        return {kind: [_encoded(each) for each in inner]}
    if kind == "B":
        return {kind: _text(inner)}
    if kind in SETS:
        return {kind: sorted(_text(each) if kind in BINARY else each for each in inner)}
    return {kind: inner}


def _decoded(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, inner),) = value.items()
    if kind == "M":
        return {kind: {name: _decoded(each) for name, each in inner.items()}}
    if kind == "L":
        return {kind: [_decoded(each) for each in inner]}
    if kind == "B":
        return {kind: base64.b64decode(inner)}
    if kind == "BS":
        return {kind: [base64.b64decode(each) for each in inner]}
    return {kind: inner}


def _text(binary: bytes) -> str:
    return base64.b64encode(binary).decode()
