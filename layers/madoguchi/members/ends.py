"""What is due on which day: the daily job finds it by the day, without looking at anybody else.

ENDS#<day>    <what>    the key of something that ends, or that somebody is to be reminded of, on that day
"""

from collections.abc import Iterator
from datetime import date

from madoguchi.members.items import CAPABILITY
from madoguchi.refusals import ConflictError
from madoguchi.storage import Item, TableMeta, Transaction


class AlreadyDoneError(ConflictError):
    """Another run has seen to it."""

    code = "already_done"


class _DueItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY


def plan(t: Transaction, day: date, what: str) -> None:
    """Let the daily job find something on that day."""
    t.save(_DueItem(_pk(day), what))


def due(day: date) -> Iterator[str]:
    """What was planned for that day and not seen to yet."""
    return (item.sk for item in list(_DueItem.query(_pk(day), consistent_read=True)))


def settle(t: Transaction, day: date, what: str) -> None:
    """Take it from the list of that day; AlreadyDoneError when another run did."""
    t.delete(_DueItem(_pk(day), what), _DueItem.pk.exists(), AlreadyDoneError)


def _pk(day: date) -> str:
    return f"ENDS#{day}"
