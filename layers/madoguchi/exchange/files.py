"""The bucket and the queue through which members come in and go out as files.

imports/<id>/upload              the file as it was chosen
imports/<id>/people/<chunk>      what the check read of it: who is to be made or changed
imports/<id>/findings            what the check found, without personal values
exports/<id>                     a file that was made for somebody

The bucket keeps no versions: what is deleted is gone.
"""

import json
from collections.abc import Iterable
from typing import IO, Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from madoguchi.refusals import GoneError
from madoguchi.settings import settings
from madoguchi.storage import client

MESSAGES_AT_ONCE = 10  # SQS takes no more
LINK_SECONDS = 60


class FileGoneError(GoneError):
    """The file was deleted: it was used, or too old."""

    code = "file_gone"
    message = "ファイルはもうありません。使い終わったか、保存の期限が過ぎました。はじめからやり直してください。"


def keep(key: str, content: bytes | IO[bytes]) -> None:
    """Put an object."""
    client("s3").put_object(Bucket=settings().exchange_bucket, Key=key, Body=content)


def read(key: str) -> bytes:
    """The bytes of an object; FileGoneError when it is not there any more."""
    try:
        answer = client("s3").get_object(Bucket=settings().exchange_bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            raise FileGoneError from error
        raise
    content: bytes = answer["Body"].read()
    return content


def forget(keys: Iterable[str]) -> None:
    """Delete objects; those that are gone already do not matter."""
    for key in keys:
        client("s3").delete_object(Bucket=settings().exchange_bucket, Key=key)


def link(key: str, *, file_name: str, content_type: str) -> str:
    """An address from which the file can be fetched for a minute, under a Japanese name."""
    address: str = client("s3").generate_presigned_url(
        "get_object",
        Params={
            "Bucket": settings().exchange_bucket,
            "Key": key,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(file_name)}",
            "ResponseContentType": content_type,
            "ResponseCacheControl": "no-store",
        },
        ExpiresIn=LINK_SECONDS,
    )
    return address


def post(tasks: Iterable[dict[str, Any]]) -> None:
    """Queue tasks for the worker; RuntimeError when the queue did not take all of them."""
    waiting = list(tasks)
    for first in range(0, len(waiting), MESSAGES_AT_ONCE):
        entries = [
            {"Id": str(number), "MessageBody": json.dumps(task)}
            for number, task in enumerate(waiting[first : first + MESSAGES_AT_ONCE])
        ]
        answer = client("sqs").send_message_batch(QueueUrl=settings().exchange_queue_url, Entries=entries)
        if answer.get("Failed"):
            message = f"{len(answer['Failed'])} tasks were not queued"
            raise RuntimeError(message)
