"""infra/edge.yaml: what stands before the public site, and that nothing is kept there."""

from typing import Any

import pytest

from tests.support.templates import ROOT, Resolver, of_type, read

PARAMETERS = {
    "Programme": "telework-office",
    "Env": "prod",
    "PublicHost": "telework.example.jp",
    "OriginKey": "an-origin-key-of-thirty-letters",
}
EDGE = Resolver(read("edge.yaml"), PARAMETERS, "us-east-1").resolved()
DISTRIBUTION: dict[str, Any] = EDGE["Resources"]["Distribution"]["Properties"]["DistributionConfig"]


def test_visitors_come_by_tls_through_the_firewall_only() -> None:
    assert DISTRIBUTION["WebACLId"] == {"Fn::GetAtt": ["Firewall", "Arn"]}
    assert DISTRIBUTION["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    for behaviour in (DISTRIBUTION["DefaultCacheBehavior"], *DISTRIBUTION["CacheBehaviors"]):
        assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"


def test_pages_are_never_cached_and_the_application_knows_the_edge_by_its_key() -> None:
    caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    origins = {origin["Id"]: origin for origin in DISTRIBUTION["Origins"]}

    assert DISTRIBUTION["DefaultCacheBehavior"]["CachePolicyId"] == caching_disabled
    assert origins["application"]["DomainName"] == "origin.telework.example.jp"
    assert origins["application"]["OriginCustomHeaders"] == [
        {"HeaderName": "x-api-key", "HeaderValue": PARAMETERS["OriginKey"]}
    ]


def test_static_files_are_read_with_a_signature() -> None:
    (static,) = [origin for origin in DISTRIBUTION["Origins"] if origin["Id"] == "static"]

    assert static["OriginAccessControlId"] == {"Fn::GetAtt": ["StaticAccess", "Id"]}
    assert static["DomainName"] == "telework-office-prod-static-123456789012.s3.ap-northeast-1.amazonaws.com"


def test_the_firewall_counts_requests_and_knows_bad_addresses() -> None:
    rules = str(EDGE["Resources"]["Firewall"]["Properties"]["Rules"])

    assert "RateBasedStatement" in rules
    assert "AWSManagedRulesAmazonIpReputationList" in rules


@pytest.mark.meets("B-082")
def test_nothing_is_stored_or_logged_at_the_edge() -> None:
    kinds = {resource["Type"] for resource in EDGE["Resources"].values()}

    assert not kinds & {"AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup"}
    assert not of_type(EDGE, "AWS::WAFv2::LoggingConfiguration")
    assert "Logging" not in DISTRIBUTION
    rules = EDGE["Resources"]["Firewall"]["Properties"]["Rules"]
    assert all(rule["VisibilityConfig"]["SampledRequestsEnabled"] is False for rule in rules)


def test_every_exception_from_checkov_has_a_reason() -> None:
    lines = (ROOT / ".checkov.yaml").read_text(encoding="utf-8").splitlines()
    skipped = [line for line in lines if line.strip().startswith("- CKV")]

    assert skipped
    assert all(" # " in line for line in skipped)
