"""A plugin of pytest: an empty account in memory, with the tables of infra/data.yaml, bucket, queues and sender."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def tables() -> Iterator[None]:
    """Everything that a stack's functions find in their account; settings come from tests/conftest.py."""
    import boto3  # noqa: PLC0415 moto and boto3 are slow to load, and plugins load for every test
    from moto import mock_aws  # noqa: PLC0415

    from madoguchi import storage  # noqa: PLC0415
    from madoguchi.settings import settings  # noqa: PLC0415 after tests/conftest.py has set the environment
    from tests.support.templates import create_tables  # noqa: PLC0415

    with mock_aws():
        storage.forget_clients()
        create_tables(settings().stack)
        boto3.client("s3").create_bucket(
            Bucket=settings().reports_bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"}
        )
        for queue_url in (settings().owed_mail_queue_url, settings().newsletter_queue_url):
            boto3.client("sqs").create_queue(QueueName=queue_url.rpartition("/")[2])
        boto3.client("ses").verify_domain_identity(Domain=settings().mail_from.rpartition("@")[2])
        yield
        storage.forget_clients()
