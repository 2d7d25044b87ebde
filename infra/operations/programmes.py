"""The programmes that this repository holds: one folder each in layers/programmes/."""

import tomllib

from operations.stack import ROOT, OperationError, Stack

FOLDER = ROOT / "layers" / "programmes"
DEFINITION, DEMO = "programme.yaml", "demo.yaml"
ALL = "all"
"""Instead of a programme's name: every programme, side by side."""


def names() -> list[str]:
    """The names of all programmes, in order."""
    return sorted(found.parent.name for found in FOLDER.glob(f"*/{DEFINITION}"))


def default() -> str:
    """The programme of a command that names none: pyproject.toml says which, else it is the first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"].get("madoguchi", {})
    return str(settings.get("programme") or next(iter(names()), ""))


def known(name: str) -> str:
    """The name, if there is such a programme or a stack of it on this machine; otherwise raise OperationError."""
    if name in names() or name in {stack.programme for stack in Stack.remembered()}:
        return name
    message = (
        f"There is no programme '{name}' in layers/programmes/. There are: {', '.join(names())}."
        " A new one: ./madoguchi programme new"
    )
    raise OperationError(message)
