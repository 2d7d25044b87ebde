"""How often something may be done: counters per key and window, checked in the write."""

import hashlib
from datetime import datetime

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import UpdateError

from madoguchi.refusals import TooManyError
from madoguchi.storage import CONDITION_FAILED, Item, TableMeta


class _Counter(Item):
    class Meta(metaclass=TableMeta):
        capability = "limits"

    taken = NumberAttribute(default=0)
    ttl = NumberAttribute(default=0)


def take(kind: str, key: str, *, most: int, seconds: int, now: datetime) -> None:
    """Count one use of `kind` by `key` in the current window; TooManyError above `most`.

    The key (an address, a source) is stored as a hash only.
    """
    window = int(now.timestamp()) // seconds
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    counter = _Counter(f"{kind}#{digest}", str(window))
    try:
        counter.update(
            actions=[
                _Counter.taken.add(1),
                _Counter.ttl.set((window + 2) * seconds),
                _Counter.schema.set(1),
            ],
            condition=_Counter.taken.does_not_exist() | (_Counter.taken < most),
        )
    except UpdateError as error:
        if error.cause_response_code == CONDITION_FAILED:
            raise TooManyError from error
        raise
