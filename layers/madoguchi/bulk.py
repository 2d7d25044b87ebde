"""The one reader for many rows: DynamoDB's pages decoded straight into typed structs.

botocore signs, sends, retries and turns refusals into exceptions as ever. Only its parser, which
walks every value of every item, is passed by: `before-parse` hands over the body of a page that
came. That event is no documented extension point; tests/contract/test_bulk.py fails when it changes.
"""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import fields

from madoguchi.settings import settings
from madoguchi.storage import client

PAGE = "Page"


class Text(Struct, gc=False, rename={"value": "S"}):
    """A stored string."""

    value: str


class Number(Struct, gc=False, rename={"value": "N"}):
    """A stored whole number."""

    value: int


class Row(Struct, gc=False):
    """An item with the attributes that somebody needs, each a Text or a Number; subclasses name them."""


Each = TypeVar("Each", bound=Row)


class _Page(Struct, Generic[Each], gc=False):
    Items: list[Each]
    LastEvaluatedKey: dict[str, dict[str, str]] | None = None


def query(capability: str, partition: str, row: type[Each]) -> Iterator[Each]:
    """Every item of a partition in the order of its sort keys; reads page after page while it is consumed."""
    own, decoder = _client(), _decoder(row)
    names = {f"#{each.encode_name}": each.encode_name for each in fields(row)}
    request: dict[str, Any] = {
        "TableName": settings().table(capability),
        "KeyConditionExpression": "#pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": partition}},
        "ProjectionExpression": ",".join(names),
        "ExpressionAttributeNames": names | {"#pk": "pk"},
    }
    while True:
        page = decoder.decode(own.query(**request)[PAGE])
        yield from page.Items
        if page.LastEvaluatedKey is None:
            return
        request["ExclusiveStartKey"] = page.LastEvaluatedKey


@cache
def _decoder(row: type[Each]) -> "Decoder[_Page[Each]]":
    # DynamoDB writes numbers as strings.
    return Decoder(_Page[row], strict=False)  # type: ignore[valid-type]


def _client() -> Any:  # noqa: ANN401 botocore's clients are built at run time
    """A client of its own: no other Query meets the hook."""
    own = client("dynamodb", purpose="bulk")
    own.meta.events.register("before-parse.dynamodb.Query", _keep_page, unique_id="bulk")
    return own


def _keep_page(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    """Give the page as it came, and its parser nothing to do; errors are parsed as ever."""
    if response_dict["status_code"] == HTTPStatus.OK:
        customized_response_dict[PAGE] = response_dict["body"]
        response_dict["body"] = b"{}"
