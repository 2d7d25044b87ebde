"""Opens the layers as they are deployed: pinned, small, nothing unneeded, valid bytecode."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from madoguchi.settings import Settings
from operations import botocore_data, layers
from operations.stack import ROOT

MAGIC = importlib.util.MAGIC_NUMBER
UNCHECKED_HASH = 0b01
LARGEST_MIB = {"vendor": 40, "schema": 14, "madoguchi": 4, "programmes": 1, "templates": 4}
SCHEMA = "schema"
CHECKS = "override_check"
"""The one function that has the schema's layer."""
LAMBDA_LIMIT_MIB = 250
FUNCTIONS = sorted(one.name for one in (ROOT / "functions").iterdir() if (one / "__init__.py").is_file())
NOT_FOR_PAGES = {
    "boto3",
    "email.headerregistry",
    "email_validator",
    "icalendar",
    "jpholiday",
    "markdown_it",
    "nh3",
    "pydantic",
    "s3transfer",
    "segno",
    "xlsxwriter",
    "zoneinfo",
}
SETTINGS = dict.fromkeys(Settings.names(), "x") | {"PROGRAMME": "telework-office"}


@pytest.fixture(scope="module", autouse=True)
def _built_layers() -> None:
    layers.build()


def folder(layer: str) -> Path:
    return layers.LAYERS / layer / "python"


