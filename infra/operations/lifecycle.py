"""Start, stop and erase a stack on this machine."""

import http.client
import shutil
import socket
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from operations import deployment, front, layers, local_cloud
from operations.progress import step
from operations.stack import OperationError, Stack, act_as

if TYPE_CHECKING:
    from operations.accounts import Login

MOST_ERRORS = 3


def start(stack: Stack) -> None:
    """Start everything, or bring what runs up to date; data are kept."""
    _check_ports(stack)
    stack.save()
    with step("Layers") as going:
        built = layers.build()
        going.note = ", ".join(built) or "unchanged"
    with step("Local cloud"):
        local_cloud.start(stack)
    with step("Front proxy and mail inbox"):
        front.start(stack)
    with step("Data stack") as going:
        going.note = "" if deployment.deploy_data(stack) else "unchanged"
    with step("Static files") as going:
        going.note = str(
            deployment.upload_static(stack.client("s3"), stack.bucket("static"), stack.folder) or "unchanged"
        )
    with step("Application stack") as going:
        going.note = "" if deployment.deploy_application(stack) else "unchanged"
    with step("First pages"):
        for url in (stack.public_url, stack.staff_url):
            _see_page(stack, url)


def seed(stack: Stack) -> "Login | None":
    """Add the demo content that is missing; return the demo login when it was made just now."""
    with step("Demo content") as going:
        act_as(stack, "staff")
        # These read the settings that `act_as` has set.
        from madoguchi.web.access import Role  # noqa: PLC0415
        from operations import accounts  # noqa: PLC0415
        from operations.seed import DEMO_EMAIL, seed_all  # noqa: PLC0415

        going.note = ", ".join(seed_all())
        # Last, so that a login which was made is always shown.
        if accounts.exists(DEMO_EMAIL):
            return None
        return accounts.invite(DEMO_EMAIL, "見本 花子", Role.MANAGER)


def stop(stack: Stack) -> bool:
    """Stop everything, data are kept; say whether anything ran."""
    ran = front.stop(stack)
    return local_cloud.stop(stack) or ran


def erase(stack: Stack) -> None:
    """Stop everything and erase its data."""
    stop(stack)
    shutil.rmtree(stack.folder, ignore_errors=True)
    shutil.rmtree(stack.build_folder, ignore_errors=True)


def _check_ports(stack: Stack) -> None:
    """Raise OperationError when another program has one of the ports."""
    ports = stack.ports
    wanted = [] if local_cloud.process(stack).pid else [ports.cloud]
    wanted += [] if front.process(stack).pid else [ports.public, ports.staff, ports.inbox, ports.mail]
    for port in wanted:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                message = f"Port {port} is used by another program. Stop it, or choose other ports: make up PORT=8200"
                raise OperationError(message)


def _see_page(stack: Stack, url: str) -> None:
    """Ask for a page, so that the first visitor does not wait, and see that it is no server error."""
    try:
        with urllib.request.urlopen(url, timeout=60):  # noqa: S310 - always http://localhost
            return
    except urllib.error.HTTPError as error:
        if error.code < http.client.INTERNAL_SERVER_ERROR:
            return
        message = f"{url} answers with status {error.code}. What the functions logged:\n{_errors_logged(stack)}"
        raise OperationError(message) from error


def _errors_logged(stack: Stack) -> str:
    """The newest errors that functions logged, one line each."""
    logs = stack.client("logs")
    groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
    events = [one for group in groups for one in logs.filter_log_events(logGroupName=group)["events"]]
    errors = [one for one in events if '"level":"ERROR"' in one["message"]]
    newest = sorted(errors, key=lambda one: one["timestamp"])[-MOST_ERRORS:]
    return "\n".join(one["message"].strip() for one in newest) or "nothing"
