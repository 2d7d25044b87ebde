"""An archive carries every item and object of a stack into an empty one, and says so only when it is true."""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from operations.handover import (
    Cloud,
    DamagedArchiveError,
    NotEmptyError,
    contents,
    export_stack,
    import_stack,
)
from operations.stack import OperationError
from tests.support.templates import ACCOUNT, REGION, create_tables

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
OLD, NEW = "telework-office-prod", "telework-office-staging"
# Every kind of value that DynamoDB has.
HARD_ITEM = {
    "pk": {"S": "MEMBER#髙橋"},
    "sk": {"S": "PROFILE"},
    "schema": {"N": "1"},
    "taken": {"NS": ["34", "35", "3.5"]},
    "bookings": {"SS": ["b", "a"]},
    "blob": {"B": b"\x00\xff"},
    "blobs": {"BS": [b"\x02", b"\x01"]},
    "nothing": {"NULL": True},
    "blocked": {"BOOL": False},
    # Names that look like types must survive.
    "answers": {"M": {"B": {"S": "not binary"}, "list": {"L": [{"N": "1"}, {"M": {}}]}}},
}


def a_cloud(stack: str) -> Cloud:
    return Cloud(stack, *(boto3.client(name) for name in ("dynamodb", "s3", "cognito-idp", "ssm")))


