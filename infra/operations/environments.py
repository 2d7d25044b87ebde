"""Make the isolated Python environments from their lock files.

Run by the Makefile with whatever Python it finds, before anything is installed:
only the standard library may be imported here.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".local" / "env"
LOCKS = ROOT / "requirements"
SUPPORTED = ((3, 13), (3, 12), (3, 11))
IMPORTABLE = ("infra", "layers")
_PROBE = "import sys, ssl, venv, ensurepip; print('%d.%d.%d' % sys.version_info[:3], sys.executable)"


class EnvironmentsError(Exception):
    """An environment cannot be made; the message says what to do."""


@dataclass(frozen=True, order=True)
class Interpreter:
    """A Python on this machine that can make environments."""

    version: tuple[int, int, int]
    path: str

    @property
    def minor(self) -> str:
        """The version as in `python3.13`, without the word."""
        return f"{self.version[0]}.{self.version[1]}"


def candidates(search_path: str, home: Path) -> Iterator[Path]:
    """Every place where a supported Python may be: PATH first, then pyenv's folders."""
    names = [f"python{major}.{minor}" for major, minor in SUPPORTED]
    folders = [Path(folder) for folder in search_path.split(os.pathsep) if folder]
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    if pyenv.is_dir():
        folders += [version / "bin" for version in sorted(pyenv.iterdir())]
    for folder in folders:
        for name in [*names, "python3", "python"]:
            if (folder / name).is_file():
                yield folder / name


def probe(path: Path) -> Interpreter | None:
    """The interpreter at this path, or None when it does not run or cannot make environments."""
    command = [str(path), "-I", "-c", _PROBE]
    try:
        # The candidates come from this machine's own PATH and pyenv folders.
        answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
        version, executable = answer.stdout.strip().split(" ", 1)
        major, minor, patch = (int(part) for part in version.split("."))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Interpreter((major, minor, patch), executable)


def newest(found: Iterable[Interpreter | None]) -> Interpreter:
    """The newest supported interpreter, or EnvironmentsError."""
    usable = [one for one in found if one is not None and one.version[:2] in SUPPORTED]
    if not usable:
        message = (
            "No Python 3.11, 3.12 or 3.13 with the venv module was found on PATH or in pyenv's folders.\n"
            "Install one, for example: apt-get install python3 python3-venv   or   pyenv install 3.13"
        )
        raise EnvironmentsError(message)
    highest = max(one.version for one in usable)
    return next(one for one in usable if one.version == highest)


def chosen() -> Interpreter:
    """The interpreter to use: the one chosen before while it still works, else the newest."""
    note = ENVIRONMENTS / "python"
    places = list(dict.fromkeys(candidates(os.environ.get("PATH", ""), Path.home())))
    fingerprint = hashlib.sha256("\n".join(map(str, places)).encode()).hexdigest()
    if note.is_file():
        path, seen = note.read_text().split("\n")
        if seen == fingerprint and (known := probe(Path(path))):
            return known
    interpreter = newest(probe(place) for place in places)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(f"{interpreter.path}\n{fingerprint}")
    return interpreter


def _run(command: list[str], advice: str) -> None:
    # Commands are lists built here; nothing is passed through a shell.
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        message = f"{' '.join(command)}\n{done.stderr or done.stdout}\n{advice}"
        raise EnvironmentsError(message)


def _stamp(interpreter: Interpreter, lock: Path) -> str:
    return f"{ROOT} {interpreter.path} {interpreter.version} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def _is_current(folder: Path, stamp: str) -> bool:
    note = folder / "stamp"
    return note.is_file() and note.read_text() == stamp


def _installer(interpreter: Interpreter) -> Path:
    """The pinned uv, installed by pip with a hash."""
    folder, lock = ENVIRONMENTS / "bootstrap", LOCKS / "uv.lock"
    stamp = _stamp(interpreter, lock)
    if not _is_current(folder, stamp):
        shutil.rmtree(folder, ignore_errors=True)
        _run([interpreter.path, "-m", "venv", str(folder)], "Install the venv module of this Python.")
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        advice = "Is the package index reachable? pip's settings (PIP_INDEX_URL, PIP_CERT) are respected."
        _run([*pip, "--only-binary", ":all:", "-r", str(lock)], advice)
        (folder / "stamp").write_text(stamp)
    return folder / "bin" / "uv"


def make(name: str, interpreter: Interpreter) -> bool:
    """Make the environment `name` from requirements/<name>.lock unless it is current; say whether it was made."""
    folder, lock = ENVIRONMENTS / name, LOCKS / f"{name}.lock"
    stamp = _stamp(interpreter, lock)
    if _is_current(folder, stamp):
        return False
    uv = str(_installer(interpreter))
    advice = (
        "Is the package index reachable? uv's settings (UV_INDEX_URL, SSL_CERT_FILE) are respected."
        " Where the network signs with a certificate of its own: UV_SYSTEM_CERTS=1 make ..."
    )
    _run([uv, "venv", "--quiet", "--clear", "--python", interpreter.path, str(folder)], advice)
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(folder), str(lock)]
    _run(sync, advice)
    if name == "app":
        packages = folder / "lib" / f"python{interpreter.minor}" / "site-packages"
        (packages / "madoguchi.pth").write_text("".join(f"{ROOT / one}\n" for one in IMPORTABLE))
    (folder / "stamp").write_text(stamp)
    return True


def main(names: list[str]) -> int:
    """Make the named environments and say which Python they use."""
    try:
        interpreter = chosen()
        version = ".".join(map(str, interpreter.version))
        print(f"Python {version} ({interpreter.path})")
        for name in names:
            started = time.monotonic()
            if make(name, interpreter):
                print(f"  environment {name} made in {time.monotonic() - started:.1f} s", flush=True)
    except EnvironmentsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
