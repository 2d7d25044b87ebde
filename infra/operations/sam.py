"""The AWS SAM CLI: build and deploy the two templates, in the same way here and on AWS."""

import os
import subprocess
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from operations import layers
from operations.environments import ENVIRONMENTS
from operations.stack import LOCAL, MAIL_FROM, PYTHON_RUNTIME, REGION, ROOT, OperationError, Stack, clean_environment

INFRA = ROOT / "infra"
CONFIG = ROOT / "samconfig.toml"
ARTIFACTS = "sam-artifacts"
"""The bucket of a local cloud that SAM packs into."""
STATED = ("PublicUrl", "StaffUrl", "MailFrom", "StaffCidrs", "CertificateArn", "OriginKey", "AlarmMail")
"""What every section says."""
SAM = ENVIRONMENTS / "sam" / "bin" / "sam"


class Section(NamedTuple):
    """A section of samconfig.toml: where a programme is deployed on AWS, and the parameters of its application."""

    programme: str
    env: str
    region: str
    stated: dict[str, str]

    @property
    def name(self) -> str:
        """The name of the section and of the application's stack."""
        return f"{self.programme}-{self.env}"


def run(arguments: list[str], environment: Mapping[str, str], log: Path | None) -> None:
    """Run SAM, with its output in the log file if there is one; raise OperationError when SAM fails."""
    if log is None:
        if subprocess.run([str(SAM), *arguments], env=dict(environment), check=False).returncode:
            message = f"sam {arguments[0]} failed; its words stand above."
            raise OperationError(message)
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(
            [str(SAM), *arguments], env=dict(environment), stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        message = f"sam {arguments[0]} failed. The end of {log}:\n{tail}"
        raise OperationError(message)


def aws_environment() -> dict[str, str]:
    """The caller's own environment, for AWS."""
    own = dict(os.environ)
    return {**own, "SAM_CLI_TELEMETRY": "0", "__SAM_CLI_APP_DIR": str(LOCAL / "sam")}


def build(folder: Path, environment: Mapping[str, str], log: Path | None) -> None:
    """Run `sam build` for infra/template.yaml and put valid bytecode into what it built."""
    arguments = ["build", "--template-file", str(INFRA / "template.yaml"), "--build-dir", str(folder)]
    arguments += ["--cache-dir", str(folder) + "-cache", "--region", REGION]
    arguments += ["--parameter-overrides", f"PythonRuntime={PYTHON_RUNTIME}"]
    run(arguments, environment, log)
    functions = [one for one in folder.iterdir() if one.is_dir()]
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(lambda one: layers.compile_folder(one, "/var/task"), functions))


def deploy(
    template: Path, section: Section, parameters: Mapping[str, str], *, suffix: str = "", region: str = ""
) -> None:
    """Run `sam deploy` on AWS for a stack of this section; whoever deploys production is asked first."""
    options = ["--stack-name", section.name + suffix, "--region", region or section.region, "--resolve-s3"]
    options += ["--config-file", str(CONFIG), "--config-env", section.name, "--capabilities", "CAPABILITY_IAM"]
    options += ["--confirm-changeset" if section.env == "prod" else "--no-confirm-changeset"]
    own = {"Programme": section.programme, "Env": section.env}
    options += ["--tags", f"programme={section.programme}", f"environment={section.env}"]
    _deploy(template, [*options, *_overrides({**parameters, **own})], aws_environment(), None)


def deploy_locally(template: Path, name: str, parameters: Mapping[str, str], stack: Stack, log: Path) -> None:
    """Run `sam deploy` for a stack of this name on the stack's local cloud, which needs no section."""
    options = ["--stack-name", name, "--s3-bucket", ARTIFACTS, "--capabilities", "CAPABILITY_IAM", "--region", REGION]
    _deploy(template, [*options, *_overrides(parameters)], clean_environment(stack), log)


def _overrides(parameters: Mapping[str, str]) -> list[str]:
    return ["--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())]


def _deploy(template: Path, options: list[str], environment: Mapping[str, str], log: Path | None) -> None:
    # The layers must not be rebuilt while SAM packs them.
    with layers.locked(exclusive=False):
        run(["deploy", "--template-file", str(template), "--no-fail-on-empty-changeset", *options], environment, log)


def section_of(programme: str, env: str) -> Section:
    """What samconfig.toml says about this programme and environment, or OperationError."""
    name = f"{programme}-{env}"
    sections = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    try:
        found = sections[name]["deploy"]["parameters"]
        stated = dict(one.split("=", 1) for one in found["parameter_overrides"])
    except (KeyError, ValueError) as error:
        message = (
            f"samconfig.toml has no [{name}.deploy.parameters] with parameter_overrides;"
            " add one, like those that stand there."
        )
        raise OperationError(message) from error
    missing = [each for each in STATED if each not in stated]
    if missing:
        message = f"samconfig.toml: [{name}.deploy.parameters] lacks {', '.join(missing)}"
        raise OperationError(message)
    return Section(programme, env, found.get("region", REGION), stated)


def local_parameters(stack: Stack) -> dict[str, str]:
    """What the application's template needs to know of a stack on this machine."""
    return {
        "Programme": stack.programme,
        "Env": stack.env,
        "PythonRuntime": PYTHON_RUNTIME,
        "Architecture": layers.ARCHITECTURE,
        "PublicUrl": stack.public_url,
        "StaffUrl": stack.staff_url,
        "MailFrom": MAIL_FROM,
        "StaffCidrs": "127.0.0.1/32",
    }
