"""A stack on this machine: its names, ports, folders and clients."""

import json
import os
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
REGION = "ap-northeast-1"
ACCOUNT = "000000000000"
MAIL_FROM = "madoguchi@example.jp"
PYTHON_RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


class OperationError(Exception):
    """An operation cannot go on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one stack, all on 127.0.0.1."""

    cloud: int = 4566
    public: int = 8100
    staff: int = 8101
    inbox: int = 8102
    mail: int = 8103

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nobody uses at the moment."""
        sockets = [socket.socket() for _ in range(5)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        numbers = [int(one.getsockname()[1]) for one in sockets]
        for one in sockets:
            one.close()
        return cls(*numbers)


@dataclass(frozen=True, slots=True)
class Stack:
    """One programme's stack on a local cloud of its own."""

    programme: str = "telework-office"
    env: str = "local"
    ports: Ports = field(default_factory=Ports)
    label: str = ""
    """Distinguishes the folders of a test's stack from those of `make up`."""
    auth: bool = False
    """Whether the local cloud enforces the roles' policies."""

    @property
    def name(self) -> str:
        """The name of the application's CloudFormation stack."""
        return f"{self.programme}-{self.env}"

    @property
    def data_name(self) -> str:
        """The name of the CloudFormation stack that holds the data."""
        return f"{self.name}-data"

    @property
    def folder(self) -> Path:
        """Where the stack's state is kept."""
        return LOCAL / (self.label or self.name)

    @property
    def build_folder(self) -> Path:
        """Where SAM builds the stack."""
        return ROOT / ".aws-sam" / (self.label or self.name)

    @property
    def endpoint(self) -> str:
        """The address of the local cloud."""
        return f"http://127.0.0.1:{self.ports.cloud}"

    @property
    def public_url(self) -> str:
        """The address of the public site."""
        return f"http://localhost:{self.ports.public}"

    @property
    def staff_url(self) -> str:
        """The address of the staff console."""
        return f"http://localhost:{self.ports.staff}"

    @property
    def inbox_url(self) -> str:
        """The address of the mail inbox."""
        return f"http://localhost:{self.ports.inbox}"

    def bucket(self, purpose: str) -> str:
        """The name of one of the data stack's buckets."""
        return f"{self.name}-{purpose}-{ACCOUNT}"

    def boto3_session(self) -> "boto3.Session":
        """A session with the local cloud's root credentials; clients still need `endpoint_url`, see `client`."""
        import boto3  # noqa: PLC0415 - a quarter of a second that `--help` need not wait for

        return boto3.Session("test", "test", region_name=REGION)

    def client(self, service: str) -> Any:  # noqa: ANN401 - one client type per service; callers annotate theirs
        """A boto3 client of this stack's local cloud."""
        from botocore.config import Config  # noqa: PLC0415 - as above

        config = Config(signature_version="s3v4" if service == "s3" else None, retries={"total_max_attempts": 2})
        # The session knows one overload per service; the name is only known at run time.
        make: Any = self.boto3_session().client
        return make(service, endpoint_url=self.endpoint, config=config)

    def invoke(self, function: str, payload: object) -> Any:  # noqa: ANN401 - whatever the function returns
        """Call a function by its logical name, for example `Sweep`, and return its answer; raise OperationError if it failed."""
        answer = self.client("lambda").invoke(
            FunctionName=self.function_name(function), Payload=json.dumps(payload).encode()
        )
        text = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            message = f"{function} failed: {text}"
            raise OperationError(message)
        return json.loads(text) if text else None

    def function_name(self, function: str) -> str:
        """The physical name of a function, from its logical name in infra/template.yaml."""
        resource = self.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=function
        )
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

    def function_environment(self, function: str) -> dict[str, str]:
        """The environment of a process that acts like a function of this stack."""
        settings = self.client("lambda").get_function_configuration(FunctionName=self.function_name(function))
        return {**clean_environment(self), **settings["Environment"]["Variables"]}


def clean_environment(stack: Stack) -> dict[str, str]:
    """An environment for child processes: what they need, the local cloud's keys, nothing of the caller's AWS."""
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TERM", "SSL_CERT_FILE")
    kept = {name: os.environ[name] for name in keep if name in os.environ}  # noqa: TID251 - passed on, not read
    return {
        "LANG": "C.UTF-8",
        **kept,
        "AWS_ENDPOINT_URL": stack.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.1",
        "__SAM_CLI_APP_DIR": str(LOCAL / "sam"),
    }
