"""Asking the function that knows the schema whether a change can be made."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct, convert

from madoguchi.programme.overrides import Held
from madoguchi.settings import settings
from madoguchi.storage import client


class Verdict(Struct, frozen=True):
    """What the schema says: what is wrong as (key, advice), or the compiled value and its words by language."""

    problems: list[tuple[str, str]] = []
    value: Any = None
    words: dict[str, dict[str, str]] = {}


def ask(key: str, typed: object, *, on: date, held: Sequence[Held]) -> Verdict:
    """The schema's verdict on a value, with the changes that hold on that day."""
    payload = {"key": key, "value": typed, "on": on.isoformat(), "held": [(each.key, each.typed) for each in held]}
    answer = client("lambda").invoke(
        FunctionName=f"{settings().stack}-override-check", Payload=json.dumps(payload).encode()
    )
    content = answer["Payload"].read()
    if "FunctionError" in answer:
        message = f"override-check failed: {answer['FunctionError']}"
        raise RuntimeError(message)
    return convert(json.loads(content), Verdict)
