"""A frozen month: its figures, the bytes that are kept, and the tables that pages and files show."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from madoguchi.japan.time import Month, from_iso, to_iso
from madoguchi.programme.definition import Programme
from madoguchi.reports.figures import Figure

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Figures laid out: one row per item, one column per group with its unit."""

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[Figure | None, ...]], ...]

    @property
    def is_list(self) -> bool:
        """Whether there is just one value a row, whose unit may differ from row to row."""
        return [group for group, _ in self.columns] == [""]

    @property
    def unit(self) -> str:
        """The unit of every value, or "" when units differ."""
        units = {figure.unit for _, cells in self.rows for figure in cells if figure}
        return units.pop() if len(units) == 1 else ""

    @property
    def heading(self) -> str:
        """The title, with the unit when there is only one."""
        return f"{self.title}（単位：{self.unit}）" if self.unit else self.title

    @property
    def heads(self) -> list[str]:
        """The columns' names, with their units where these differ."""
        return [group if self.unit else f"{group}（{unit}）" for group, unit in self.columns]


@dataclass(frozen=True, slots=True)
class FrozenMonth:
    """The figures of a month as they were frozen; whatever is rendered comes from here alone."""

    month: Month
    revision: int
    frozen_at: datetime
    programme: str
    programme_version: int
    title: str
    client: str
    contractor: str
    site: str
    figures: tuple[Figure, ...]

    @classmethod
    def of(cls, month: Month, figures: Iterable[Figure], *, programme: Programme, frozen_at: datetime) -> Self:
        """Freeze figures under the contract's names; the first revision."""
        return cls(
            month,
            1,
            from_iso(to_iso(frozen_at)),
            programme.id,
            programme.version,
            programme.contract.title,
            programme.contract.client,
            programme.contract.contractor,
            programme.site.name,
            tuple(figures),
        )

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read what `to_json` wrote."""
        read: dict[str, Any] = json.loads(content)
        del read["format"]
        figures = tuple(Figure(**(figure | {"records": tuple(figure["records"])})) for figure in read.pop("figures"))
        month, frozen_at = Month.parse(read.pop("month")), from_iso(read.pop("frozen_at"))
        return cls(month=month, frozen_at=frozen_at, figures=figures, **read)

    def to_json(self) -> bytes:
        """Canonical JSON: the same figures give the same bytes."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        facts |= {
            "format": FORMAT,
            "month": str(self.month),
            "frozen_at": to_iso(self.frozen_at),
            "figures": [figure._asdict() for figure in self.figures],
        }
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    @property
    def tables(self) -> list[Table]:
        """Its tables, in order."""
        titles = dict.fromkeys(figure.table for figure in self.figures)
        return [_table(title, [each for each in self.figures if each.table == title]) for title in titles]


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _table(title: str, figures: list[Figure]) -> Table:
    columns = tuple({figure.group: figure.unit for figure in figures}.items())
    cells = {(figure.item, figure.group): figure for figure in figures}
    items = dict.fromkeys(figure.item for figure in figures)
    rows = tuple((item, tuple(cells.get((item, group)) for group, _ in columns)) for item in items)
    return Table(title, columns, rows)
