"""A new programme: a few questions, and the definition that their answers make."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import TypeAdapter, ValidationError
from pydantic.networks import EmailStr

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.japan.time import QUARTER_MINUTES, clock_minutes
from madoguchi.programme.schema.programme import Module
from operations import programmes
from operations.stack import OperationError

TEMPLATE = "new_programme.yaml.jinja"
ID = r"[a-z][a-z0-9-]{1,29}"
"""As in infra/data.yaml: names of stacks and buckets begin with it."""
MODULES: tuple[str, ...] = get_args(Module)
WEEKDAYS = "月火水木金土日"
FISCAL_YEAR_STARTS = 4
TOKYO_AREA = ["11", "12", "13", "14"]
Answers = dict[str, Any]


class Question(NamedTuple):
    """A question of the command: what it says, what an answer may look like, and what it means."""

    key: str
    words: str
    example: str
    default: Callable[[Answers], str]
    read: Callable[[str], Any] = str
    when: str = ""
    """The module without which it is not asked."""


def questions(today: date) -> list[Question]:
    """All questions in their order. A default may use the answers before it."""
    year = today.year if today.month >= FISCAL_YEAR_STARTS else today.year - 1
    return [
        Question("name", "What is the site called?", "みなとコワーキング",
                 lambda known: f"{known['id']}の窓口", _words),
        Question("client", "Who is the client (発注者)?", "みなと市", lambda _: "例示市", _words),
        Question("contractor", "Who is the contractor (受託者)?", "株式会社例示", lambda _: "株式会社例示", _words),
        Question("starts", "First day of the contract?", "2026-04-01", lambda _: f"{year}-04-01", _day),
        Question("ends", "Last day of the contract?", "2027-03-31", _end_of_fiscal_year, _day),
        Question("modules", f"Which parts, of {', '.join(MODULES)}?", "office,events,newsletters",
                 lambda _: "office,events,newsletters", _modules),
        Question("hours", "When is the office open?", "09:00-17:00", lambda _: "09:00-17:00", _hours, "office"),
        Question("weekdays", "On which days (1 is Monday)?", "1-5 or 2,4,6", lambda _: "1-5", _weekdays, "office"),
        Question("seats", "How many desks?", "10", lambda _: "10", _seats, "office"),
        Question("mail", "Which address do people write to?", "office@minato.example.jp",
                 lambda _: "office@example.jp", _mail),
        Question("phone", "Which number do they call?", "03-0000-0000", lambda _: "03-0000-0000", _words),
        Question("address", "Where is it?", "〒231-0000 神奈川県みなと市一丁目1番1号",
                 lambda _: "東京都例示区一丁目1番1号", _words),
    ]  # fmt: skip


def text_of(answers: Answers) -> str:
    """The definition as YAML with comments. `answers` holds the id and what the questions were answered with."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        finalize=_as_yaml,
        trim_blocks=True,
        autoescape=False,  # noqa: S701 YAML, whose values are all written as JSON
    )
    templates.filters["plain"] = _Plain
    return templates.get_template(TEMPLATE).render(_facts(answers))


def write(answers: Answers) -> Path:
    """Write a new definition into a folder of its own, or raise OperationError when there is one already."""
    folder = programmes.FOLDER / str(answers["id"])
    if folder.exists():
        message = f"{folder} is there already. Choose another name, or edit what is there."
        raise OperationError(message)
    text = text_of(answers)
    folder.mkdir()
    file = folder / programmes.DEFINITION
    file.write_text(text, encoding="utf-8")
    return file


class _Plain(str):
    """Text that stands in a comment or inside a longer text, without quotes."""

    __slots__ = ()


