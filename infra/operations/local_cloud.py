"""MiniStack, the local cloud: start it safely and stop it so that it keeps its data."""

import shutil
import threading
import time
from pathlib import Path

from operations.environments import ENVIRONMENTS
from operations.processes import Background
from operations.stack import ACCOUNT, REGION, Stack, clean_environment

GRACE_SECONDS = 60
"""It writes its state when it ends; killing it would lose everything since its start."""


def process(stack: Stack) -> Background:
    """The process of the stack's local cloud."""
    return Background(stack.folder, "cloud")


def environment(stack: Stack) -> dict[str, str]:
    """What MiniStack gets to see. Functions inherit it, so nothing of the caller's shell may be in it."""
    cloud = stack.folder / "cloud"
    caller = clean_environment(stack)
    return {
        "PATH": caller["PATH"],
        "HOME": str(cloud),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TMPDIR": str(cloud / "tmp"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(stack.ports.cloud),
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(cloud / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(cloud / "s3"),
        "SMTP_HOST": f"127.0.0.1:{stack.ports.mail}",
        "LAMBDA_WARM_TTL_SECONDS": "600",
        "LOG_LEVEL": "INFO",
        "AUTH": "true" if stack.auth else "false",
    }


def start(stack: Stack) -> None:
    """Start the local cloud unless it runs already."""
    background = process(stack)
    version = (ENVIRONMENTS / "ministack" / "stamp").read_text() + str(stack.auth) + str(stack.ports)
    if background.runs(version):
        return
    background.stop(GRACE_SECONDS)
    _empty(stack.folder / "cloud" / "tmp")
    program = ENVIRONMENTS / "ministack" / "bin" / "python"
    background.start([str(program), "-m", "ministack"], environment(stack), version)
    background.wait_for(f"{stack.endpoint}/_ministack/health", 30)


def _empty(temporary: Path) -> None:
    """Every cold start leaves an unzipped copy of the layers behind; removing them need not be waited for."""
    if temporary.is_dir():
        old = temporary.with_name(f"tmp-{time.time_ns()}")
        temporary.rename(old)
        threading.Thread(target=shutil.rmtree, args=(old,), kwargs={"ignore_errors": True}).start()
    temporary.mkdir(parents=True)


def stop(stack: Stack) -> bool:
    """Stop the local cloud gracefully; say whether it ran."""
    return process(stack).stop(GRACE_SECONDS)
