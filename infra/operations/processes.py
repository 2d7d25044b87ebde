"""Background processes that are known by their id in a file."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from operations.stack import OperationError

_children: dict[int, subprocess.Popen[bytes]] = {}
"""What this process has started itself, and must therefore take note of when it ends."""


class Background:
    """A process that outlives the command which started it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._note = folder / f"{name}.pid"

    def start(self, command: list[str], environment: Mapping[str, str], version: str) -> None:
        """Start the process; `version` is what `runs` is asked for later."""
        self._note.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _children[process.pid] = process
        self._note.write_text(f"{process.pid}\n{_born(process.pid)}\n{version}")

    @property
    def pid(self) -> int | None:
        """The id of the running process, or None."""
        if not self._note.is_file():
            return None
        pid, born, _ = self._note.read_text().split("\n", 2)
        # The system may have given the id to somebody else since.
        return int(pid) if _born(int(pid)) == born != "" else None

    def runs(self, version: str) -> bool:
        """Whether the process runs and was started with this version."""
        return self.pid is not None and self._note.read_text().split("\n", 2)[2] == version

    def stop(self, patience: float) -> bool:
        """Ask the process to end and wait; say whether one was running."""
        pid = self.pid
        if pid is None:
            self._note.unlink(missing_ok=True)
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while self.pid is not None:
            _reap(pid)
            if time.monotonic() > deadline:
                message = f"{self.name} (process {pid}) does not end. Look at {self.log}; if it hangs: kill -9 {pid}"
                raise OperationError(message)
            time.sleep(0.05)
        self._note.unlink(missing_ok=True)
        return True

    def wait_for(self, url: str, patience: float) -> None:
        """Wait until the address answers, or raise OperationError when the process ends or time is up."""
        deadline = time.monotonic() + patience
        while not _answers(url):
            pid = self.pid
            if pid is not None:
                _reap(pid)
            if self.pid is None or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
                message = f"{self.name} does not answer at {url}. The end of {self.log}:\n{tail}"
                raise OperationError(message)
            time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - always http://127.0.0.1
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _reap(pid: int) -> None:
    """Take note of a child's end; a process that another command started is not ours to wait for."""
    if pid in _children:
        _children[pid].poll()


def _born(pid: int) -> str:
    """When the process started, in clock ticks since boot; empty when there is none (a zombie is none)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