def _as_yaml(value: object) -> str:
    """Every value in its JSON form, which is YAML, too; nothing that somebody typed can become a key."""
    if isinstance(value, _Plain | date):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _facts(answers: Answers) -> Mapping[str, Any]:
    on = {module: module in answers["modules"] for module in MODULES}
    code = next((code for code, name in PREFECTURES.items() if name in answers["address"]), "13")
    facts = {
        **answers,
        **on,
        "lead": f"{answers['name']}へようこそ。利用の登録は、このページからできます。",
        "prefecture": code,
        "tokyo": [each for each in TOKYO_AREA if each != code],
        "hours_text": "",
    }
    if not on["office"]:
        return facts
    opens, closes = answers["hours"]
    return facts | {
        "opens": opens,
        "closes": closes,
        "minutes": clock_minutes(closes) - clock_minutes(opens),
        "hours_text": f"{_named(answers['weekdays'])}　{opens.removeprefix('0')}～{closes.removeprefix('0')}",
        "closed_text": _closed(answers["weekdays"]),
    }


def _named(weekdays: list[int]) -> str:
    first, last = weekdays[0], weekdays[-1]
    if 2 < len(weekdays) < len(WEEKDAYS) and weekdays == list(range(first, last + 1)):  # noqa: PLR2004 an inside
        return f"{WEEKDAYS[first - 1]}曜日から{WEEKDAYS[last - 1]}曜日"
    if len(weekdays) == len(WEEKDAYS):
        return "毎日"
    if len(weekdays) > len(WEEKDAYS) // 2:
        return f"{'・'.join(_closed_days(weekdays))}を除く毎日"
    return "・".join(f"{WEEKDAYS[day - 1]}曜日" for day in weekdays)


def _closed_days(weekdays: list[int]) -> list[str]:
    return [f"{name}曜日" for number, name in enumerate(WEEKDAYS, 1) if number not in weekdays]


def _closed(weekdays: list[int]) -> str:
    days = _closed_days(weekdays)
    return "、".join(["・".join(days)] * bool(days) + ["国民の祝日", "12月29日～1月3日"])


def _end_of_fiscal_year(known: Answers) -> str:
    starts: date = known["starts"]
    return f"{starts.year + (starts.month >= FISCAL_YEAR_STARTS)}-03-31"


def _words(typed: str) -> str:
    words = " ".join(typed.split())
    if not words:
        message = "something must stand here"
        raise ValueError(message)
    return words


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        message = f"'{typed}' is not a day such as 2026-04-01"
        raise ValueError(message) from error


def _modules(typed: str) -> list[str]:
    chosen = [each.strip() for each in typed.split(",") if each.strip()]
    unknown = [each for each in chosen if each not in MODULES]
    if unknown:
        message = f"{', '.join(unknown)} is not known; allowed: {', '.join(MODULES)}"
        raise ValueError(message)
    return list(dict.fromkeys(chosen))


def _hours(typed: str) -> tuple[str, str]:
    message = f"'{typed}' are not opening hours such as 09:00-17:00, in quarter-hours"
    found = re.fullmatch(r"\s*(\d{1,2}:\d{2})\s*[-~～]\s*(\d{1,2}:\d{2})\s*", typed)
    if found is None:
        raise ValueError(message)
    opens, closes = (each.zfill(5) for each in found.groups())
    if clock_minutes(opens) >= clock_minutes(closes) or clock_minutes(opens) % QUARTER_MINUTES:
        raise ValueError(message)
    if clock_minutes(closes) % QUARTER_MINUTES:
        raise ValueError(message)
    return opens, closes


def _weekdays(typed: str) -> list[int]:
    days: set[int] = set()
    for part in typed.split(","):
        found = re.fullmatch(r"\s*([1-7])\s*(?:-\s*([1-7])\s*)?", part)
        if found is None:
            message = f"'{typed}' are not days such as 1-5 or 2,4,6 (1 is Monday, 7 is Sunday)"
            raise ValueError(message)
        days.update(range(int(found[1]), int(found[2] or found[1]) + 1))
    return sorted(days)


def _seats(typed: str) -> int:
    if not typed.strip().isdigit() or not 1 <= int(typed) <= 500:  # noqa: PLR2004 the schema's most
        message = f"'{typed}' is not a number from 1 to 500"
        raise ValueError(message)
    return int(typed)


def _mail(typed: str) -> str:
    try:
        return str(TypeAdapter(EmailStr).validate_python(typed.strip()))
    except ValidationError as error:
        message = f"'{typed}' is not a mail address such as office@minato.example.jp"
        raise ValueError(message) from error
