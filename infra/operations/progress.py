"""What the operator sees: one line per step, with its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(highlight=False)


class Step:
    """A step that is under way; `note` says what came out of it."""

    def __init__(self) -> None:
        self.note = ""


@contextmanager
def step(name: str) -> Iterator[Step]:
    """Show that a step goes on, then how long it took."""
    started, going = time.monotonic(), Step()
    with console.status(f"{name} …"):
        try:
            yield going
        except BaseException:
            console.print(f"[red]✗[/red] {name}")
            raise
    seconds = time.monotonic() - started
    console.print(f"[green]✓[/green] {name:<34} {seconds:5.1f} s  {going.note}", soft_wrap=True)
