"""infra/template.yaml as AWS deploys it: who may reach what, who may do what, what is watched."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from madoguchi.settings import Settings
from tests.support.templates import AWS_PARAMETERS, LOCAL_PARAMETERS, Resolver, deployed, of_type, read

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
ON_AWS = deployed("template.yaml", AWS_PARAMETERS)
LOCALLY = deployed("template.yaml", LOCAL_PARAMETERS)
ROLES = {name: role for name, role in of_type(ON_AWS, "AWS::IAM::Role").items() if name.endswith("FunctionRole")}
# What a role may touch: capabilities' tables, other services.
ALLOWED = {
    "Public": {
        "members", "office", "events", "newsletters", "limits", "programme", "audit", "OwedMailQueue.Arn",
        "postal-codes",
    },
    "Staff": {
        "members", "office", "events", "newsletters", "reports", "staff", "limits", "programme", "prospects", "audit",
        "report-files", "OwedMailQueue.Arn",
        "postal-codes", "pool", "OverrideCheckFunction.Arn", "imports", "exports", "ExchangeQueue.Arn",
    },
    "OwedMail": {"members", "office", "events", "programme", "sender"},
    "Sweep": {"members", "office", "events", "newsletters", "programme", "prospects", "OwedMailQueue.Arn"},
    "Daily": {"members", "programme", "OwedMailQueue.Arn"},
    "NewsletterPlan": {"newsletters", "members", "programme", "NewsletterQueue.Arn"},
    "NewsletterSend": {"newsletters", "members", "programme", "sender"},
    "MonthlyRollup": {"members", "office", "events", "newsletters", "programme", "reports", "report-files"},
    "Exchange": {
        "members", "programme", "audit", "imports", "exports", "ExchangeQueue.Arn", "OwedMailQueue.Arn",
    },
    "OverrideCheck": set(),
}  # fmt: skip
ADDED_BY_SAM = {"AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole"}


def api(name: str, template: dict[str, Any] = ON_AWS) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def statements(role: dict[str, Any]) -> Iterator[tuple[list[str], list[Any]]]:
    """Actions and resources of each statement of a role."""
    for policy in role["Properties"].get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            actions, resources = statement["Action"], statement["Resource"]
            yield (
                actions if isinstance(actions, list) else [actions],
                resources if isinstance(resources, list) else [resources],
            )


NAMED = {
    r"arn:aws:dynamodb:[^:]+:\d+:table/telework-office-prod-([a-z]+)(/index/owed)?": r"\1",
    r"arn:aws:s3:::telework-office-prod-reports-\d+/\*": "report-files",
    r"arn:aws:s3:::telework-office-prod-exchange-\d+/(imports|exports)/\*": r"\1",
    r"arn:aws:s3:::telework-office-prod-static-\d+/static/postal/\*": "postal-codes",
    r".*:userpool/\{\{resolve:ssm:/telework-office-prod/user-pool-id\}\}": "pool",
    r".*:identity/telework\.example\.jp": "sender",
}


def named(resource: Any) -> str:  # noqa: ANN401 an ARN or a reference to a resource
    """A short name of what an ARN stands for; anything else comes back whole."""
    if isinstance(resource, dict):
        return ".".join(resource["Fn::GetAtt"])
    found = (match.expand(name) for pattern, name in NAMED.items() if (match := re.fullmatch(pattern, resource)))
    return next(found, str(resource))


def test_the_staff_api_answers_the_listed_addresses_only() -> None:
    (statement,) = api("StaffApi")["Body"]["x-amazon-apigateway-policy"]["Statement"]

    assert statement["Effect"] == "Allow"
    assert statement["Condition"] == {"IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "203.0.113.0/24"]}}


@pytest.mark.parametrize("name", ["PublicApi", "StaffApi"])
def test_the_default_endpoints_are_closed_on_aws_and_open_locally(name: str) -> None:
    for template, is_closed in ((ON_AWS, True), (LOCALLY, False)):
        (server,) = api(name, template)["Body"]["servers"]
        assert server["x-amazon-apigateway-endpoint-configuration"] == {"disableExecuteApiEndpoint": is_closed}


def test_the_public_api_answers_those_who_hold_the_origin_key_only() -> None:
    body = api("PublicApi")["Body"]

    assert body["components"]["securitySchemes"]["origin"] == {"type": "apiKey", "name": "x-api-key", "in": "header"}
    for path in body["paths"].values():
        assert all(method["security"] == [{"origin": []}] for method in path.values())
    assert api("PublicOriginKey")["Value"] == AWS_PARAMETERS["OriginKey"]


@pytest.mark.parametrize("name", ["PublicApi", "StaffApi"])
def test_every_method_and_path_reaches_the_application(name: str) -> None:
    paths = api(name, LOCALLY)["Body"]["paths"]

    assert set(paths) == {"/", "/{proxy+}"}
    for path in paths.values():
        assert set(path) == {"get", "head", "post", "put", "patch", "delete", "options"}
    assert api(name)["BinaryMediaTypes"] == ["*/*"]


def test_nothing_local_is_deployed_to_aws_and_the_other_way_round() -> None:
    local, aws = (
        # SAM names these after their content.
        {name for name in template["Resources"] if not re.search("Deployment|Layer", name)}
        for template in (LOCALLY, ON_AWS)
    )

    assert local - aws == {"LocalMailIdentity"}
    assert {"PublicOriginDomain", "StaffDomain", "PublicOriginKey"} <= aws - local


def test_aws_refuses_a_deployment_without_certificate_or_origin_key() -> None:
    for missing in ("CertificateArn", "OriginKey"):
        rules = Resolver(read("template.yaml"), AWS_PARAMETERS | {missing: ""})
        assert rules.broken_rules() == [f"{missing} is needed outside the local cloud."]


def test_every_folder_of_functions_is_deployed_with_a_role_of_its_own() -> None:
    functions = of_type(ON_AWS, "AWS::Lambda::Function")
    folders = {path.parent.name for path in FUNCTIONS.glob("*/*.py") if path.stem in {"app", "handler"}}

    assert {one["Properties"]["Handler"].split(".")[0] for one in functions.values()} == folders
    roles = [one["Properties"]["Role"]["Fn::GetAtt"][0] for one in functions.values()]
    assert sorted(roles) == sorted(ROLES)


@pytest.mark.meets("A-066")
@pytest.mark.parametrize("name", ROLES)
def test_a_role_names_every_action_and_only_its_own_resources(name: str) -> None:
    touched = set()
    for actions, resources in statements(ROLES[name]):
        assert all(re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z]+", action) for action in actions), actions
        touched |= {named(resource) for resource in resources}

    assert touched == ALLOWED[name.removesuffix("FunctionRole")]
    managed = {arn.rpartition("/")[2] for arn in ROLES[name]["Properties"]["ManagedPolicyArns"]}
    assert managed <= ADDED_BY_SAM


@pytest.mark.meets("A-066")
def test_nobody_scans_and_nobody_changes_the_audit() -> None:
    for role in ROLES.values():
        for actions, resources in statements(role):
            assert "dynamodb:Scan" not in actions
            if "audit" in map(named, resources):
                assert set(actions) <= {"dynamodb:PutItem", "dynamodb:Query"}


def test_the_month_is_read_by_queries_only() -> None:
    for actions, resources in statements(ROLES["MonthlyRollupFunctionRole"]):
        if {"members", "office", "events", "newsletters"} & set(map(named, resources)):
            assert actions == ["dynamodb:Query"]


@pytest.mark.parametrize("template", [ON_AWS, LOCALLY], ids=["aws", "local"])
def test_functions_get_the_settings_that_the_code_reads(template: dict[str, Any]) -> None:
    for function in of_type(template, "AWS::Lambda::Function").values():
        variables = function["Properties"]["Environment"]["Variables"]
        assert {name for name in variables if not name.startswith("POWERTOOLS_")} == set(Settings.names())
        assert variables["POWERTOOLS_SERVICE_NAME"] == function["Properties"]["Handler"].split(".")[0]


def test_only_the_check_of_changes_has_the_layer_of_the_schema() -> None:
    for name, function in of_type(ON_AWS, "AWS::Lambda::Function").items():
        layers = {layer["Ref"].rpartition("Layer")[0] for layer in function["Properties"]["Layers"]}
        shared = {"Vendor", "Madoguchi", "Programmes", "Templates"}
        # Pydantic and YAML are for the function that checks changes, and for no other.
        assert layers == (shared | {"Schema"} if name == "OverrideCheckFunction" else shared)


def test_every_queue_has_a_dead_letter_queue_and_time_for_its_worker() -> None:
    queues = of_type(ON_AWS, "AWS::SQS::Queue")
    dead = {name for name in queues if name.endswith("DeadQueue")}
    workers = {
        one["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]: one["Properties"]
        for one in of_type(ON_AWS, "AWS::Lambda::EventSourceMapping").values()
    }

    assert set(workers) == set(queues) - dead
    for name in set(queues) - dead:
        redrive = queues[name]["Properties"]["RedrivePolicy"]
        assert redrive == {
            "deadLetterTargetArn": {"Fn::GetAtt": [redrive["deadLetterTargetArn"]["Fn::GetAtt"][0], "Arn"]},
            "maxReceiveCount": 5,
        }
        assert redrive["deadLetterTargetArn"]["Fn::GetAtt"][0] in dead
        timeout = ON_AWS["Resources"][workers[name]["FunctionName"]["Ref"]]["Properties"]["Timeout"]
        assert queues[name]["Properties"]["VisibilityTimeout"] >= 6 * timeout
        assert workers[name]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert all(queue["Properties"]["SqsManagedSseEnabled"] for queue in queues.values())


def test_ticks_are_plain_rates_named_after_the_stack() -> None:
    ticks = of_type(ON_AWS, "AWS::Scheduler::Schedule").values()

    assert {one["Properties"]["Name"]: one["Properties"]["ScheduleExpression"] for one in ticks} == {
        "telework-office-prod-sweep": "rate(5 minutes)",
        "telework-office-prod-newsletter-plan": "rate(5 minutes)",
        "telework-office-prod-exchange": "rate(15 minutes)",
        "telework-office-prod-daily": "rate(1 hour)",
        "telework-office-prod-monthly-rollup": "rate(1 hour)",
    }


@pytest.mark.meets("A-066")
def test_every_function_logs_to_a_group_that_forgets() -> None:
    groups = of_type(ON_AWS, "AWS::Logs::LogGroup")

    assert all(group["Properties"]["RetentionInDays"] == 400 for group in groups.values())
    for function in of_type(ON_AWS, "AWS::Lambda::Function").values():
        logging = function["Properties"]["LoggingConfig"]
        assert logging["LogFormat"] == "JSON"
        name = groups[logging["LogGroup"]["Ref"]]["Properties"]["LogGroupName"]
        assert name == f"/aws/lambda/{function['Properties']['FunctionName']}"


def test_every_function_and_dead_letter_queue_is_watched() -> None:
    watched = {
        (alarm["MetricName"], json.dumps(alarm["Dimensions"][0]["Value"]))
        for alarm in (one["Properties"] for one in of_type(ON_AWS, "AWS::CloudWatch::Alarm").values())
        if alarm["AlarmActions"] == [{"Ref": "Alarms"}]
    }

    for function in of_type(ON_AWS, "AWS::Lambda::Function"):
        assert ("Errors", json.dumps({"Ref": function})) in watched
    for queue in ("OwedMailDeadQueue", "NewsletterDeadQueue", "ExchangeDeadQueue"):
        value = json.dumps({"Fn::GetAtt": [queue, "QueueName"]})
        assert ("ApproximateNumberOfMessagesVisible", value) in watched


def test_nothing_typed_by_people_is_logged_by_the_gateway() -> None:
    for stage in of_type(ON_AWS, "AWS::ApiGateway::Stage").values():
        assert all(setting["DataTraceEnabled"] is False for setting in stage["Properties"]["MethodSettings"])
        assert "path" not in stage["Properties"]["AccessLogSetting"]["Format"].lower()
