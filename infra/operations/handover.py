"""Export everything that a stack holds, and import it into an empty one, generically.

Nothing here knows what a table or bucket is for: a capability that is added later is carried, too.
This is the only code that scans. Run it while the functions are quiet (docs/handover.md).
"""

import hashlib
import json
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from operations.archive import (
    ACCOUNTS,
    FORMAT,
    MANIFEST,
    Content,
    Item,
    Manifest,
    Sum,
    item_to_line,
    line_to_item,
    lines,
    object_to_line,
)
from operations.stack import OperationError

CHUNK = 1 << 20
MOST_PER_BATCH = 25
HEADERS = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Metadata")
# What a deployment or AWS itself puts there does not make a stack one that is in use.
FILLED_BY_ITSELF = frozenset({"static", "access-logs"})


class NotEmptyError(OperationError):
    """The stack that should take the archive holds something already."""


class DamagedArchiveError(OperationError):
    """What the archive holds is not what its manifest says."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """A stack's clients: the local cloud's or AWS's."""

    stack: str
    dynamodb: Any
    s3: Any
    cognito: Any
    ssm: Any

    def tables(self) -> dict[str, str]:
        """Capability to table name."""
        pattern = re.compile(rf"{re.escape(self.stack)}-([a-z_]+)")
        names = [name for page in _pages(self.dynamodb, "list_tables") for name in page["TableNames"]]
        return {match[1]: name for name in sorted(names) if (match := pattern.fullmatch(name))}

    def buckets(self) -> dict[str, str]:
        """Purpose to bucket name; the account's number at its end differs from stack to stack."""
        pattern = re.compile(rf"{re.escape(self.stack)}-([a-z-]+)-\d{{12}}")
        names = [bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]]
        return {match[1]: name for name in sorted(names) if (match := pattern.fullmatch(name))}

    def items(self, table: str) -> Iterator[Item]:
        """Every item of a table."""
        for page in _pages(self.dynamodb, "scan", TableName=table, ConsistentRead=True):
            yield from page["Items"]

    def keys(self, bucket: str) -> Iterator[str]:
        """The key of every object of a bucket."""
        for page in _pages(self.s3, "list_objects_v2", Bucket=bucket):
            yield from (entry["Key"] for entry in page.get("Contents", []))

    def accounts(self) -> Iterator[dict[str, Any]]:
        """Who can sign in at the staff console."""
        pool = self.ssm.get_parameter(Name=f"/{self.stack}/user-pool-id")["Parameter"]["Value"]
        for page in _pages(self.cognito, "list_users", UserPoolId=pool):
            for user in page["Users"]:
                yield {
                    "username": user["Username"],
                    "attributes": {each["Name"]: each["Value"] for each in user.get("Attributes", [])},
                    "enabled": user["Enabled"],
                    "status": user["UserStatus"],
                }


def export_stack(cloud: Cloud, target: Path, *, at: datetime) -> Manifest:
    """Write everything into an archive; nothing is at `target` until all of it is there."""
    tables, buckets = cloud.tables(), cloud.buckets()
    if not tables:
        message = f"No table of the stack {cloud.stack} was found. Is its name right, and is the local cloud running?"
        raise OperationError(message)
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.touch(mode=0o600)  # it holds personal data
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = Manifest(
                cloud.stack,
                at.isoformat(),
                {name: _write_table(cloud, archive, name, table) for name, table in tables.items()},
                {purpose: _write_bucket(cloud, archive, purpose, bucket) for purpose, bucket in buckets.items()},
                _write_accounts(cloud, archive),
            )
        manifest = _with_hashes(unfinished, manifest)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def import_stack(cloud: Cloud, source: Path, *, into_used: bool = False) -> Manifest:
    """Put an archive into an empty stack and prove that all of it arrived.

    NotEmptyError when the stack is in use, unless `into_used`: then items and objects of the same
    key are replaced and the others stay. DamagedArchiveError before anything is written, when the
    archive is not what was exported.
    """
    with zipfile.ZipFile(source) as archive:
        manifest = _checked_manifest(archive)
        _check_target(cloud, manifest, into_used=into_used)
        for capability in manifest.tables:
            _read_table(cloud, archive, capability)
        for purpose in manifest.buckets:
            _read_bucket(cloud, archive, purpose)
    if not into_used:
        check_equal(manifest, contents(cloud))
    return manifest


def contents(cloud: Cloud) -> tuple[dict[str, Content], dict[str, Content]]:
    """Count and hash what a stack holds, table by table and bucket by bucket."""
    tables, buckets = {}, {}
    for capability, table in cloud.tables().items():
        total = Sum()
        for item in cloud.items(table):
            total.add(item_to_line(item))
        tables[capability] = Content.of(total)
    for purpose, bucket in cloud.buckets().items():
        total = Sum()
        for key in cloud.keys(bucket):
            answer = cloud.s3.get_object(Bucket=bucket, Key=key)
            total.add(_fingerprint(_described(key, answer, _hash(answer["Body"]))))
        buckets[purpose] = Content.of(total)
    return tables, buckets


def check_equal(manifest: Manifest, found: tuple[dict[str, Content], dict[str, Content]]) -> None:
    """Raise OperationError, saying where, when a stack does not hold what was exported."""
    tables, buckets = found
    wrong = [f"table {name}" for name, content in manifest.tables.items() if tables.get(name) != content]
    wrong += [
        f"bucket {purpose}"
        for purpose, content in manifest.buckets.items()
        if purpose not in FILLED_BY_ITSELF and buckets.get(purpose) != content
    ]
    if wrong:
        message = f"After the import these differ from the archive: {', '.join(wrong)}. Was somebody using the stack?"
        raise OperationError(message)


