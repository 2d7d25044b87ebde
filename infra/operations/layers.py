"""Build the five layers: what is deployed is pinned, small and carries valid bytecode."""

import fcntl
import hashlib
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from operations import botocore_data
from operations.environments import ENVIRONMENTS
from operations.stack import ROOT, OperationError

BUILD = ROOT / "build"
LAYERS = BUILD / "layers"
MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
ARCHITECTURE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
_PLATFORM = {"arm64": "aarch64-manylinux2014", "x86_64": "x86_64-manylinux2014"}[ARCHITECTURE]
_NEVER_NEEDED = ("tests", "test", "testing", "examples", "docs", "fuzzing", "__pycache__")
_NEVER_READ = ("*.pyi", "*.c", "*.pyx", "py.typed", "*.dist-info/RECORD", ".lock")
_NEEDS_DOCS = ("boto3", "botocore")
"""Their clients import their packages `docs`."""
_NEVER_IMPORTED = (
    "bin",
    "boto3/data",
    "aws_lambda_powertools/event_handler",
    *(
        f"aws_lambda_powertools/utilities/{one}"
        for one in ("feature_flags", "idempotency", "kafka", "parser", "streaming", "data_masking", "validation")
    ),
)
"""Whole packages; the contract test imports every function without them."""
_ZONES = ("__init__.py", "zones", "zoneinfo", "Asia", "Tokyo", "UTC")
_CHALICE = ("app.py", "__init__.py", "compat.py", "vendored")
IMPORTS = (
    "boto3, botocore.session, chalice.app, pynamodb.models, aws_lambda_powertools.utilities.batch, msgspec, jinja2,"
    " jpholiday, email_validator, nh3, markdown_it, icalendar, phonenumbers, segno, xlsxwriter"
)


class Layer(NamedTuple):
    """A layer, what it is made from, and how."""

    name: str
    inputs: tuple[str, ...]
    fill: Callable[[Path], None]


def digest(*paths: Path) -> str:
    """A hash of the names and contents of these files and folders."""
    total = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for one in files:
            if one.is_file() and "__pycache__" not in one.parts:
                total.update(f"{one.relative_to(ROOT)}\0".encode())
                total.update(hashlib.sha256(one.read_bytes()).digest())
    return total.hexdigest()


