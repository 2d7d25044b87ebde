"""Everything that a stack holds, as text: every item of every table, every version of every object."""

import json
from collections.abc import Iterator

from madoguchi.settings import settings
from madoguchi.storage import client
from tests.support.templates import tables


def everything_stored() -> Iterator[tuple[str, str]]:
    """Where something stands, and all that stands there."""
    yield from every_item()
    for bucket in client("s3").list_buckets()["Buckets"]:
        yield from _versions(bucket["Name"])


def every_item() -> Iterator[tuple[str, str]]:
    """Every item of every table: table and key, and the item."""
    programme, _, env = settings().stack.rpartition("-")
    for table in tables(programme, env):
        name = table["TableName"]
        for page in client("dynamodb").get_paginator("scan").paginate(TableName=name):
            for item in page["Items"]:
                where = f"{name.removeprefix(settings().stack + '-')}:{item['pk']['S']}:{item['sk']['S']}"
                yield where, json.dumps(item, ensure_ascii=False, default=str)


def _versions(bucket: str) -> Iterator[tuple[str, str]]:
    for page in client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket):
        for version in page.get("Versions", []):
            got = client("s3").get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
            kept = {"metadata": got["Metadata"], "headers": str(got["ResponseMetadata"]["HTTPHeaders"])}
            text = got["Body"].read().decode("utf-8", errors="replace")
            yield f"{bucket}:{version['Key']}", f"{version['Key']} {kept} {text}"
