"""A plugin of pytest: an empty account in memory, with the tables of infra/data.yaml, bucket, queues and sender."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest


@cache
def _client(service: str) -> Any:  # noqa: ANN401 botocore's clients are built at run time
    import botocore.session  # noqa: PLC0415 slow to load, and plugins load for every test

    return botocore.session.get_session().create_client(service)


@cache
def _reach_only_moto() -> None:
    # Clients keep moto's hooks from one test to the next, but only those made after it was loaded.
    import moto  # noqa: F401, PLC0415

    from madoguchi import storage  # noqa: PLC0415

    storage.forget_clients()


@pytest.fixture
def tables() -> Iterator[None]:
    """Everything that a stack's functions find in their account; settings come from tests/conftest.py."""
    _reach_only_moto()
    from moto import mock_aws  # noqa: PLC0415

    from madoguchi.programme import definition, overrides  # noqa: PLC0415 after tests/conftest.py has set the environment
    from madoguchi.settings import settings  # noqa: PLC0415 after tests/conftest.py has set the environment
    from tests.support.templates import create_tables  # noqa: PLC0415

    with mock_aws():
        create_tables(settings().stack, _client("dynamodb"))
        for bucket in (settings().reports_bucket, settings().static_bucket, settings().exchange_bucket):
            _client("s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"}
            )
        for queue_url in (
            settings().owed_mail_queue_url,
            settings().newsletter_queue_url,
            settings().exchange_queue_url,
        ):
            _client("sqs").create_queue(QueueName=queue_url.rpartition("/")[2])
        _client("ses").verify_domain_identity(Domain=settings().mail_from.rpartition("@")[2])
        overrides.forget()
        definition.use_changes(overrides.held)
        yield
    definition.use_changes(lambda _day: ())
