"""Botocore's data in the vendor layer: what no function asks for only makes each cold start longer.

A client reads the whole model of its service and the endpoints of every service there is. Kept are the
services in use, DynamoDB's item operations and the endpoints of the regions of the `aws` partition;
documentation texts go, and what is left is not compressed. The contract test compares what clients send.
"""

import gzip
import json
from pathlib import Path
from typing import Any

SERVICES = ("cognito-idp", "dynamodb", "lambda", "s3", "ses", "sqs", "ssm", "sts")
_ENDPOINT_NAMES = (*SERVICES, "email")
"""SES is called email there."""
_PARTITION = "aws"
DYNAMODB_OPERATIONS = (
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "DescribeEndpoints",
    "DescribeTable",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
)


def trim(data: Path) -> None:
    """Rewrite the data that clients read; the folders of other services are already gone."""
    _rewrite(data / "endpoints.json", _endpoints_in_use)
    for packed in data.glob("*/*/*.json.gz"):
        plain = packed.with_suffix("")
        plain.write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    for model in data.glob("*/*/service-2.json"):
        _rewrite(model, _undocumented)
        _rewrite(model, _with_empty_parameter_texts)
    for model in data.glob("dynamodb/*/service-2.json"):
        _rewrite(model, _item_operations)


def _rewrite(file: Path, change: Any) -> None:  # noqa: ANN401 JSON in, JSON out
    changed = change(json.loads(file.read_text("utf-8")))
    file.write_text(json.dumps(changed, separators=(",", ":")), "utf-8")


def _endpoints_in_use(endpoints: dict[str, Any]) -> dict[str, Any]:
    kept = [one for one in endpoints["partitions"] if one["partition"] == _PARTITION]
    for partition in kept:
        services = partition["services"].items()
        partition["services"] = {name: service for name, service in services if name in _ENDPOINT_NAMES}
    return endpoints | {"partitions": kept}


def _undocumented(model: Any) -> Any:  # noqa: ANN401 any JSON value
    match model:
        case dict():
            # A shape may have a member of this name; a text is the documentation of something.
            texts = {key for key, value in model.items() if key == "documentation" and isinstance(value, str)}
            return {key: _undocumented(value) for key, value in model.items() if key not in texts}
        case list():
            return [_undocumented(each) for each in model]
        case _:
            return model


def _with_empty_parameter_texts(model: dict[str, Any]) -> dict[str, Any]:
    """Botocore demands a text for each context parameter of a client, which S3 has, when an operation is called."""
    for parameter in model.get("clientContextParams", {}).values():
        parameter["documentation"] = ""
    return model


def _item_operations(model: dict[str, Any]) -> dict[str, Any]:
    operations = {name: one for name, one in model["operations"].items() if name in DYNAMODB_OPERATIONS}
    used: set[str] = set()
    waiting = _shapes_in(operations)
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= _shapes_in(model["shapes"][name]) - used
    return model | {"operations": operations, "shapes": {name: model["shapes"][name] for name in sorted(used)}}


def _shapes_in(part: Any) -> set[str]:  # noqa: ANN401 any JSON value
    match part:
        case dict():
            named = {part["shape"]} if isinstance(part.get("shape"), str) else set()
            return named.union(*map(_shapes_in, part.values()))
        case list():
            return set().union(*map(_shapes_in, part))
        case _:
            return set()
