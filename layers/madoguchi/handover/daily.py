"""What is done once a day: data whose time is over are erased, classes end, people are reminded.

DAILY    DONE    the last day that was seen to completely
"""

from collections import Counter
from datetime import date, datetime, timedelta

from aws_lambda_powertools import Logger
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from madoguchi.handover import retention
from madoguchi.japan.time import tokyo_day
from madoguchi.members import ends, terms
from madoguchi.members.ends import AlreadyDoneError
from madoguchi.members.items import CAPABILITY
from madoguchi.storage import Item, TableMeta

ONE_DAY = timedelta(days=1)
# A stack that never ran the job looks back so far; later runs go on where the last one stopped.
FIRST_LOOK_BACK = timedelta(days=366)

logger = Logger()


class _DoneItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    day = UnicodeAttribute()


def run(now: datetime) -> Counter[str]:
    """See to every day up to today that was not seen to completely; nothing more to do is no harm.

    What fails does not stop the rest; its failure is raised at the end, and the next run tries again.
    """
    counts: Counter[str] = Counter()
    failures: list[Exception] = []
    today, day = tokyo_day(now), _next_day(now)
    while day <= today:
        for what in ends.due(day):
            try:
                counts += _see_to(day, what, now)
            except AlreadyDoneError:
                counts["left_to_another_run"] += 1
            except Exception as failure:  # noqa: BLE001 one bad record must not stop the others; raised below
                logger.error("not seen to", day=str(day), kind=type(failure).__name__)  # noqa: TRY400 its text may quote a person
                failures.append(failure)
        if not failures:
            _DoneItem("DAILY", "DONE", day=day.isoformat()).save()
        counts["days"] += 1
        day += ONE_DAY
    if failures:
        raise failures[0]
    return counts


def _see_to(day: date, what: str, now: datetime) -> Counter[str]:
    if what.startswith(retention.RETAINED):
        retention.erase(day, what)
        return Counter(erased=1)
    return terms.see_to(what.partition("#")[2], day, now)


def _next_day(now: datetime) -> date:
    try:
        return date.fromisoformat(_DoneItem.get("DAILY", "DONE", consistent_read=True).day) + ONE_DAY
    except DoesNotExist:
        return tokyo_day(now) - FIRST_LOOK_BACK
