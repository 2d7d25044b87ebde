"""The lines of an uploaded file: what each of them says, what is wrong with it, which member it makes.

Every line is read by the form itself, as if somebody had posted it, so that the advice is the form's. What the check
reads is frozen as a plan; importing only carries the plan out.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from msgspec import Struct

from madoguchi.exchange import columns
from madoguchi.japan.time import to_iso
from madoguchi.members.rules import Member, folded
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading, read
from madoguchi.programme.kinds import code_of
from madoguchi.programme.questions import Form, Value
from madoguchi.spreadsheets import Line, Table
from madoguchi.web.visits import FormData

LEAVE, UPDATE = "leave", "update"
LINES_AT_ONCE = 100
NUMBER_LIKE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,29}")
DATE_PARTS = re.compile(r"_(year|month|day)$")


class Arrangement(Struct, frozen=True, kw_only=True):
    """What staff said about the file: which column is what, what the list proves, what becomes of known people.

    `keys` names a column of ours for each column of the file, '' for one that is left out. `consents` are those
    that everybody on the list has given, `basis` says how that is known.
    """

    keys: list[str]
    consents: list[str] = []
    basis: str = ""
    existing: str = LEAVE
    greets: bool = False


class Person(Struct, kw_only=True):
    """One person whom the file brings: the values that the form accepted. `member_id` is set for a known one."""

    line: int
    values: dict[str, Value]
    ticked: list[str] = []
    number: str = ""
    registered_at: str = ""
    source: str = ""
    stage: str = ""
    member_id: str = ""


class Finding(Struct, frozen=True):
    """Something about a line that staff should know; with an error the line is not imported. No personal values."""

    line: int
    column: str
    message: str
    is_error: bool = True


@dataclass(slots=True)
class Drawn:
    """The plan of an import: who will be made or changed, and what was found."""

    people: list[Person] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left: int = 0
    classes: Counter[str] = field(default_factory=Counter)

    @property
    def wrong(self) -> int:
        """How many lines have an error."""
        return len({each.line for each in self.findings if each.is_error})


@dataclass(frozen=True, slots=True)
class Known:
    """Who and what the stack knows already, asked for many at once."""

    members: Callable[[Iterable[str]], Mapping[str, Member]]
    """The members behind folded addresses."""
    numbers: Callable[[Iterable[str]], set[str]]
    """The numbers that are somebody's."""


