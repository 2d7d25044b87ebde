"""Everything that is checked without running the code."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from operations.environments import ENVIRONMENTS, LOCKS
from operations.layers import digest
from operations.progress import console
from operations.stack import LOCAL, REGION, ROOT, OperationError

INFRA = ROOT / "infra"
TEMPLATES = tuple(str(one.relative_to(ROOT)) for one in sorted(INFRA.glob("*.yaml")))
SOURCES = ("functions", "infra", "layers", "tests")
PASSED = LOCAL / "checks"


class Check(NamedTuple):
    """A command and what to do when it fails."""

    name: str
    environment: str
    command: tuple[str, ...]
    advice: str
    of_templates: bool = False
    """Depends on nothing but the templates, so it need not run again while they are the same."""


CODE = (
    Check("types", "app", ("mypy",), "Correct the types; every function is typed."),
    Check("format", "app", ("ruff", "format", "--check", *SOURCES), "Run: make fmt"),
    Check("lint", "app", ("ruff", "check", *SOURCES), "Run: make fmt; correct the rest by hand."),
    Check("imports", "app", ("lint-imports", "--no-cache"), "See [tool.importlinter] in pyproject.toml."),
)
LINTERS = (
    Check(
        "cfn-lint",
        "sam",
        ("cfn-lint", "--regions", REGION, "--", *TEMPLATES),
        "Correct the template.",
        of_templates=True,
    ),
    Check(
        "sam validate --lint",
        "sam",
        ("sam", "validate", "--lint", "--region", REGION, "--template", "infra/template.yaml"),
        "Correct the template.",
        of_templates=True,
    ),
)
SECURITY = Check(
    "checkov",
    "checks",
    ("checkov", "--framework", "cloudformation", "--skip-download", "--quiet", "--compact", "--directory", "infra"),
    "Correct the template, or skip the rule beside the resource with a reason.",
    of_templates=True,
)


def _run(check: Check) -> tuple[Check, float, str]:
    """What a failed check says; empty when it passed."""
    started = time.monotonic()
    note, current = PASSED / check.name, digest(*INFRA.glob("*.yaml"), LOCKS) + str(check)
    if check.of_templates and note.is_file() and note.read_text() == current:
        return check, 0, ""
    program, *arguments = check.command
    own = {
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(LOCAL / "sam"),
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": os.pathsep.join(str(ROOT / one) for one in ("functions", "layers", "infra")),
    }
    done = subprocess.run(
        [str(ENVIRONMENTS / check.environment / "bin" / program), *arguments],
        cwd=ROOT,
        env={**os.environ, **(own if check.name != "types" else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return check, time.monotonic() - started, f"{done.stdout}{done.stderr}\n{check.advice}"
    PASSED.mkdir(parents=True, exist_ok=True)
    note.write_text(current)
    return check, time.monotonic() - started, ""


def check_all(*, thoroughly: bool) -> None:
    """Run the checks, two at a time, and show them; raise OperationError when some fail. Thoroughly is with Checkov."""
    failed = []
    wanted = (*CODE, *LINTERS, SECURITY) if thoroughly else (*CODE, *LINTERS)
    with ThreadPoolExecutor(max_workers=2) as pool:
        for check, seconds, words in pool.map(_run, wanted):
            mark = "[red]✗[/red]" if words else "[green]✓[/green]"
            console.print(f"{mark} {check.name:<34} {seconds:5.1f} s", soft_wrap=True)
            if words:
                console.print(words, markup=False, soft_wrap=True)
                failed.append(check.name)
    if failed:
        message = f"failed: {', '.join(failed)}"
        raise OperationError(message)
