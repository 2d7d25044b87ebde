"""An empty account in memory for each test: the tables of infra/data.yaml, bucket, queues, sender."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from madoguchi import storage
from madoguchi.settings import settings
from tests.support.templates import create_tables


@pytest.fixture
def tables() -> Iterator[None]:
    """Everything that a stack's functions find in their account; settings come from tests/conftest.py."""
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
