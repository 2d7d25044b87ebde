"""Reads the CloudFormation templates: as written, as deployed with given parameters, as tables in a test's account."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
SAM_PYTHON = ROOT / ".local" / "env" / "sam" / "bin" / "python"
REGION = "ap-northeast-1"
ACCOUNT = "123456789012"

AWS_PARAMETERS = {
    "Programme": "telework-office",
    "Env": "prod",
    "PublicUrl": "https://telework.example.jp",
    "StaffUrl": "https://telework-staff.example.jp",
    "MailFrom": "madoguchi@telework.example.jp",
    "StaffCidrs": "198.51.100.0/24,203.0.113.0/24",
    "CertificateArn": f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1",
    "OriginKey": "an-origin-key-of-thirty-letters",
}
LOCAL_PARAMETERS = {
    "Programme": "telework-office",
    "Env": "local",
    "PublicUrl": "http://localhost:8100",
    "StaffUrl": "http://localhost:8101",
    "MailFrom": "madoguchi@telework.example.jp",
}
GONE = object()
Json = Any


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, dates left as text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 a class attribute of PyYAML's
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _tag(loader: _Loader, suffix: str, node: yaml.Node) -> Json:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    value: Json
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        value = value.split(".", 1) if name == "Fn::GetAtt" else value
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None
    return {name: value}


_Loader.add_multi_constructor("!", _tag)


@cache
def _parsed(name: str) -> str:
    # A subclass of SafeLoader: it builds nothing but plain values.
    return json.dumps(yaml.load((INFRA / name).read_text(encoding="utf-8"), _Loader))  # noqa: S506


def read(name: str) -> dict[str, Json]:
    """A template as it is written, short tags in their long form; the caller may change it."""
    return dict(json.loads(_parsed(name)))


@cache
def _transformed(parameters: tuple[tuple[str, str], ...]) -> str:
    template = read("template.yaml")
    # The packages stand in for what `sam package` uploads.
    template["Globals"]["Function"]["CodeUri"] = "s3://artifacts/functions.zip"
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = "s3://artifacts/layer.zip"
    request = json.dumps({"template": template, "parameters": dict(parameters)})
    done = subprocess.run(
        [str(SAM_PYTHON), "-P", str(Path(__file__).with_name("transform.py"))],
        input=request,
        capture_output=True,
        text=True,
        check=False,
        env={"AWS_DEFAULT_REGION": REGION},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def deployed(name: str, parameters: dict[str, str]) -> dict[str, Json]:
    """The template as CloudFormation deploys it: SAM transformed, conditions and parameters resolved."""
    template = read(name)
    if "Transform" in template:
        template = json.loads(_transformed(tuple(sorted(parameters.items()))))
    return Resolver(template, parameters).resolved()


class Resolver:
    """Puts parameters and conditions into a template; references to resources stay as they are."""

    def __init__(self, template: dict[str, Json], parameters: dict[str, str], region: str = REGION) -> None:
        self.template = template
        self.values: dict[str, Json] = {
            "AWS::Region": region,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::NoValue": GONE,
            "AWS::StackName": "stack",
        }
        for name, declared in template.get("Parameters", {}).items():
            value = parameters.get(name, declared.get("Default"))
            assert value is not None, f"parameter {name} has no value"
            self.values[name] = value.split(",") if declared["Type"] == "CommaDelimitedList" else value

    def resolved(self) -> dict[str, Json]:
        """Resources and outputs that this deployment really has."""
        return self.template | {
            section: {
                name: self.resolve(entry)
                for name, entry in self.template.get(section, {}).items()
                if "Condition" not in entry or self.holds(entry["Condition"])
            }
            for section in ("Resources", "Outputs")
        }

    def broken_rules(self) -> list[str]:
        """Why CloudFormation would refuse this deployment."""
        return [
            assertion["AssertDescription"]
            for rule in self.template.get("Rules", {}).values()
            if self.resolve(rule.get("RuleCondition", True))
            for assertion in rule["Assertions"]
            if not self.resolve(assertion["Assert"])
        ]

    def holds(self, condition: str) -> bool:
        """Whether a named condition is true here."""
        return bool(self.resolve(self.template["Conditions"][condition]))

    def resolve(self, node: Json) -> Json:
        """The node without parameters and conditions."""
        if isinstance(node, dict):
            if len(node) == 1 and (found := _FUNCTIONS.get(next(iter(node)))):
                return found(self, next(iter(node.values())))
            values = {key: self.resolve(value) for key, value in node.items()}
            return {key: value for key, value in values.items() if value is not GONE}
        if isinstance(node, list):
            return [value for value in map(self.resolve, node) if value is not GONE]
        return node

    def _ref(self, name: str) -> Json:
        return self.values.get(name, {"Ref": name})

    def _if(self, arguments: list[Json]) -> Json:
        condition, yes, no = arguments
        return self.resolve(yes if self.holds(condition) else no)

    def _sub(self, argument: Json) -> str:
        text, extra = argument if isinstance(argument, list) else (argument, {})
        values = self.values | self.resolve(extra)
        return re.sub(r"\$\{([^}]+)}", lambda found: str(values.get(found[1], found[0])), text)

    def _join(self, arguments: list[Json]) -> Json:
        parts = self.resolve(arguments[1])
        whole = all(isinstance(part, str) for part in parts)
        return arguments[0].join(parts) if whole else {"Fn::Join": [arguments[0], parts]}

    def _select(self, arguments: list[Json]) -> Json:
        return self.resolve(arguments[1])[int(arguments[0])]

    def _split(self, arguments: list[Json]) -> Json:
        return self.resolve(arguments[1]).split(arguments[0])

    def _equals(self, arguments: list[Json]) -> bool:
        one, other = map(self.resolve, arguments)
        return bool(one == other)

    def _not(self, arguments: list[Json]) -> bool:
        return not self.resolve(arguments[0])

    def _contains(self, arguments: list[Json]) -> bool:
        return self.resolve(arguments[1]) in self.resolve(arguments[0])

    def _condition(self, name: Json) -> Json:
        # An IAM statement's Condition is a map, not a name.
        return self.holds(name) if isinstance(name, str) else {"Condition": self.resolve(name)}


_FUNCTIONS: dict[str, Any] = {
    "Ref": Resolver._ref,
    "Condition": Resolver._condition,
    "Fn::If": Resolver._if,
    "Fn::Sub": Resolver._sub,
    "Fn::Join": Resolver._join,
    "Fn::Select": Resolver._select,
    "Fn::Split": Resolver._split,
    "Fn::Equals": Resolver._equals,
    "Fn::Not": Resolver._not,
    "Fn::Contains": Resolver._contains,
}


def of_type(template: dict[str, Json], kind: str) -> dict[str, Json]:
    """The resources of one type, by logical name."""
    return {name: entry for name, entry in template["Resources"].items() if entry["Type"] == kind}


@cache
def tables(programme: str, env: str) -> tuple[dict[str, Json], ...]:
    """What infra/data.yaml says of each table."""
    data = deployed("data.yaml", {"Programme": programme, "Env": env})
    return tuple(table["Properties"] for table in of_type(data, "AWS::DynamoDB::Table").values())


def create_tables(stack: str, client: Json = None) -> None:
    """Make the tables of infra/data.yaml in the account at hand, or in that of a given client."""
    dynamodb = client or boto3.client("dynamodb")
    programme, _, env = stack.rpartition("-")
    for table in tables(programme, env):
        wanted = ("TableName", "BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
        dynamodb.create_table(**{name: table[name] for name in wanted if name in table})
