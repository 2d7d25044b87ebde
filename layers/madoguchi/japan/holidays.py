"""National holidays: the Cabinet Office's list for its years, computed for the years after it.

The list beside this file is https://www8.cao.go.jp/chosei/shukujitsu/syukujitsu.csv in UTF-8.
It covers whole years, each published in February of the year before.
"""

import csv
from datetime import date
from functools import cache
from importlib.resources import files


def holiday_name(day: date) -> str | None:
    """The name of the national holiday on that day (振替休日 included), or None."""
    if day.year <= _last_official_year():
        return _official_list().get(day)
    import jpholiday  # noqa: PLC0415 only years beyond the official list pay for it

    return jpholiday.is_holiday_name(day)


@cache
def _official_list() -> dict[date, str]:
    text = files("madoguchi.japan").joinpath("holidays.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return {_read_day(written): name for written, name in rows}


@cache
def _last_official_year() -> int:
    return max(_official_list()).year


def _read_day(written: str) -> date:
    year, month, day = written.split("/")
    return date(int(year), int(month), int(day))
