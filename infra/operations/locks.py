"""Resolve the requirements of all environments and of the vendor layer."""

import subprocess
from pathlib import Path

from operations.environments import ENVIRONMENTS, LOCKS
from operations.progress import step
from operations.stack import ROOT, OperationError

VENDOR = ROOT / "layers" / "vendor"
SCHEMA = ROOT / "layers" / "schema"


def write_all() -> None:
    """Write every lock file anew; the vendor layer's first, because the app environment follows its versions."""
    _write("requirements.in", VENDOR, "--override", "overrides.txt")
    _write("requirements.in", SCHEMA)
    for name in ("uv", "app", "sam", "ministack", "checks"):
        _write(f"{name}.in", LOCKS)


def _write(source: str, folder: Path, *options: str) -> None:
    target = source.replace(".in", ".lock")
    command = [str(ENVIRONMENTS / "bootstrap" / "bin" / "uv"), "pip", "compile", "--quiet", "--upgrade"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header"]
    command += [*options, source, "--output-file", target]
    with step(str((folder / target).relative_to(ROOT))):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            message = f"{source} cannot be resolved:\n{done.stderr}"
            raise OperationError(message)
