"""One process with everything that stands before the local cloud: both sites, the mail inbox and its SMTP port."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from operations import inbox, proxy
from operations.layers import digest
from operations.processes import Background
from operations.stack import Stack, clean_environment

APIS = {"public": "PublicApi", "staff": "StaffApi"}
"""The logical names of the two APIs in infra/template.yaml."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process: one of them ends all servers."""
        yield


def _server(application: Starlette, port: int) -> _Server:
    # A visitor must not be able to state an address of his own: no proxy headers.
    config = uvicorn.Config(
        application, host="127.0.0.1", port=port, proxy_headers=False, server_header=False, date_header=False,
        log_level="warning", timeout_graceful_shutdown=3,
    )  # fmt: skip
    return _Server(config)


async def serve(stack: Stack) -> None:
    """Serve until the process is asked to end."""
    # aiosmtpd needs a package named `public`, and so is a folder in functions/: only this process may import it.
    from aiosmtpd.smtp import SMTP  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    mails = inbox.Inbox(stack.folder / "inbox")
    gate = asyncio.Semaphore(proxy.GATE)
    servers = [
        _server(proxy.site(stack, APIS["public"], gate), stack.ports.public),
        _server(proxy.site(stack, APIS["staff"], gate), stack.ports.staff),
        _server(inbox.pages(mails), stack.ports.inbox),
    ]

    def end() -> None:
        for one in servers:
            one.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    smtp = await loop.create_server(lambda: SMTP(mails, enable_SMTPUTF8=True), "127.0.0.1", stack.ports.mail)
    async with smtp:
        await asyncio.gather(*(one.serve() for one in servers))


def process(stack: Stack) -> Background:
    """The process that stands before the stack's local cloud."""
    return Background(stack.folder, "front")


def start(stack: Stack) -> None:
    """Start it, or start it anew when its code changed."""
    background, here = process(stack), Path(__file__).parent
    version = digest(*(here / name for name in ("front.py", "proxy.py", "inbox.py", "stack.py"))) + str(stack.ports)
    if not background.runs(version):
        background.stop(15)
        command = [sys.executable, "-m", "operations.front", json.dumps(asdict(stack))]
        background.start(command, clean_environment(stack), version)
    background.wait_for(f"http://127.0.0.1:{stack.ports.inbox}/messages", 15)


def stop(stack: Stack) -> bool:
    """Stop it; say whether it ran."""
    return process(stack).stop(15)


if __name__ == "__main__":
    asyncio.run(serve(Stack.from_json(sys.argv[1])))
