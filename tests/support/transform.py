"""Run by the SAM CLI's own Python: the SAM transform of a template, JSON in and JSON out."""

import json
import sys
from typing import Any

from samtranslator.parser.parser import Parser  # type: ignore[import-not-found] # only in the SAM environment
from samtranslator.translator.translator import Translator  # type: ignore[import-not-found]

MANAGED_POLICIES = ("AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole")


def main() -> None:
    request: dict[str, Any] = json.load(sys.stdin)
    policies = {name: f"arn:aws:iam::aws:policy/service-role/{name}" for name in MANAGED_POLICIES}
    translator = Translator(policies, Parser())
    json.dump(translator.translate(request["template"], request["parameters"]), sys.stdout)


if __name__ == "__main__":
    main()
