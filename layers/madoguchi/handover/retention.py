"""What stays of somebody who left, and for how long: the definition says it, the daily job ends it.

RETAINED#<hash of the address>    <kind>#<reference>    what is kept, until the day in `erase_on`

Who knows the address finds what is kept; nothing leads from it to the records that stay for figures.
"""

import contextlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from madoguchi.japan.time import months_after, to_iso, tokyo_day
from madoguchi.members import ends
from madoguchi.members.items import CAPABILITY
from madoguchi.members.leaving import Kept, Leaving
from madoguchi.members.rules import ConsentRecord, Member, digest_of, folded
from madoguchi.programme.data_register import is_held
from madoguchi.programme.definition import Programme, programme
from madoguchi.programme.membership import Retention
from madoguchi.storage import Item, TableMeta, transaction

RETAINED = "RETAINED"
FACTS = "facts"
# What no definition changes: files that staff work with, and the backups. Days after withdrawal.
PASSING = (
    (
        "業務のために取り出した、または受け取った一覧のファイル",
        7,
        "作業が終わるまで使うためです。長くても7日で自動で消えます",
    ),
    ("障害に備えた控え（バックアップ）", 35, "災害や故障のときに記録を元に戻すためです。ほかの目的では開きません"),
)


class _RetainedItem(Item):
    class Meta(metaclass=TableMeta):
        capability = CAPABILITY

    label = UnicodeAttribute()
    why = UnicodeAttribute()
    left_on = UnicodeAttribute()
    erase_on = UnicodeAttribute()
    values = JSONAttribute()


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the data of somebody who leaves on a day.

    What is `counted` stays without the person; it may be `kept` with the person for a while before.
    """

    erased: tuple[Retention, ...]
    counted: tuple[Retention, ...]
    kept: tuple[Retention, ...]
    left_on: date

    @classmethod
    def of(cls, definition: Programme, left_on: date) -> "Plan":
        """What the definition says, without the parts that the programme does not have."""
        held = [each for each in definition.retention if is_held(each.id, definition)]
        kept = tuple(each for each in held if each.months)
        counted = tuple(each for each in held if each.keeps == FACTS)
        erased = tuple(each for each in held if each not in kept and each not in counted)
        return cls(erased, counted, kept, left_on)

    def until(self, kind: Retention) -> date:
        """The day on which what is kept of that kind is erased."""
        return months_after(self.left_on, kind.months)

    @property
    def told(self) -> list[Kept]:
        """What is kept, as the page and the mail tell it."""
        chosen = [Kept(each.label, self.until(each), each.why) for each in self.kept]
        return chosen + [Kept(label, self.left_on + timedelta(days=days), why) for label, days, why in PASSING]


def plan_for(leaving_at: datetime) -> Plan:
    """What becomes of the data of somebody who asks to leave at that instant."""
    return Plan.of(programme(), tokyo_day(leaving_at))


def keep(leaving: Leaving, member: Member, plan: Plan, records: dict[str, list[dict[str, Any]]]) -> None:
    """Keep what the plan says, each kind with its day of erasure. `records` are the person's by kind.

    What an earlier run kept is kept; the daily job finds each by its day.
    """
    pk = f"{RETAINED}#{digest_of(folded(member.email) or member.member_id)}"
    for kind in plan.kept:
        values = _values_of(kind.id, member, records)
        if not values:
            continue
        item = _RetainedItem(pk, f"{kind.id}#{leaving.reference}", label=kind.label, why=kind.why, values=values)
        item.left_on, item.erase_on = plan.left_on.isoformat(), plan.until(kind).isoformat()
        with contextlib.suppress(ends.AlreadyDoneError), transaction() as t:
            t.save(item, _RetainedItem.pk.does_not_exist(), ends.AlreadyDoneError)
            ends.plan(t, plan.until(kind), f"{pk}#{item.sk}")


def erase(day: date, what: str) -> None:
    """Erase what was kept until that day; what another run erased is no harm."""
    pk, kind, reference = what.rsplit("#", 2)
    with transaction() as t:
        t.delete(_RetainedItem(pk, f"{kind}#{reference}"))
        ends.settle(t, day, what)


def _values_of(kind: str, member: Member, records: dict[str, list[dict[str, Any]]]) -> Any:  # noqa: ANN401 JSON
    if kind == "consents":
        return [_consent(each) for each in member.consent_history]
    if kind == "evidence":
        return sorted(member.shown)
    if kind in records:
        return records[kind]
    fields = [each for each in member.form.fields if each.retention == kind]
    asked = {each.id for each in fields} | {f"{each.id}_other" for each in fields}
    answers = {key: value for key, value in member.all_answers.items() if key in asked}
    return answers | ({"number": member.number} if kind == "profile" else {})


def _consent(record: ConsentRecord) -> dict[str, Any]:
    return {
        "consent": record.consent_id,
        "version": record.version,
        "given": record.given,
        "at": to_iso(record.at),
        "page": record.page,
        "source": record.source,
    }