def _with_hashes(unfinished: Path, manifest: Manifest) -> Manifest:
    """Read the archive again, as an importer will, and write the hashes of what is really there."""
    with zipfile.ZipFile(unfinished, "a", zipfile.ZIP_DEFLATED) as archive:
        manifest = replace(manifest, files=_hashes(archive))
        archive.writestr(MANIFEST, manifest.to_json())
    return manifest


def _write_table(cloud: Cloud, archive: zipfile.ZipFile, capability: str, table: str) -> Content:
    total = Sum()
    with archive.open(f"tables/{capability}.jsonl", "w", force_zip64=True) as file:
        for item in cloud.items(table):
            line = item_to_line(item)
            total.add(line)
            file.write(line + b"\n")
    return Content.of(total)


def _write_bucket(cloud: Cloud, archive: zipfile.ZipFile, purpose: str, bucket: str) -> Content:
    total, listing = Sum(), []
    for number, key in enumerate(cloud.keys(bucket), start=1):
        answer, place = cloud.s3.get_object(Bucket=bucket, Key=key), f"objects/{purpose}/{number:06}"
        with archive.open(place, "w", force_zip64=True) as file:
            entry = _described(key, answer, _hash(answer["Body"], file))
        total.add(_fingerprint(entry))
        listing.append(object_to_line(entry | {"place": place}) + b"\n")
    archive.writestr(f"objects/{purpose}.jsonl", b"".join(listing))
    return Content.of(total)


def _write_accounts(cloud: Cloud, archive: zipfile.ZipFile) -> int:
    accounts = [object_to_line(account) + b"\n" for account in cloud.accounts()]
    archive.writestr(ACCOUNTS, b"".join(accounts))
    return len(accounts)


def _checked_manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        manifest = Manifest.from_json(archive.read(MANIFEST))
        hashes = _hashes(archive)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        message = "The archive cannot be read: it is not complete, or not an archive of Madoguchi."
        raise DamagedArchiveError(message) from error
    if manifest.format != FORMAT:
        message = f"The archive has format {manifest.format}; this version reads {FORMAT}."
        raise DamagedArchiveError(message)
    wrong = sorted(name for name in hashes.keys() | manifest.files if hashes.get(name) != manifest.files.get(name))
    if wrong:
        message = f"The archive is damaged: {', '.join(wrong[:5])}. Nothing was imported."
        raise DamagedArchiveError(message)
    return manifest


def _check_target(cloud: Cloud, manifest: Manifest, *, into_used: bool) -> None:
    tables, buckets = cloud.tables(), cloud.buckets()
    missing = [*(manifest.tables.keys() - tables.keys()), *(manifest.buckets.keys() - buckets.keys())]
    if missing:
        message = f"{cloud.stack} has no place for: {', '.join(sorted(missing))}. Deploy its data stack first."
        raise OperationError(message)
    used = [f"table {name}" for name, table in tables.items() if next(cloud.items(table), None)]
    used += [
        f"bucket {purpose}"
        for purpose, bucket in buckets.items()
        if purpose not in FILLED_BY_ITSELF and next(cloud.keys(bucket), None)
    ]
    if used and not into_used:
        message = f"{cloud.stack} is not empty: {', '.join(used)}. Import into a stack that nobody used yet."
        raise NotEmptyError(message)


def _read_table(cloud: Cloud, archive: zipfile.ZipFile, capability: str) -> None:
    table, batch = cloud.tables()[capability], []
    with archive.open(f"tables/{capability}.jsonl") as file:
        for line in lines(file):
            batch.append({"PutRequest": {"Item": line_to_item(line)}})
            if len(batch) == MOST_PER_BATCH:
                _put(cloud, table, batch)
                batch = []
    if batch:
        _put(cloud, table, batch)


def _put(cloud: Cloud, table: str, batch: list[dict[str, Any]]) -> None:
    while batch:
        answer = cloud.dynamodb.batch_write_item(RequestItems={table: batch})
        batch = answer.get("UnprocessedItems", {}).get(table, [])
        if batch:
            time.sleep(1)  # the table asks for patience


def _read_bucket(cloud: Cloud, archive: zipfile.ZipFile, purpose: str) -> None:
    """Put objects; what a deployment has put into the static bucket is newer and stays."""
    bucket = cloud.buckets()[purpose]
    there = set(cloud.keys(bucket)) if purpose in FILLED_BY_ITSELF else set()
    for line in lines(archive.read(f"objects/{purpose}.jsonl").splitlines()):
        entry = json.loads(line)
        if entry["key"] not in there:
            with archive.open(entry["place"]) as file:
                cloud.s3.put_object(Bucket=bucket, Key=entry["key"], Body=file.read(), **entry["headers"])


def _described(key: str, answer: dict[str, Any], sha256: str) -> dict[str, Any]:
    headers = {name: answer[name] for name in HEADERS if answer.get(name)}
    return {"key": key, "size": answer["ContentLength"], "sha256": sha256, "headers": headers}


def _fingerprint(entry: dict[str, Any]) -> bytes:
    return object_to_line(entry)


def _hash(body: Any, copy: IO[bytes] | None = None) -> str:  # noqa: ANN401 botocore's stream or a file
    total = hashlib.sha256()
    while chunk := body.read(CHUNK):
        total.update(chunk)
        if copy:
            copy.write(chunk)
    return total.hexdigest()


def _hashes(archive: zipfile.ZipFile) -> dict[str, str]:
    names = [name for name in archive.namelist() if name != MANIFEST]
    hashes = {}
    for name in names:
        with archive.open(name) as file:
            hashes[name] = _hash(file)
    return hashes


def _pages(client: Any, operation: str, **parameters: object) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    yield from client.get_paginator(operation).paginate(**parameters)
