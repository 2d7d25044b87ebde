"""Years in the Japanese calendar (和暦), for documents that ask for it."""

from datetime import date

from madoguchi.japan.time import Month

REIWA_BEGINS = date(2019, 5, 1)
YEAR_BEFORE_REIWA = 2018


def era_year(day: date) -> str:
    """令和8年; ValueError before Reiwa, which no contract of this system reaches."""
    if day < REIWA_BEGINS:
        raise ValueError(day)
    year = day.year - YEAR_BEFORE_REIWA
    return f"令和{'元' if year == 1 else year}年"


def era_day(day: date) -> str:
    """令和8年10月1日."""
    return f"{era_year(day)}{day.month}月{day.day}日"


def era_month(month: Month) -> str:
    """令和8年10月."""
    return f"{era_year(month.last_day)}{month.month}月"


def fiscal_year_text(month: Month) -> str:
    """令和8年度, the fiscal year that a month belongs to."""
    return f"{era_year(date(month.fiscal_year, 12, 1))}度"