def deploy(stack: str) -> Cloud:
    cloud = a_cloud(stack)
    create_tables(stack)
    for purpose in ("reports", "static", "access-logs"):
        cloud.s3.create_bucket(
            Bucket=f"{stack}-{purpose}-{ACCOUNT}", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    pool = cloud.cognito.create_user_pool(PoolName=f"{stack}-staff")["UserPool"]["Id"]
    cloud.ssm.put_parameter(Name=f"/{stack}/user-pool-id", Value=pool, Type="String")
    return cloud


@pytest.fixture
def clouds() -> Iterator[tuple[Cloud, Cloud]]:
    """A stack in use and an empty one."""
    with mock_aws():
        old, new = deploy(OLD), deploy(NEW)
        old.dynamodb.put_item(TableName=f"{OLD}-members", Item=HARD_ITEM)
        for number in range(60):
            item = {"pk": {"S": "BOOKINGS#2026-10"}, "sk": {"S": f"{number:02}"}, "unit": {"N": str(number)}}
            old.dynamodb.put_item(TableName=f"{OLD}-office", Item=item)
        old.s3.put_object(
            Bucket=f"{OLD}-reports-{ACCOUNT}",
            Key="reports/2026-10/r1/月次 figures.csv",
            Body=b"\xef\xbb\xbfa,b\r\n",
            ContentType="text/csv; charset=utf-8",
            Metadata={"made-by": "roll-up"},
        )
        old.s3.put_object(Bucket=f"{OLD}-static-{ACCOUNT}", Key="static/css/a.css", Body=b"a{}", ContentType="text/css")
        pool = old.ssm.get_parameter(Name=f"/{OLD}/user-pool-id")["Parameter"]["Value"]
        old.cognito.admin_create_user(UserPoolId=pool, Username="hanako@example.jp")
        yield old, new


def test_both_stacks_hold_the_same_afterwards(clouds: tuple[Cloud, Cloud], tmp_path: Path) -> None:
    old, new = clouds

    exported = export_stack(old, tmp_path / "stack.zip", at=NOW)
    import_stack(new, tmp_path / "stack.zip")

    assert [path.name for path in tmp_path.iterdir()] == ["stack.zip"]
    assert (tmp_path / "stack.zip").stat().st_mode & 0o077 == 0
    assert contents(new) == contents(old) == (exported.tables, exported.buckets)
    assert exported.tables["members"].count == 1
    assert exported.tables["office"].count == 60
    assert set(exported.tables) == {
        "members", "office", "events", "newsletters", "prospects", "programme", "reports", "staff", "audit", "limits"
    }  # fmt: skip
    assert set(exported.buckets) == {"reports", "static", "access-logs"}
    (item,) = new.items(f"{NEW}-members")
    assert item["blob"] == HARD_ITEM["blob"]
    assert item["answers"] == HARD_ITEM["answers"]
    assert set(item["taken"]["NS"]) == {"34", "35", "3.5"}
    copied = new.s3.get_object(Bucket=f"{NEW}-reports-{ACCOUNT}", Key="reports/2026-10/r1/月次 figures.csv")
    assert (copied["ContentType"], copied["Metadata"]) == ("text/csv; charset=utf-8", {"made-by": "roll-up"})


def test_a_second_hand_over_gives_the_same_hashes(clouds: tuple[Cloud, Cloud], tmp_path: Path) -> None:
    old, new = clouds
    first = export_stack(old, tmp_path / "first.zip", at=NOW)
    import_stack(new, tmp_path / "first.zip")

    second = export_stack(new, tmp_path / "second.zip", at=NOW)

    assert (second.tables, second.buckets) == (first.tables, first.buckets)


def test_the_archive_lists_the_accounts_without_secrets(clouds: tuple[Cloud, Cloud], tmp_path: Path) -> None:
    old, _ = clouds

    manifest = export_stack(old, tmp_path / "stack.zip", at=NOW)

    with zipfile.ZipFile(tmp_path / "stack.zip") as archive:
        (account,) = [json.loads(line) for line in archive.read("accounts.jsonl").splitlines()]
    assert manifest.accounts == 1
    assert account["username"] == "hanako@example.jp"
    assert not any("assword" in name for name in account)


def test_a_stack_in_use_takes_no_archive_unless_told(clouds: tuple[Cloud, Cloud], tmp_path: Path) -> None:
    old, new = clouds
    export_stack(old, tmp_path / "stack.zip", at=NOW)
    new.dynamodb.put_item(TableName=f"{NEW}-audit", Item={"pk": {"S": "2026-11"}, "sk": {"S": "1"}})

    with pytest.raises(NotEmptyError, match="audit"):
        import_stack(new, tmp_path / "stack.zip")
    assert next(new.items(f"{NEW}-members"), None) is None

    import_stack(new, tmp_path / "stack.zip", into_used=True)
    assert len(list(new.items(f"{NEW}-office"))) == 60
    assert len(list(new.items(f"{NEW}-audit"))) == 1


def test_static_files_of_a_newer_deployment_stay(clouds: tuple[Cloud, Cloud], tmp_path: Path) -> None:
    old, new = clouds
    export_stack(old, tmp_path / "stack.zip", at=NOW)
    new.s3.put_object(Bucket=f"{NEW}-static-{ACCOUNT}", Key="static/css/a.css", Body=b"newer")

    import_stack(new, tmp_path / "stack.zip")

    kept = new.s3.get_object(Bucket=f"{NEW}-static-{ACCOUNT}", Key="static/css/a.css")
    assert kept["Body"].read() == b"newer"


def test_a_changed_archive_is_refused_before_anything_is_written(clouds: tuple[Cloud, Cloud], tmp_path: Path) -> None:
    old, new = clouds
    export_stack(old, tmp_path / "stack.zip", at=NOW)
    with (
        zipfile.ZipFile(tmp_path / "stack.zip") as archive,
        zipfile.ZipFile(tmp_path / "changed.zip", "w") as changed,
    ):
        for name in archive.namelist():
            content = archive.read(name)
            changed.writestr(name, content.replace(b'"unit":{"N":"7"}', b'"unit":{"N":"8"}'))

    with pytest.raises(DamagedArchiveError, match=r"tables/office\.jsonl"):
        import_stack(new, tmp_path / "changed.zip")
    assert next(new.items(f"{NEW}-office"), None) is None


def test_a_name_that_no_stack_has_is_told(clouds: tuple[Cloud, Cloud], tmp_path: Path) -> None:  # noqa: ARG001
    with pytest.raises(OperationError, match="telework-office-typo"):
        export_stack(a_cloud("telework-office-typo"), tmp_path / "stack.zip", at=NOW)
    assert list(tmp_path.iterdir()) == []
