"""What the deployed stack promises: least privilege, an application that may be deleted, an archive that restores."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from operations import deployment, handover
from operations.handover import Cloud
from operations.stack import REGION
from tests.support.stack import RunningStack, start

PATIENCE_SECONDS = 120
OWED = {"IndexName": "owed", "KeyConditionExpression": Key("owed").eq("mail"), "Select": "COUNT"}
OWN_TABLE = {
    "public": "members",
    "owed_mail": "office",
    "sweep": "events",
    "newsletter_plan": "newsletters",
    "newsletter_send": "newsletters",
    "monthly_rollup": "reports",
    "daily": "members",
    "exchange": "members",
}
FOREIGN_TABLE = {
    "public": "staff",
    "owed_mail": "staff",
    "sweep": "staff",
    "newsletter_plan": "office",
    "newsletter_send": "staff",
    "monthly_rollup": "staff",
    "daily": "staff",
    "exchange": "staff",
}


@pytest.fixture(scope="module")
def guarded(stack: RunningStack) -> RunningStack:
    """The stack, whose local cloud enforces the roles' policies."""
    assert stack.stack.auth, "the end-to-end tests run with enforced roles"
    return stack


def _client_of(stack: RunningStack, function: str, service: str) -> Any:  # noqa: ANN401 one type per service
    """A client with the credentials of the function's role."""
    role = stack.client("lambda").get_function_configuration(FunctionName=stack.stack.function_name(function))["Role"]
    given = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=REGION)
    make: Any = session.client
    return make(service, endpoint_url=stack.endpoint)


@pytest.mark.parametrize("function", OWN_TABLE)
def test_a_function_is_refused_a_table_that_is_not_its_own(guarded: RunningStack, function: str) -> None:
    tables = _client_of(guarded, function, "dynamodb")
    key = {"pk": {"S": "nobody"}, "sk": {"S": "nothing"}}
    query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "nobody"}}}

    tables.query(TableName=f"{guarded.stack.name}-{OWN_TABLE[function]}", **query)
    with pytest.raises(ClientError, match="AccessDenied"):
        tables.get_item(TableName=f"{guarded.stack.name}-{FOREIGN_TABLE[function]}", Key=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        tables.scan(TableName=f"{guarded.stack.name}-{OWN_TABLE[function]}")


def test_the_staff_console_cannot_rewrite_the_audit_log_or_scan(guarded: RunningStack) -> None:
    tables = _client_of(guarded, "staff", "dynamodb")

    with pytest.raises(ClientError, match="AccessDenied"):
        tables.delete_item(TableName=f"{guarded.stack.name}-audit", Key={"pk": {"S": "x"}, "sk": {"S": "x"}})
    with pytest.raises(ClientError, match="AccessDenied"):
        tables.scan(TableName=f"{guarded.stack.name}-members")


@pytest.mark.meets("B-069")
def test_the_console_is_refused_from_another_address_and_the_refusal_is_logged(stack: RunningStack) -> None:
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2")) as elsewhere:
        refused = elsewhere.get(f"{stack.staff_url}/sign-in", headers={"X-Forwarded-For": "127.0.0.1"})

    assert refused.status_code == 403
    assert httpx.get(f"{stack.staff_url}/sign-in").status_code == 200
    group = f"/aws/lambda/{stack.stack.function_name('staff')}"
    logged = [event["message"] for event in stack.client("logs").filter_log_events(logGroupName=group)["events"]]
    assert any("source refused" in line and "127.0.0.2" in line for line in logged)


def test_deleting_and_deploying_the_application_again_loses_nothing(stack: RunningStack) -> None:
    _wait_until_no_mail_is_owed(stack)
    before = handover.contents(_cloud(stack))
    formation = stack.client("cloudformation")

    formation.delete_stack(StackName=stack.stack.name)
    formation.get_waiter("stack_delete_complete").wait(StackName=stack.stack.name, WaiterConfig={"Delay": 1})
    with pytest.raises(ClientError):
        stack.invoke("sweep", {})
    (stack.stack.folder / "application.stamp").unlink()
    deployment.deploy_application(stack.stack)

    assert handover.contents(_cloud(stack)) == before
    assert sum(each.count for each in before[0].values()) > 0
    assert httpx.get(f"{stack.public_url}/events").status_code == 200


@pytest.fixture
def empty_stack() -> Iterator[RunningStack]:
    """A second stack that nobody used."""
    running = start("import")
    yield running
    running.down()


def test_an_archive_restores_into_an_empty_stack(
    stack: RunningStack, empty_stack: RunningStack, tmp_path: Path
) -> None:
    _wait_until_no_mail_is_owed(stack)
    archive = tmp_path / "stack.zip"
    manifest = handover.export_stack(_cloud(stack), archive, at=datetime.now(UTC))  # noqa: TID251 a test's own clock

    handover.import_stack(_cloud(empty_stack), archive)

    handover.check_equal(manifest, handover.contents(_cloud(empty_stack)))
    with pytest.raises(handover.NotEmptyError):
        handover.import_stack(_cloud(empty_stack), archive)


def _wait_until_no_mail_is_owed(stack: RunningStack) -> None:
    """Let the workers finish, so that nothing changes while it is counted."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        owed = [stack.table(name).query(**OWED)["Count"] for name in ("members", "office", "events")]
        if sum(owed) == 0:
            return
        stack.invoke("sweep", {})
        time.sleep(2)
    pytest.fail(f"mail is still owed: {owed}")


def _cloud(stack: RunningStack) -> Cloud:
    services = ("dynamodb", "s3", "cognito-idp", "ssm")
    return Cloud(stack.stack.name, *(stack.client(service) for service in services))
