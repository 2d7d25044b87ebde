"""The filters of the page that finds members: what was asked for, and what may be asked for."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from madoguchi.japan.time import tokyo_day
from madoguchi.members import search
from madoguchi.members.rules import Origin
from madoguchi.members.search import Filters
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import choices
from madoguchi.staff.rules import StaffMember
from madoguchi.web.visits import Visit

STATUS_LABELS = {"active": "登録中", "merged": "統合済み", "leaving": "退会の手続き中"}
ORIGIN_LABELS = {
    Origin.SELF: "本人がフォームで",
    Origin.PHONE: "電話（代理入力）",
    Origin.PAPER: "書面（代理入力）",
    Origin.COUNTER: "窓口（代理入力）",
    Origin.IMPORT: "名簿の取込み",
}
FACT = "fact_"
NAMES = ("form_id", "class_id", "stage", "status", "consent", "source", "origin")
SUPPORT = "2026-04-01 の形で入力してください。"


def read_filters(visit: Visit[StaffMember]) -> tuple[Filters, list[tuple[str, str]]]:
    """The filters in the address, and what is wrong with them. What is not offered counts as not asked for."""
    query, errors = visit.query, []
    days = {"since": search.first_day(), "until": tokyo_day(visit.now)}
    for name, label in (("since", "登録した日（から）"), ("until", "登録した日（まで）")):
        typed = query.get(name).strip()
        try:
            days[name] = date.fromisoformat(typed) if typed else days[name]
        except ValueError:
            errors.append((name, f"{label}を確かめてください。{SUPPORT}"))
    offered = {name: dict(options) for name, _, options in offers()}
    chosen = {name: value for name in NAMES if (value := query.get(name)) in offered.get(name, {})}
    facts = {
        name.removeprefix(FACT): value
        for name, options in offered.items()
        if name.startswith(FACT) and (value := query.get(name)) in options
    }
    status = chosen.pop("status", "active")
    since = max(days["since"], search.first_day())
    return Filters(since=since, until=days["until"], status=status, facts=facts, **chosen), errors


def offers() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each filter: its name in the address, its label, and its (value, label) choices."""
    contract = programme()
    members, forms = contract.members, contract.registration.forms
    consents = {each.id: each.label for form in forms for each in form.consents}
    listed: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("form_id", "登録の種類", [(each.id, each.label) for each in forms]),
        ("class_id", "区分", [(each.id, each.label) for each in members.classes]),
        ("stage", "段階", [(each.id, each.label) for each in members.stages]),
        ("status", "状態", list(STATUS_LABELS.items())),
        ("consent", "同意していること", list(consents.items())),
        ("source", "登録のきっかけ（リンク・ポスター）", [(each.id, each.label) for each in members.sources]),
        ("origin", "登録の方法", [(each.value, label) for each, label in ORIGIN_LABELS.items()]),
    ]
    listed += [(f"{FACT}{each.id}", each.label, choices(each)) for each in search.filterable()]
    return [(name, label, options) for name, label, options in listed if options]


def filter_facts(visit: Visit[StaffMember], filters: Filters) -> dict[str, Any]:
    """What the form of filters shows."""
    typed = {name: visit.query.get(name) for name, _, _ in offers()} | {"status": filters.status}
    return {
        "offers": offers(),
        "typed": typed | {"since": filters.since.isoformat(), "until": filters.until.isoformat()},
        "asked": [
            (label, dict(options)[typed[name]])
            for name, label, options in offers()
            if name != "status" and typed[name] in dict(options)
        ],
    }


def address_of(visit: Visit[StaffMember], page: int) -> str:
    """The same search at another page."""
    kept = {name: values for name, values in visit.query.values.items() if name != "page" and any(values)}
    return f"/members?{urlencode(kept | {'page': [str(page)]}, doseq=True)}"
