"""Lets a test prepare or inspect a running stack with the package's own stores."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from madoguchi.settings import settings
from madoguchi.storage import forget_clients
from operations.stack import Stack, act_as


@contextmanager
def acting_as(stack: Stack, function: str = "public") -> Iterator[None]:
    """Inside the block this process has the settings of a function of the stack, with the local cloud's root key."""
    before = dict(os.environ)  # noqa: TID251 put back below
    act_as(stack, function)
    _forget()
    try:
        yield
    finally:
        os.environ.clear()  # noqa: TID251
        os.environ.update(before)  # noqa: TID251
        _forget()


def _forget() -> None:
    settings.cache_clear()
    forget_clients()
