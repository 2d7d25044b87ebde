"""Everything that is checked without running the code."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from operations.environments import ENVIRONMENTS
from operations.progress import console
from operations.stack import LOCAL, REGION, ROOT, OperationError

TEMPLATES = tuple(str(one.relative_to(ROOT)) for one in sorted((ROOT / "infra").glob("*.yaml")))
SOURCES = ("functions", "infra", "layers", "tests")


class Check(NamedTuple):
    """A command and what to do when it fails."""

    name: str
    environment: str
    command: tuple[str, ...]
    advice: str


CHECKS = (
    Check("types", "app", ("mypy",), "Correct the types; every function is typed."),
    Check("format", "app", ("ruff", "format", "--check", *SOURCES), "Run: make fmt"),
    Check("lint", "app", ("ruff", "check", *SOURCES), "Run: make fmt; correct the rest by hand."),
    Check("imports", "app", ("lint-imports", "--no-cache"), "See [tool.importlinter] in pyproject.toml."),
    Check("cfn-lint", "sam", ("cfn-lint", "--regions", REGION, "--", *TEMPLATES), "Correct the template."),
    *(
        Check(
            f"sam validate {one}", "sam", ("sam", "validate", "--lint", "--region", REGION, "--template", one),
            "Correct the template.",
        )
        for one in TEMPLATES
    ),
    Check(
        "checkov", "checks",
        ("checkov", "--framework", "cloudformation", "--skip-download", "--quiet", "--compact",
         *(word for one in TEMPLATES for word in ("--file", one))),
        "Correct the template, or skip the rule beside the resource with a reason.",
    ),
)  # fmt: skip


def _run(check: Check) -> tuple[Check, float, str]:
    """What a failed check says; empty when it passed."""
    started = time.monotonic()
    program, *arguments = check.command
    own = dict(os.environ)
    offline = {"SAM_CLI_TELEMETRY": "0", "__SAM_CLI_APP_DIR": str(LOCAL / "sam"), "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [str(ENVIRONMENTS / check.environment / "bin" / program), *arguments],
        cwd=ROOT, env={**own, **offline}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    words = f"{done.stdout}{done.stderr}\n{check.advice}" if done.returncode else ""
    return check, time.monotonic() - started, words


def check_all() -> None:
    """Run all checks, two at a time, and show them; raise OperationError when some fail."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for check, seconds, words in pool.map(_run, CHECKS):
            mark = "[red]✗[/red]" if words else "[green]✓[/green]"
            console.print(f"{mark} {check.name:<34} {seconds:5.1f} s", soft_wrap=True)
            if words:
                console.print(words, markup=False, soft_wrap=True)
                failed.append(check.name)
    if failed:
        message = f"failed: {', '.join(failed)}"
        raise OperationError(message)
