"""Frozen months: one item each in the table, their bytes in the bucket."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from botocore.exceptions import ClientError
from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError

from madoguchi.japan.time import Month, from_iso, to_iso
from madoguchi.settings import settings
from madoguchi.storage import CONDITION_FAILED, Item, TableMeta, client

REPORTS = "REPORTS"
LINK_SECONDS = 60
ALREADY_THERE = "PreconditionFailed"
CONTENT_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class FrozenRecord:
    """That a month was frozen, when, the hash of its figures, and what adds up over months."""

    month: Month
    revision: int
    frozen_at: datetime
    sha256: str
    totals: dict[str, float] = field(default_factory=dict)

    def key(self, kind: str) -> str:
        """Where a file of this revision lies in the bucket."""
        return file_key(self.month, self.revision, kind)


class _ReportItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "reports"

    month = UnicodeAttribute()
    revision = NumberAttribute()
    frozen_at = UnicodeAttribute()
    sha256 = UnicodeAttribute()
    totals = JSONAttribute(default=dict)


def file_key(month: Month, revision: int, kind: str) -> str:
    """Where a file lies in the bucket."""
    return f"reports/{month}/r{revision}/figures.{kind}"


def add(record: FrozenRecord) -> bool:
    """Note that a month is frozen; False when that revision was noted already."""
    item = _ReportItem(
        REPORTS,
        f"{record.month}#r{record.revision}",
        month=str(record.month),
        revision=record.revision,
        frozen_at=to_iso(record.frozen_at),
        sha256=record.sha256,
        totals=record.totals,
    )
    try:
        item.save(condition=_ReportItem.pk.does_not_exist())
    except PutError as error:
        if error.cause_response_code == CONDITION_FAILED:
            return False
        raise
    return True


def latest(month: Month) -> FrozenRecord | None:
    """The newest revision of a month."""
    key = _ReportItem.sk.startswith(f"{month}#")
    items = _ReportItem.query(REPORTS, key, scan_index_forward=False, limit=1, consistent_read=True)
    return next((_to_record(item) for item in items), None)


def frozen_months() -> Iterator[FrozenRecord]:
    """Every frozen month and revision, newest first."""
    return (_to_record(item) for item in _ReportItem.query(REPORTS, scan_index_forward=False))


def keep(key: str, content: bytes, kind: str) -> bytes:
    """Put an object if there is none; returns the bytes that are kept, ours or the earlier ones."""
    s3, bucket = client("s3"), settings().reports_bucket
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType=CONTENT_TYPES[kind], IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] != ALREADY_THERE:
            raise
        return read(key)
    return content


def read(key: str) -> bytes:
    """The bytes of an object."""
    answer = client("s3").get_object(Bucket=settings().reports_bucket, Key=key)
    content: bytes = answer["Body"].read()
    return content


def link(record: FrozenRecord, kind: str, *, file_name: str) -> str:
    """An address from which the file can be fetched for a minute, under a Japanese name."""
    address: str = client("s3").generate_presigned_url(
        "get_object",
        Params={
            "Bucket": settings().reports_bucket,
            "Key": record.key(kind),
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(file_name)}",
            "ResponseContentType": CONTENT_TYPES[kind],
            "ResponseCacheControl": "no-store",
        },
        ExpiresIn=LINK_SECONDS,
    )
    return address


def _to_record(item: _ReportItem) -> FrozenRecord:
    return FrozenRecord(Month.parse(item.month), int(item.revision), from_iso(item.frozen_at), item.sha256, item.totals)
