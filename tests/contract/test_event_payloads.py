"""Every payload in events/ is accepted by the function that its folder names."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAYLOADS = sorted((ROOT / "events").glob("*/*.json"))
HTTP_FUNCTIONS = {"public", "staff"}
FUNCTIONS = {path.name for path in (ROOT / "functions").iterdir() if (path / "__init__.py").is_file()}


def test_every_function_has_a_payload() -> None:
    assert {path.parent.name for path in PAYLOADS} == FUNCTIONS


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_payload_is_accepted_by_its_function(path: Path, tables: None) -> None:  # noqa: ARG001
    function = path.parent.name
    payload = json.loads(path.read_text(encoding="utf-8"))

    answer: Any = _handler(function)(payload, LambdaContext())

    if function in HTTP_FUNCTIONS:
        assert answer["statusCode"] < 400, answer["body"]
    elif "Records" in payload:
        assert answer == {"batchItemFailures": []}


class LambdaContext:
    function_name = "under-test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:ap-northeast-1:123456789012:function:under-test"
    aws_request_id = "request-1"


def _handler(function: str) -> Any:  # noqa: ANN401 an app or a function
    module = importlib.import_module(f"{function}.{'app' if function in HTTP_FUNCTIONS else 'handler'}")
    return module.handler
