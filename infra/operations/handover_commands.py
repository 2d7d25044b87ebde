"""The commands `madoguchi export` and `madoguchi import`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from operations.progress import console, step
from operations.stack import REGION, OperationError, Stack

StackName = Annotated[
    str, typer.Argument(metavar="STACK", help="The programme and the environment, as in <programme>-prod.")
]
Label = Annotated[
    str, typer.Option(hidden=True, envvar="MADOGUCHI_LABEL", help="The folder in .local/ of a test's stack.")
]


def export(stack: StackName, file: Path, label: Label = "") -> None:
    """Write every table and object of a stack into an archive."""
    from madoguchi.wiring import clock  # noqa: PLC0415 each command loads what it needs
    from operations.handover import export_stack  # noqa: PLC0415

    if file.exists():
        message = f"{file} is there already. Choose another name: an archive is never overwritten."
        raise OperationError(message)
    with step(f"Export {stack}") as going:
        manifest = export_stack(_cloud(stack, label), file, at=clock())
        items = sum(content.count for content in manifest.tables.values())
        objects = sum(content.count for content in manifest.buckets.values())
        going.note = f"{items} items, {objects} objects, {manifest.accounts} accounts"
    console.print(f"{file} holds personal data: keep it encrypted and erase it when it was handed over.")


def import_(
    stack: StackName,
    file: Path,
    label: Label = "",
    *,
    into_used: Annotated[bool, typer.Option(help="Also into a stack that is in use; equal keys are replaced.")] = False,
) -> None:
    """Put an archive into an empty stack, and prove that all of it arrived."""
    from operations.handover import import_stack  # noqa: PLC0415

    with step(f"Import {file.name} into {stack}") as going:
        manifest = import_stack(_cloud(stack, label), file, into_used=into_used)
        items = sum(content.count for content in manifest.tables.values())
        objects = sum(content.count for content in manifest.buckets.values())
        going.note = f"{items} items, {objects} objects"
    console.print(f"Passwords cannot be carried: invite the {manifest.accounts} staff anew (docs/handover.md).")


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("export")(export)
    app.command("import")(import_)


def _cloud(name: str, label: str) -> Any:  # noqa: ANN401 operations.handover is loaded by each command
    from operations.handover import Cloud  # noqa: PLC0415

    programme, _, env = name.rpartition("-")
    if env == "local":
        client: Any = Stack.find(programme, label).client
    else:
        import boto3  # noqa: PLC0415

        client = boto3.Session(region_name=REGION).client
    return Cloud(name, client("dynamodb"), client("s3"), client("cognito-idp"), client("ssm"))