@contextmanager
def locked(*, exclusive: bool) -> Iterator[None]:
    """Hold the build folder: several stacks may deploy from it at once, one may change it."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield


def compile_folder(folder: Path, shown_as: str) -> None:
    """Put bytecode beside every module that stays valid whatever the files' times become in a zip."""
    command = [sys.executable, "-I", "-m", "compileall", "-q", "-f", "-j", "2", "-s", str(folder), "-p", shown_as]
    command += ["--invalidation-mode", "unchecked-hash", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"Bytecode of {folder} cannot be compiled:\n{done.stdout}{done.stderr}"
        raise OperationError(message)


def _install(name: str, python: Path) -> None:
    lock = ROOT / "layers" / name / "requirements.lock"
    command = [str(ENVIRONMENTS / "bootstrap" / "bin" / "uv"), "pip", "install", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--only-binary", ":all:", "--no-compile", "--link-mode", "copy"]
    command += ["--python", sys.executable, "--python-platform", _PLATFORM, "--python-version", MINOR]
    done = subprocess.run([*command, "--target", str(python), "-r", str(lock)], stderr=subprocess.PIPE, check=False)
    if done.returncode:
        message = f"The layer {name} cannot be installed:\n{done.stderr.decode()}\nIs the package index reachable?"
        raise OperationError(message)


def _fill_vendor(python: Path) -> None:
    _install("vendor", python)
    _prune(python)
    botocore_data.trim(python / "botocore" / "data")
    _check_imports(python)


def _fill_schema(python: Path) -> None:
    _install("schema", python)


def _prune(python: Path) -> None:
    """Remove what a function never needs; licences and metadata stay."""
    chalice, services = python / "chalice", python / "botocore" / "data"
    unneeded = [one for name in _NEVER_NEEDED for one in python.rglob(name) if one.parent.name not in _NEEDS_DOCS]
    unneeded += [one for pattern in _NEVER_READ for one in python.rglob(pattern)]
    unneeded += [one for one in chalice.iterdir() if one.name not in _CHALICE]
    unneeded += [one for one in services.iterdir() if one.is_dir() and one.name not in botocore_data.SERVICES]
    unneeded += [one for one in (python / "tzdata").rglob("*") if one.name not in _ZONES]
    unneeded += [python / one for one in _NEVER_IMPORTED]
    for one in unneeded:
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink(missing_ok=True)


def _check_imports(python: Path) -> None:
    """Import everything with nothing but this folder and the standard library."""
    code = f"import sys; sys.dont_write_bytecode = True; sys.path.insert(0, {str(python)!r}); import {IMPORTS}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"The vendor layer lacks something:\n{done.stderr}\nSee layers/vendor/ and operations/layers.py."
        raise OperationError(message)


def _fill_madoguchi(python: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "*.md")
    shutil.copytree(ROOT / "layers" / "madoguchi", python / "madoguchi", ignore=ignore)


def _fill_programmes(python: Path) -> None:
    # Pydantic is only loaded when a definition changed.
    from madoguchi.programme.schema import DefinitionError, compile_programme, sources_of  # noqa: PLC0415

    package = python / "madoguchi_programmes"
    package.mkdir()
    (package / "__init__.py").write_text('"""Compiled programme definitions."""\n')
    for source in sorted((ROOT / "layers" / "programmes").glob("*/programme.yaml")):
        try:
            definition = compile_programme(source.parent)
            sources = sources_of(source.parent)
        except DefinitionError as error:
            raise OperationError(str(error)) from error
        for name, content in ((source.parent.name, definition), (f"{source.parent.name}.source", sources)):
            text = json.dumps(content, ensure_ascii=False, indent=1)
            (package / f"{name}.json").write_text(text, encoding="utf-8")


def _fill_templates(python: Path) -> None:
    from jinja2 import FileSystemLoader  # noqa: PLC0415 - only when it is needed

    from madoguchi.web import rendering  # noqa: PLC0415 - only when it is needed

    package = python / "madoguchi_templates"
    package.mkdir()
    (package / "__init__.py").write_text('"""Compiled templates."""\n')
    for kind in ("pages", "mail"):
        rendering.use_loader(kind, FileSystemLoader(ROOT / "templates" / kind))
        rendering.environment(kind).compile_templates(package / "compiled" / kind, zip=None, ignore_errors=False)


ALL = (
    Layer("vendor", ("layers/vendor", "infra/operations/layers.py", "infra/operations/botocore_data.py"), _fill_vendor),
    Layer("schema", ("layers/schema", "infra/operations/layers.py"), _fill_schema),
    Layer("madoguchi", ("layers/madoguchi",), _fill_madoguchi),
    Layer("programmes", ("layers/programmes", "layers/madoguchi/programme"), _fill_programmes),
    Layer("templates", ("templates/pages", "templates/mail", "layers/madoguchi/web/rendering.py"), _fill_templates),
)


def _stamp(layer: Layer) -> str:
    inputs = digest(*(ROOT / one for one in layer.inputs))
    return f"{sys.version} {_PLATFORM} {inputs}"


def _build(layer: Layer, stamp: str) -> None:
    """Build aside, then put the finished layer in place: half a layer is never deployed."""
    aside, target = BUILD / f"{layer.name}.aside", LAYERS / layer.name
    shutil.rmtree(aside, ignore_errors=True)
    python = aside / "python"
    python.mkdir(parents=True)
    layer.fill(python)
    compile_folder(python, "/opt/python")
    shutil.rmtree(target, ignore_errors=True)
    LAYERS.mkdir(exist_ok=True)
    aside.rename(target)
    (LAYERS / f"{layer.name}.stamp").write_text(stamp)


def build() -> list[str]:
    """Build the layers whose inputs changed and return their names."""
    with locked(exclusive=True):
        built = []
        for layer in ALL:
            note, stamp = LAYERS / f"{layer.name}.stamp", _stamp(layer)
            if note.is_file() and note.read_text() == stamp and (LAYERS / layer.name).is_dir():
                continue
            note.unlink(missing_ok=True)
            _build(layer, stamp)
            built.append(layer.name)
        return built
