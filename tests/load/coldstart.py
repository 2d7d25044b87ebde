"""Cold start: from the start of a process to the first page of free places.

    python -m tests.load.coldstart --rounds 15

Compared in interleaved rounds: a bare Python; our function with the built layers; the same without its
bytecode; a naive handler (tests/load/naive.py) with whole packages, with bytecode and without. The table is
a server with prepared answers, so only our own work is measured. Lambda's own start is not in the figures.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pydantic

from madoguchi import wiring
from madoguchi.japan.time import tokyo_day
from madoguchi.office.plan import open_days
from madoguchi.programme import definition
from madoguchi.programme.definition import programme
from operations import layers
from operations.stack import ROOT
from tests.load.built import conftest, use_built_layers
from tests.load.canned import Item, canned_table, pages_of
from tests.load.measuring import MILLISECONDS, interleaved, ratio, show, spread
from tests.support.gateway import gateway_event

BASE, OURS, OURS_COLD = "bare Python", "ours", "ours without bytecode"
NAIVE, NAIVE_COLD = "naive", "naive without bytecode"
BUDGETS = ((OURS, NAIVE, 0.45), (OURS, NAIVE_COLD, 0.30))
# What the naive handler imports, whole, with what these packages need.
PACKAGES = [
    "annotated_types",
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "chalice",
    "dateutil",
    "jinja2",
    "jmespath",
    "markupsafe",
    "pydantic",
    "pydantic_core",
    "s3transfer",
    "six.py",
    "typing_extensions.py",
    "typing_inspection",
    "urllib3",
]
ASK = """
import json, sys, time
sys.path[:0] = json.loads(sys.argv[1])
answer = __import__({module!r}, fromlist=["handler"]).handler(json.loads(sys.argv[2]), None)
ended = time.monotonic()
assert answer["statusCode"] == 200, answer
assert {proof!r} in answer["body"], "the page lacks its grid"
print(ended)
"""
NOTHING = "import time; print(time.monotonic())"
PROOF = "オープンデスク"


def a_busy_day(day_of_month: int) -> list[Item]:
    """The stored units of a day on which every unit is taken for some hours."""
    items: list[Item] = []
    for area in programme().office.areas:
        for unit in range(1, area.units + 1):
            taken = [str(each) for each in range(34 + unit, 42 + unit)]
            key = {"pk": {"S": "2026-11"}, "sk": {"S": f"{day_of_month:02}#{area.id}-{unit:02}"}}
            items.append(key | {"schema": {"N": "1"}, "taken": {"NS": taken}})
    return items


def started_process(command: list[str], environment: dict[str, str]) -> float:
    """Milliseconds from the start of the process to the moment that it prints."""
    started = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    # The last line: a function also writes its log there.
    return (float(done.stdout.split()[-1]) - started) * MILLISECONDS


def case(module: str, paths: list[Path], event: dict[str, Any], environment: dict[str, str]) -> Callable[[], float]:
    """A process that imports a module from these paths only and asks it for the page."""
    # -S: no installed packages. -B: what has no bytecode gets none while we measure.
    command = [sys.executable, "-S", "-B", "-c", ASK.format(module=module, proof=PROOF)]
    command += [json.dumps([str(path) for path in paths]), json.dumps(event)]
    return partial(started_process, command, environment)


def copied(source: Path, target: Path, *names: str) -> Path:
    """A copy of a folder's entries, or of those of these names, without bytecode."""
    target.mkdir(parents=True)
    for entry in [source / name for name in names] or list(source.iterdir()):
        if entry.is_dir() and entry.name != "__pycache__":
            shutil.copytree(entry, target / entry.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif entry.is_file():
            shutil.copy(entry, target)
    return target


def with_bytecode(source: Path, target: Path) -> Path:
    """A copy with bytecode as the build makes it."""
    shutil.copytree(source, target)
    layers.compile_folder(target, "/var/task")
    return target


@contextmanager
def prepared(event: dict[str, Any], environment: dict[str, str]) -> Iterator[dict[str, Callable[[], float]]]:
    """The cases, their packages in a folder that is erased afterwards."""
    built = [layers.LAYERS / layer.name / "python" for layer in layers.ALL if layer.name != "schema"]
    installed = Path(pydantic.__file__).parents[1]
    with TemporaryDirectory() as folder:
        home = Path(folder)
        # Lambda unpacks all layers into one folder.
        plain, layered = home / "plain" / "opt", home / "opt"
        for path in built:
            shutil.copytree(path, plain, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
            shutil.copytree(path, layered, dirs_exist_ok=True)
        functions = copied(ROOT / "functions", home / "plain" / "functions")
        naive = copied(installed, home / "naive", *PACKAGES)
        shutil.copy(ROOT / "tests" / "load" / "naive.py", naive)
        ours = [with_bytecode(functions, home / "functions"), layered]
        whole = with_bytecode(naive, home / "naive-compiled")
        yield {
            BASE: partial(started_process, [sys.executable, "-S", "-c", NOTHING], environment),
            OURS: case("public.app", ours, event, environment),
            OURS_COLD: case("public.app", [functions, plain], event, environment),
            NAIVE: case("naive", [whole], event, environment),
            NAIVE_COLD: case("naive", [naive], event, environment),
        }


def function_environment(address: str) -> dict[str, str]:
    """What Lambda sets, with the prepared table as the only endpoint."""
    return {
        **conftest.SETTINGS,
        "LANG": "C.UTF-8",
        "AWS_ENDPOINT_URL": address,
        "AWS_LAMBDA_FUNCTION_NAME": "public",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "LAMBDA_TASK_ROOT": "/var/task",
        "TEMPLATES": str(ROOT / "templates" / "pages"),
    }


def report(found: dict[str, list[float]], rounds: int) -> bool:
    """Print medians and paired ratios over bare Python; whether the budgets are kept."""
    base = found[BASE]
    above = {name: [one - bare for one, bare in zip(values, base, strict=True)] for name, values in found.items()}
    rows = [(name, spread(found[name]), spread(above[name]) if name != BASE else "") for name in found]
    show(f"Process start to first page, {rounds} rounds, ms: median (smallest-largest)", ("", "ms", "above bare"), rows)
    kept = True
    lines = []
    for one, other, budget in BUDGETS:
        median = statistics.median(a / b for a, b in zip(above[one], above[other], strict=True))
        kept = kept and median <= budget
        lines.append((f"{one} / {other}", ratio(above[one], above[other]), f"<= {budget}", median <= budget))
    show("Paired ratios of the time above bare Python", ("", "ratio", "budget", "kept"), lines)
    return kept


def main(arguments: list[str] | None = None) -> int:
    """Print the times; 1 when a budget is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.coldstart", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args(arguments)
    use_built_layers()
    definition.use_changes(lambda _day: ())  # this process has no tables
    today = tokyo_day(wiring.clock())
    day = open_days(today + timedelta(days=1), today + timedelta(days=30))[0]
    event = gateway_event("GET", f"/availability?day={day}")
    event["requestContext"] |= {"resourcePath": "/availability"}
    event["resource"] = "/availability"
    with (
        canned_table(pages_of(a_busy_day(day.day), 200)) as address,
        prepared(event, function_environment(address)) as cases,
    ):
        for once in cases.values():
            once()  # the files of every case are in the page cache, and every case works
        found = interleaved(cases, asked.rounds)
    return 0 if report(found, asked.rounds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