class Draughtsman:
    """Draws the plan of an import, some lines at a time."""

    def __init__(self, form: Form, arrangement: Arrangement, known: Known, now: datetime, today: date) -> None:
        """Start with an empty plan."""
        self.drawn = Drawn()
        self._form = form
        self._arrangement = arrangement
        self._known = known
        self._now = now
        self._today = today
        self._names = {each.key: each.name for each in columns.targets_of(form)}
        self._by_address: dict[str, Person] = {}
        self._numbers: dict[str, int] = {}

    def draw(self, table: Table) -> Iterator[int]:
        """Read every line; yields how many have been read, now and then."""
        for first in range(0, len(table.lines), LINES_AT_ONCE):
            chunk = table.lines[first : first + LINES_AT_ONCE]
            rows = [(line, self._cells(line)) for line in chunk]
            members = self._known.members(_addresses(cells for _, cells in rows))
            taken = self._known.numbers(_numbers(cells for _, cells in rows))
            for line, cells in rows:
                self._read(line, cells, members.get(folded(cells.get("email", ""))), taken)
            yield first + len(chunk)

    def _cells(self, line: Line) -> dict[str, str]:
        return {key: cell for key, cell in zip(self._arrangement.keys, line.cells, strict=False) if key}

    def _read(self, line: Line, cells: Mapping[str, str], member: Member | None, taken: set[str]) -> None:
        if any(cell.strip() for cell in line.cells[len(self._arrangement.keys) :]):
            self._find(line, "", "見出しより列が多い行です。区切りの記号や引用符を確かめてください。")
            return
        address = folded(cells.get("email", ""))
        earlier = self._by_address.get(address) if address else None
        if earlier:
            what = "1人にまとめます" if self._updates else "先の行だけを取り込みます"
            self._find(line, "email", f"{earlier.line}行目と同じメールアドレスです。{what}。", is_error=False)
        if (member or earlier) and not self._updates:
            self.drawn.left += 1
            return
        stored = earlier.values if earlier else member.all_answers if member else {}
        reading = self._reading(cells, stored, member)
        extras = self._extras(line, cells, taken)
        self._find_errors(line, reading)
        if reading.errors or extras is None:
            return
        values = {key: value for key, value in reading.values.items() if value}
        if earlier:
            earlier.values, earlier.ticked = values, sorted(set(earlier.ticked) | reading.ticked)
            self.drawn.left += 1
            return
        person = Person(line=line.number, values=values, ticked=sorted(reading.ticked), **extras)
        if member:  # the address is the same but for case and width: theirs stays
            person.member_id, values["email"] = member.member_id, member.email
        self._keep(person, address)

    def _keep(self, person: Person, address: str) -> None:
        self.drawn.people.append(person)
        if not person.member_id:
            self.drawn.classes[programme().members.class_of(person.values, self._today).id] += 1
        if address:
            self._by_address[address] = person

    def _reading(self, cells: Mapping[str, str], stored: Mapping[str, Value], member: Member | None) -> Reading:
        values = columns.posted_values(self._form, cells, stored)
        given = set(self._arrangement.consents)
        if member:  # who is a member has said yes or no already
            given = {each.id for each in self._form.consents if each.required}
        values |= {each: ["yes"] for each in given}
        return read(self._form, FormData(values), today=self._today)

    def _extras(self, line: Line, cells: Mapping[str, str], taken: set[str]) -> dict[str, str] | None:
        """Number, time, source and stage; None when one of them is wrong."""
        before = len(self.drawn.findings)
        number = self._number(line, cells.get(columns.NUMBER, ""), taken)
        found = {
            "registered_at": self._registered_at(line, cells.get(columns.REGISTERED_AT, "")),
            "source": self._listed(line, columns.SOURCE, cells, columns.source_of),
            "stage": self._listed(line, columns.STAGE, cells, columns.stage_of),
        }
        has_errors = any(each.is_error for each in self.drawn.findings[before:])
        return None if has_errors else {"number": number, **found}

    def _number(self, line: Line, cell: str, taken: set[str]) -> str:
        number = code_of(cell)
        if not number:
            return ""
        if not NUMBER_LIKE.fullmatch(number):
            self._find(line, columns.NUMBER, "登録番号に使えるのは、英字、数字、ハイフンです（30文字まで）。")
        elif number in taken or number in self._numbers:
            self._find(line, columns.NUMBER, "この番号は、ほかの人の番号です。新しい番号をつけます。", is_error=False)
            return ""
        self._numbers[number] = line.number
        return number

    def _registered_at(self, line: Line, cell: str) -> str:
        if not cell.strip():
            return ""
        instant = columns.instant_of(cell)
        if instant is None or instant > self._now:
            self._find(line, columns.REGISTERED_AT, "登録日時を、今日までの日付で入力してください。例）2024-04-01")
            return ""
        return to_iso(instant)

    def _listed(self, line: Line, key: str, cells: Mapping[str, str], id_of: Callable[[str], str | None]) -> str:
        cell = cells.get(key, "").strip()
        found = id_of(cell) if cell else ""
        if found is None:
            self._find(line, key, f"{self._names[key]}を、設定にある名前で入力してください。")
        return found or ""

    def _find_errors(self, line: Line, reading: Reading) -> None:
        for control, message in reading.errors:
            self._find(line, control, message)

    def _find(self, line: Line, control: str, message: str, *, is_error: bool = True) -> None:
        self.drawn.findings.append(Finding(line.number, self._name_of(control), message, is_error))

    def _name_of(self, control: str) -> str:
        if consent := self._form.consent(control):
            return f"同意（{consent.label}）"
        key = DATE_PARTS.sub("", control)
        return self._names.get(key) or (question.label if (question := self._form.field(key)) else "")

    @property
    def _updates(self) -> bool:
        return self._arrangement.existing == UPDATE


def _addresses(rows: Iterable[Mapping[str, str]]) -> set[str]:
    return {address for cells in rows if (address := folded(cells.get("email", "")))}


def _numbers(rows: Iterable[Mapping[str, str]]) -> set[str]:
    return {number for cells in rows if (number := code_of(cells.get(columns.NUMBER, "")))}


def chunks_of(people: Sequence[Person], size: int) -> list[Sequence[Person]]:
    """The plan in portions of that size."""
    return [people[first : first + size] for first in range(0, len(people), size)]
