"""Lay a change over the definition as it is written, check the whole by the schema, compile what changed."""

import json
from datetime import date
from importlib.resources import files
from typing import Any

from aws_lambda_powertools import Logger

from madoguchi.programme.schema.changing import checked
from madoguchi.settings import settings

logger = Logger()


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer {"problems": [[key, advice], …]} or {"value": compiled, "words": {language: {key: text}}}.

    `event` names the key, the value as it would be typed into the file, the day from which it would hold
    (`on`), and the (key, value) pairs of the changes that hold then.
    """
    name = f"{settings().programme}.source.json"
    sources: list[dict[str, Any]] = json.loads(files("madoguchi_programmes").joinpath(name).read_bytes())
    answer = checked(sources, event["key"], event["value"], on=date.fromisoformat(event["on"]), held=event["held"])
    logger.info("override check", key=event["key"], problems=len(answer.get("problems", ())))
    return answer
