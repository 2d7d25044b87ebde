"""infra/data.yaml keeps everything, in Japan, for us alone."""

from typing import Any

import pytest

from tests.support.templates import AWS_PARAMETERS, LOCAL_PARAMETERS, Resolver, deployed, of_type, read

CAPABILITIES = {
    "members",
    "office",
    "events",
    "newsletters",
    "reports",
    "programme",
    "prospects",
    "staff",
    "audit",
    "limits",
}
OWING = {"members", "office", "events"}
ON_AWS = deployed("data.yaml", AWS_PARAMETERS)
TABLES: dict[str, Any] = {
    table["Properties"]["TableName"].removeprefix("telework-office-prod-"): table["Properties"]
    for table in of_type(ON_AWS, "AWS::DynamoDB::Table").values()
}
BUCKETS = of_type(ON_AWS, "AWS::S3::Bucket")


def test_every_capability_has_a_table_named_after_it() -> None:
    assert set(TABLES) == CAPABILITIES


@pytest.mark.meets("A-066")
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_is_encrypted_protected_and_paid_by_use(table: dict[str, Any]) -> None:
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_has_the_keys_that_the_stores_use(table: dict[str, Any]) -> None:
    assert _keys(table) == [("pk", "HASH"), ("sk", "RANGE")]
    assert {one["AttributeType"] for one in table["AttributeDefinitions"]} == {"S"}


def test_only_tables_that_owe_mail_have_an_index_and_it_is_sparse() -> None:
    indexes = {name: table["GlobalSecondaryIndexes"] for name, table in TABLES.items() if "Global" in str(table)}

    assert set(indexes) == OWING
    for (index,) in indexes.values():
        assert index["IndexName"] == "owed"
        assert _keys(index) == [("owed", "HASH"), ("owed_at", "RANGE")]
        assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_deleting_or_replacing_anything_deletes_nothing() -> None:
    for name, resource in ON_AWS["Resources"].items():
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain"), name


def test_everything_that_holds_data_has_a_name_of_its_own() -> None:
    # With a generated name, a stack that is made again takes over the old name and empties the table.
    assert {bucket["Properties"]["BucketName"] for bucket in BUCKETS.values()} == {
        f"telework-office-prod-{use}-123456789012" for use in ("reports", "static", "exchange", "access-logs")
    }
    assert {one["Properties"]["Name"] for one in of_type(ON_AWS, "AWS::SSM::Parameter").values()} == {
        "/telework-office-prod/user-pool-id",
        "/telework-office-prod/user-pool-client-id",
    }


@pytest.mark.meets("A-066")
@pytest.mark.parametrize("bucket", BUCKETS.values(), ids=BUCKETS)
def test_a_bucket_is_closed_to_the_public_and_encrypted(bucket: dict[str, Any]) -> None:
    properties = bucket["Properties"]

    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert "ServerSideEncryptionByDefault" in str(properties["BucketEncryption"])
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


@pytest.mark.meets("A-066")
@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_answers_over_tls_only(name: str) -> None:
    (policy,) = [
        one["Properties"]["PolicyDocument"]
        for one in of_type(ON_AWS, "AWS::S3::BucketPolicy").values()
        if one["Properties"]["Bucket"] == {"Ref": name}
    ]

    denied = [statement for statement in policy["Statement"] if statement["Effect"] == "Deny"]
    assert [one["Condition"] for one in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
    assert (denied[0]["Principal"], denied[0]["Action"]) == ("*", "s3:*")


def test_reports_keep_their_versions() -> None:
    assert BUCKETS["ReportsBucket"]["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}


def test_files_of_members_have_no_versions_and_are_forgotten_in_days() -> None:
    properties = BUCKETS["ExchangeBucket"]["Properties"]
    rules = properties["LifecycleConfiguration"]["Rules"]

    assert "VersioningConfiguration" not in properties
    assert {each["Prefix"]: each["ExpirationInDays"] for each in rules} == {"imports/": 7, "exports/": 1}


def test_staff_accounts_come_by_invitation_with_long_passwords_and_totp() -> None:
    pool = ON_AWS["Resources"]["StaffPool"]["Properties"]
    client = ON_AWS["Resources"]["StaffPoolClient"]["Properties"]

    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"


@pytest.mark.meets("B-082")
@pytest.mark.parametrize("template", ["data.yaml", "template.yaml"])
@pytest.mark.parametrize("parameters", [AWS_PARAMETERS, LOCAL_PARAMETERS], ids=["aws", "local"])
@pytest.mark.parametrize(
    ("region", "is_allowed"),
    [("ap-northeast-1", True), ("ap-northeast-3", True), ("us-east-1", False), ("ap-southeast-1", False)],
)
def test_data_is_kept_in_tokyo_or_osaka_only(
    template: str, parameters: dict[str, str], region: str, *, is_allowed: bool
) -> None:
    broken = Resolver(read(template), parameters, region).broken_rules()

    assert (not broken) is is_allowed


def _keys(shape: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in shape["KeySchema"]]
