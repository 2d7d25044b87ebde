"""This process as a function of a stack: the tests' settings, programme and templates as they are built."""

import sys

import boto3

from madoguchi.settings import settings
from operations import layers
from tests import conftest  # importing it sets the environment; no settings are read before
from tests.support.templates import create_tables

__all__ = ["conftest", "make_account", "use_built_layers"]


def use_built_layers() -> None:
    """Build the layers if need be, and find the compiled programme and templates in them."""
    layers.build()
    sys.path[:0] = [str(layers.LAYERS / name / "python") for name in ("programmes", "templates")]


def make_account() -> None:
    """The tables of infra/data.yaml and the queue of owed mail in the account at hand (moto's)."""
    create_tables(settings().stack)
    boto3.client("sqs").create_queue(QueueName=settings().owed_mail_queue_url.rpartition("/")[2])