def run_alone(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code with nothing but the layers that most functions have, and the standard library."""
    return run_with([layer.name for layer in layers.ALL if layer.name != SCHEMA], code, *arguments)


def run_with(names: list[str], code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code with nothing but these layers and the standard library."""
    paths = [str(folder(name)) for name in names]
    start = f"import sys; sys.dont_write_bytecode = True; sys.path[:0] = {paths!r}\n"
    command = [sys.executable, "-I", "-S", "-c", start + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package", ["pip", "setuptools", "pkg_resources", "inquirer", "wheel", "pydantic", "pytest"])
def test_a_package_that_no_function_needs_is_not_deployed(package: str) -> None:
    assert not list(folder("vendor").glob(f"{package}*"))


def test_what_is_deployed_is_what_the_lock_file_says() -> None:
    lock = (ROOT / "layers/vendor/requirements.lock").read_text()
    pinned = {
        name.replace("-", "_").lower(): version for name, version in re.findall(r"^(\S+)==(\S+)", lock, re.MULTILINE)
    }
    found = {}
    for metadata in folder("vendor").glob("*.dist-info"):
        name, version = metadata.name.removesuffix(".dist-info").split("-", 1)
        found[name.replace(".", "_").lower()] = version
    assert found == pinned


def test_every_pinned_package_has_hashes() -> None:
    lock = (ROOT / "layers/vendor/requirements.lock").read_text()
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=\S)", lock.strip()))


@pytest.mark.parametrize("layer", [one.name for one in layers.ALL])
def test_every_module_has_bytecode_that_needs_no_check(layer: str) -> None:
    modules = list(folder(layer).rglob("*.py"))
    assert modules
    for module in modules:
        bytecode = Path(importlib.util.cache_from_source(str(module)))
        head = bytecode.read_bytes()[:16]
        assert head[:4] == MAGIC, module
        assert int.from_bytes(head[4:8], "little") == UNCHECKED_HASH, module
        assert head[8:16] == importlib.util.source_hash(module.read_bytes()), module


@pytest.mark.parametrize("layer", [one.name for one in layers.ALL])
def test_a_layer_is_small(layer: str) -> None:
    size = sum(file.stat().st_size for file in folder(layer).rglob("*") if file.is_file())
    assert size < LARGEST_MIB[layer] * 1024 * 1024
    assert sum(LARGEST_MIB.values()) < LAMBDA_LIMIT_MIB


@pytest.mark.parametrize("layer", [one.name for one in layers.ALL])
def test_a_layer_holds_no_tests_and_no_caches_of_others(layer: str) -> None:
    names = {one.name for one in folder(layer).rglob("*")}
    assert not names & {"tests", "conftest.py", ".git", ".DS_Store"}


def test_botocore_describes_only_the_services_in_use() -> None:
    services = {one.name for one in (folder("vendor") / "botocore" / "data").iterdir() if one.is_dir()}
    assert services == set(botocore_data.SERVICES)


def test_everything_imports_with_nothing_else_installed() -> None:
    done = run_alone(f"import {layers.IMPORTS}, madoguchi, madoguchi_programmes, madoguchi_templates")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_starts_with_nothing_but_the_layers(function: str) -> None:
    entry = "app" if (ROOT / "functions" / function / "app.py").is_file() else "handler"
    code = f"""
import os
os.environ.update({SETTINGS!r}, POWERTOOLS_SERVICE_NAME="x", AWS_DEFAULT_REGION="ap-northeast-1")
sys.path.insert(0, {str(ROOT / "functions")!r})
from importlib import import_module
handler = import_module("{function}.{entry}").handler
assert callable(handler)
for file in getattr(handler, "files", {{}}).values():
    import_module(file)
"""
    done = run_with([layer.name for layer in layers.ALL], code) if function == CHECKS else run_alone(code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("app", "page"), [("public", "office"), ("staff", "reception")])
def test_the_daily_pages_import_nothing_heavy_that_they_do_not_need(app: str, page: str) -> None:
    code = f"""
import os
os.environ.update({SETTINGS!r}, POWERTOOLS_SERVICE_NAME="x", AWS_DEFAULT_REGION="ap-northeast-1")
sys.path.insert(0, {str(ROOT / "functions")!r})
import {app}.app, {app}.{page}
found = {NOT_FOR_PAGES!r} & sys.modules.keys()
assert not found, found
"""
    done = run_alone(code)
    assert done.returncode == 0, done.stderr


DESCRIBE_CLIENTS = """
import json
import botocore.session

def described(shape, above=()):
    if shape is None or shape.name in above:
        return shape and shape.name
    members = dict(getattr(shape, "members", {}))
    members |= {part: getattr(shape, part) for part in ("member", "key", "value") if hasattr(shape, part)}
    inside = {name: described(one, (*above, shape.name)) for name, one in members.items()}
    return [shape.name, shape.type_name, shape.serialization, sorted(shape.metadata.items(), key=str), inside]

session = botocore.session.get_session()
session.set_credentials("x", "y")
for service, names in json.loads(sys.argv[1]).items():
    for region in ("ap-northeast-1", "ap-northeast-3", "us-east-1"):
        client = session.create_client(service, region_name=region)
        print(service, client.meta.endpoint_url, client.meta.service_model.signing_name)
    for name in names or client.meta.service_model.operation_names:
        operation = client.meta.service_model.operation_model(name)
        print(name, operation.http, operation.endpoint, operation.auth_type, operation.http_checksum)
        shapes = [operation.input_shape, operation.output_shape, *operation.error_shapes]
        print(json.dumps([described(shape) for shape in shapes], sort_keys=True, default=str))
"""


def test_trimmed_data_describe_the_same_requests_as_the_whole_botocore() -> None:
    asked = json.dumps(
        {service: [] for service in botocore_data.SERVICES} | {"dynamodb": botocore_data.DYNAMODB_OPERATIONS}
    )
    whole = subprocess.run(
        [sys.executable, "-c", "import sys\n" + DESCRIBE_CLIENTS, asked], capture_output=True, text=True, check=True
    )
    built = run_alone(DESCRIBE_CLIENTS, asked)
    assert built.returncode == 0, built.stderr
    assert built.stdout == whole.stdout


CALLS = {
    "cognito-idp": "admin_get_user(UserPoolId='x_y', Username='x')",
    "lambda": "invoke(FunctionName='x', Payload=b'{}')",
    "dynamodb": "get_item(TableName='xxx', Key={'pk': {'S': 'x'}})",
    "s3": "put_object(Bucket='xxx', Key='x', Body=b'x', IfNoneMatch='*')",
    "ses": "send_raw_email(RawMessage={'Data': b'x'})",
    "sqs": "send_message(QueueUrl='http://127.0.0.1:9/x', MessageBody='x')",
    "ssm": "get_parameter(Name='x')",
    "sts": "get_caller_identity()",
}


@pytest.mark.parametrize("service", botocore_data.SERVICES)
def test_a_client_of_each_service_makes_its_request_with_the_trimmed_data(service: str) -> None:
    code = f"""
import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
made = boto3.client({service!r}, region_name='ap-northeast-1', endpoint_url='http://127.0.0.1:9',
    aws_access_key_id='x', aws_secret_access_key='y', config=Config(retries={{'total_max_attempts': 1}}))
try:
    made.{CALLS[service]}
except EndpointConnectionError:
    print('asked')
"""
    done = run_alone(code)
    assert done.stdout == "asked\n", done.stderr


def test_the_programme_is_compiled_to_json() -> None:
    compiled = json.loads((folder("programmes") / "madoguchi_programmes" / "telework-office.json").read_text("utf-8"))
    assert compiled


@pytest.mark.parametrize("kind", ["pages", "mail"])
def test_every_template_is_compiled(kind: str) -> None:
    sources = [one for one in (ROOT / "templates" / kind).rglob("*") if one.is_file()]
    compiled = list((folder("templates") / "madoguchi_templates" / "compiled" / kind).glob("tmpl_*.py"))
    assert len(compiled) == len(sources)
