"""The `madoguchi` command."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from operations import handover_commands, programme_commands, programmes
from operations.programmes import ALL
from operations.progress import console
from operations.stack import DISTANCE, OperationError, Ports, Stack

if TYPE_CHECKING:
    from operations.accounts import Login

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
staff = typer.Typer(no_args_is_help=True, help="Staff accounts.")
app.add_typer(staff, name="staff")
app.add_typer(programme_commands.app, name="programme")
handover_commands.register(app)

Programme = Annotated[
    str,
    typer.Option(
        default_factory=programmes.default,
        show_default="the one that pyproject.toml names",
        callback=programmes.known,
        help="The folder of the programme in layers/programmes/.",
    ),
]
Programmes = Annotated[
    str,
    typer.Option(
        default_factory=programmes.default,
        show_default="the one that pyproject.toml names",
        callback=lambda name: name if name == ALL else programmes.known(name),
        help="The folder of the programme in layers/programmes/, or all.",
    ),
]
Label = Annotated[
    str, typer.Option(hidden=True, envvar="MADOGUCHI_LABEL", help="The folder in .local/ of a test's stack.")
]
Env = Annotated[str, typer.Option(help="local, or an environment on AWS: staging, prod.")]
LastDay = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The last day of the account, unless it ends with the contract."),
]
LOCAL = "local"


@app.command()
def up(
    programme: Programmes, port: Annotated[int, typer.Option(help="The first port.")] = 0, label: Label = ""
) -> None:
    """Start everything on this machine, or bring what runs up to date. Data are kept."""
    from operations import lifecycle  # noqa: PLC0415 - each command loads what it needs

    if programme == ALL:
        _up_all(port)
        return
    found = Stack.find(programme, label)
    stack = replace(found, ports=Ports.starting_at(port) if port else found.ports)
    if stack.ports != found.ports:
        lifecycle.stop(found)
    lifecycle.start(stack)
    login = lifecycle.seed(stack)
    console.print()
    console.print(f"  Public site     {stack.public_url}/")
    console.print(f"  Staff console   {stack.staff_url}/")
    console.print(f"  Mail inbox      {stack.inbox_url}/")
    if login:
        _show(login)
    else:
        another = f"./madoguchi staff invite --programme {programme}"
        console.print(f"  Staff login     shown at the first start; another one: {another}", soft_wrap=True)


def _up_all(port: int) -> None:
    """Start one programme after the other, each by a command of its own: a process acts for one programme only."""
    for place, name in enumerate(programmes.names()):
        console.print(f"\n{name}", style="bold", soft_wrap=True)
        own_port = port and port + place * DISTANCE
        command = [sys.executable, "-m", "operations", "up", "--programme", name, "--port", str(own_port)]
        if subprocess.run(command, check=False).returncode:
            message = f"{name} did not start; the reason stands above. What started before goes on."
            raise OperationError(message)
    console.print()
    console.print(_row("Programme", "Public site", "Staff console", "Mail inbox"), style="bold", soft_wrap=True)
    for name in programmes.names():
        stack = Stack.find(name)
        addresses = (f"{each}/" for each in (stack.public_url, stack.staff_url, stack.inbox_url))
        console.print(_row(name, *addresses), soft_wrap=True)


def _row(programme: str, *addresses: str) -> str:
    return f"  {programme:<24}" + "".join(f"{each:<25}" for each in addresses).rstrip()


@app.command()
def down(programme: Programmes, label: Label = "") -> None:
    """Stop everything on this machine. Data are kept."""
    from operations import lifecycle  # noqa: PLC0415

    stopped = [stack.programme for stack in _started(programme, label) if lifecycle.stop(stack)]
    console.print(f"Stopped: {', '.join(stopped)}; the data are kept." if stopped else "Nothing was running.")


@app.command()
def reset(programme: Programmes, label: Label = "", *, yes: bool = False) -> None:
    """Ask, then erase everything that this machine holds of the programme."""
    from operations import lifecycle  # noqa: PLC0415

    stacks = _started(programme, label)
    if not yes:
        folders = ", ".join(str(stack.folder) for stack in stacks)
        typer.confirm(f"Erase all local data in {folders or 'no folder'}?", abort=True)
    for stack in stacks:
        lifecycle.erase(stack)
    console.print("Erased.")


def _started(programme: str, label: str) -> list[Stack]:
    return list(Stack.remembered()) if programme == ALL else [Stack.find(programme, label)]


@app.command()
def build() -> None:
    """Build the layers whose sources changed."""
    from operations import layers  # noqa: PLC0415

    console.print(f"Layers: {', '.join(layers.build()) or 'unchanged'}")


@app.command()
def check(*, thoroughly: Annotated[bool, typer.Option(help="With Checkov.")] = False) -> None:
    """Check format, lint, types, imports and templates."""
    from operations import checks  # noqa: PLC0415

    checks.check_all(thoroughly=thoroughly)


@app.command()
def deploy(
    programme: Annotated[str, typer.Option(callback=programmes.known)], env: Annotated[str, typer.Option()] = "staging"
) -> None:
    """Deploy to AWS with the section of samconfig.toml for this programme and environment."""
    from operations import aws  # noqa: PLC0415

    aws.deploy(programme, env)


@app.command()
def lock() -> None:
    """Resolve all requirements anew and write the lock files."""
    from operations import locks  # noqa: PLC0415

    locks.write_all()


@staff.command()
def invite(  # noqa: PLR0913 - each is an option of the command
    email: Annotated[str, typer.Option(prompt=True)],
    name: Annotated[str, typer.Option(prompt=True)],
    programme: Programme,
    role: Annotated[str, typer.Option(help="owner, manager, operator, desk, contributor or auditor.")] = "desk",
    ends: LastDay = None,
    *,
    env: Env = LOCAL,
    label: Label = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the login as JSON.")] = False,
) -> None:
    """Make a staff account and show its login once."""
    _act_as_staff(programme, env, label)
    from operations import accounts  # noqa: PLC0415 - reads the settings that were set just now

    login = accounts.invite(email, name, accounts.role_called(role), ends.date() if ends else None)
    if as_json:
        print(json.dumps(asdict(login)))
    else:
        _show(login)


@staff.command()
def until(
    email: Annotated[str, typer.Option(prompt=True)],
    programme: Programme,
    ends: LastDay = None,
    env: Env = LOCAL,
    label: Label = "",
) -> None:
    """Give a staff account another last day; without one it ends with the contract."""
    _act_as_staff(programme, env, label)
    from operations import accounts  # noqa: PLC0415 - reads the settings that were set just now

    accounts.set_last_day(email, ends.date() if ends else None)
    console.print(f"{email}: until {ends.date() if ends else 'the contract ends'}")


@staff.command()
def close(
    email: Annotated[str, typer.Option(prompt=True)],
    programme: Programme,
    env: Env = LOCAL,
    label: Label = "",
) -> None:
    """Close a staff account. It stays in the records, because the audit log refers to it."""
    _act_as_staff(programme, env, label)
    from operations import accounts  # noqa: PLC0415 - reads the settings that were set just now

    accounts.close(email)
    console.print(f"Closed: {email}")


def _act_as_staff(programme: str, env: str, label: str) -> None:
    if env == LOCAL:
        from operations.stack import act_as  # noqa: PLC0415

        act_as(Stack.find(programme, label), "staff")
    else:
        from operations import aws  # noqa: PLC0415

        aws.act_as(programme, env, "staff")


def _show(login: "Login") -> None:
    console.print("  Staff login     shown this once; keep it:")
    console.print(f"    e-mail        {login.email}")
    console.print(f"    password      {login.password}")
    console.print(f"    TOTP secret   {login.totp_secret}")
    console.print(f"    TOTP address  {login.totp_uri}", soft_wrap=True)


def main() -> None:
    """Run the command; an OperationError becomes its message."""
    try:
        app(prog_name="./madoguchi")
    except OperationError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(1)
