"""A stack on this machine: its names, ports, folders and clients."""

import json
import os
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, astuple, dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
REGION = "ap-northeast-1"
ACCOUNT = "000000000000"
MAIL_FROM = "madoguchi@example.jp"
DISTANCE = 10
"""Between the ports of stacks that run side by side."""
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
    def starting_at(cls, first: int) -> "Ports":
        """Four ports from this one on, and the local cloud's at the same distance from its usual one."""
        usual = cls()
        return cls(usual.cloud + first - usual.public, first, first + 1, first + 2, first + 3)

    @classmethod
    def beside(cls, others: Iterable["Ports"]) -> "Ports":
        """The usual ports, or the next ones, ten further each time, that none of the others has."""
        taken = {port for other in others for port in astuple(other)}
        each = (cls.starting_at(cls().public + DISTANCE * number) for number in count())
        return next(ports for ports in each if taken.isdisjoint(astuple(ports)))

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

    programme: str
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
        """Call a function by its folder's name, for example `owed_mail`; raise OperationError if it failed."""
        answer = self.client("lambda").invoke(
            FunctionName=self.function_name(function), Payload=json.dumps(payload).encode()
        )
        text = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            message = f"{function} failed: {text}"
            raise OperationError(message)
        return json.loads(text) if text else None

    def function_name(self, function: str) -> str:
        """The name of a function on the stack, from its folder's name in functions/."""
        return f"{self.name}-{function.replace('_', '-')}"

    def function_environment(self, function: str) -> dict[str, str]:
        """The environment of a process that acts like a function of this stack."""
        settings = self.client("lambda").get_function_configuration(FunctionName=self.function_name(function))
        return {**clean_environment(self), **settings["Environment"]["Variables"]}

    def save(self) -> None:
        """Remember the stack in its folder, so that other commands find its ports."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "stack.json").write_text(json.dumps(asdict(self)))

    @classmethod
    def from_json(cls, text: str) -> "Stack":
        """The stack that `save` wrote down."""
        values = json.loads(text)
        return cls(**{**values, "ports": Ports(**values["ports"])})

    @classmethod
    def find(cls, programme: str, label: str = "") -> "Stack":
        """The stack of this programme on this machine as it was last started, or as it would be started."""
        fresh = cls(programme=programme, label=label)
        note = fresh.folder / "stack.json"
        if note.is_file():
            return cls.from_json(note.read_text())
        return replace(fresh, ports=Ports.free() if label else Ports.beside(one.ports for one in cls.remembered()))

    @classmethod
    def remembered(cls) -> Iterator["Stack"]:
        """The stacks that were started on this machine and not erased, by name; those of tests are not among them."""
        notes = (cls.from_json(note.read_text()) for note in sorted(LOCAL.glob("*/stack.json")))
        return (one for one in notes if not one.label)


def act_as(stack: Stack, function: str) -> None:
    """From now on this process has the settings and layers of a function of the stack, and none of the caller's AWS."""
    environment = stack.function_environment(function)
    os.environ.clear()
    os.environ.update(environment)
    find_built_layers()


def find_built_layers() -> None:
    """Let this process import what a function finds in the layers beside the package itself."""
    sys.path += [str(ROOT / "build" / "layers" / layer / "python") for layer in ("programmes", "templates")]


def clean_environment(stack: Stack) -> dict[str, str]:
    """An environment for child processes: what they need, the local cloud's keys, nothing of the caller's AWS."""
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TERM", "SSL_CERT_FILE")
    kept = {name: os.environ[name] for name in keep if name in os.environ}
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
