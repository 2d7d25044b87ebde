"""Holds botocore to the event that the bulk reader hangs on, with moto in DynamoDB's place."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from msgspec import ValidationError

from madoguchi import bulk
from madoguchi.bulk import Number, Row, Text
from madoguchi.settings import settings
from madoguchi.storage import client

ITEMS, ITEM_BYTES = 7, 300_000
PARTITION = "BOOKINGS#2026-10"


class Wanted(Row, gc=False):
    sk: Text
    start: Number


class Missing(Row, gc=False):
    nowhere: Text


@pytest.fixture
def month(tables: None) -> None:  # noqa: ARG001 it needs the account
    """More than two pages of a partition, written backwards, and an item of the next."""
    for partition, number in [("BOOKINGS#2026-11", 0), *((PARTITION, number) for number in reversed(range(ITEMS)))]:
        item = {"pk": partition, "sk": f"{number:02}#予約", "more": "x" * ITEM_BYTES}
        typed: dict[str, Any] = {name: {"S": value} for name, value in item.items()}
        client("dynamodb").put_item(TableName=settings().table("office"), Item=typed | {"start": {"N": str(number)}})


@pytest.fixture
def answers() -> Iterator[list[AWSResponse]]:
    """What the reader's next requests get instead of an answer from the table; the requests go on as usual after."""
    prepared: list[AWSResponse] = []

    def answer(**_: object) -> AWSResponse | None:
        return prepared.pop(0) if prepared else None

    events = bulk._client().meta.events
    events.register_first("before-send.dynamodb.Query", answer)
    yield prepared
    events.unregister("before-send.dynamodb.Query", answer)


class Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def refusal(status: int, code: str) -> AWSResponse:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code}).encode()
    return AWSResponse("https://dynamodb.example.jp/", status, HTTPHeaders(), Body(body))


@pytest.mark.usefixtures("month")
def test_every_page_is_read_in_order_and_nothing_but_the_partition() -> None:
    pages: list[int] = []

    def count(**_: object) -> None:
        pages.append(1)

    bulk._client().meta.events.register("before-call.dynamodb.Query", count)
    rows = list(bulk.query("office", PARTITION, Wanted))
    bulk._client().meta.events.unregister("before-call.dynamodb.Query", count)

    assert [(row.sk.value, row.start.value) for row in rows] == [(f"{n:02}#予約", n) for n in range(ITEMS)]
    assert len(pages) > 1


@pytest.mark.usefixtures("tables")
def test_an_empty_partition_has_no_rows() -> None:
    assert list(bulk.query("office", PARTITION, Wanted)) == []


@pytest.mark.usefixtures("month")
def test_other_clients_read_items_as_ever() -> None:
    list(bulk.query("office", PARTITION, Wanted))
    answer = client("dynamodb").query(
        TableName=settings().table("office"),
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": PARTITION}},
    )
    assert answer["Items"][0]["start"] == {"N": "0"}


@pytest.mark.usefixtures("month")
def test_a_refused_page_is_asked_for_again(answers: list[AWSResponse]) -> None:
    answers += [refusal(400, "ProvisionedThroughputExceededException"), refusal(500, "InternalServerError")]

    assert len(list(bulk.query("office", PARTITION, Wanted))) == ITEMS
    assert answers == []


@pytest.mark.usefixtures("tables")
def test_a_refusal_for_good_is_an_exception_with_its_code(answers: list[AWSResponse]) -> None:
    answers.append(refusal(400, "AccessDeniedException"))

    with pytest.raises(ClientError) as refused:
        list(bulk.query("office", PARTITION, Wanted))
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


@pytest.mark.usefixtures("month")
def test_an_item_without_a_wanted_attribute_is_not_passed_over() -> None:
    with pytest.raises(ValidationError, match="nowhere"):
        list(bulk.query("office", PARTITION, Missing))
