"""The AWS SAM CLI: build and deploy the two templates, in the same way here and on AWS."""

import os
import subprocess
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from operations import layers
from operations.environments import ENVIRONMENTS
from operations.stack import LOCAL, MAIL_FROM, PYTHON_RUNTIME, REGION, ROOT, OperationError, Stack, clean_environment

INFRA = ROOT / "infra"
CONFIG = ROOT / "samconfig.toml"
ARTIFACTS = "sam-artifacts"
"""The bucket of a local cloud that SAM packs into."""
SAM = ENVIRONMENTS / "sam" / "bin" / "sam"


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


def deploy(template: Path, config_env: str, parameters: Mapping[str, str]) -> None:
    """Run `sam deploy` on AWS with a section of samconfig.toml; `parameters` are added to those of the section."""
    section = configured(config_env)
    options = ["--config-file", str(CONFIG), "--config-env", config_env, "--region", section.get("region", REGION)]
    # SAM would drop the section's parameters when others are given on the command line.
    stated = dict(one.split("=", 1) for one in section.get("parameter_overrides", []))
    _deploy(template, [*options, *_overrides({**stated, **parameters})], aws_environment(), None)


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


def configured(config_env: str) -> dict[str, Any]:
    """The deployment section of samconfig.toml, or OperationError."""
    sections = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    if config_env not in sections:
        message = f"samconfig.toml has no [{config_env}.deploy.parameters]; add one, like those that stand there."
        raise OperationError(message)
    found: dict[str, Any] = sections[config_env]["deploy"]["parameters"]
    return found


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
