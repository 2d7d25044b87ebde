"""The columns of files of members: which there are, how a heading is recognised, what stands in a cell.

One format goes out and comes in: a choice is written by its label, several are joined by semicolons, the text of an
"other" choice has a column of its own (docs/field-map.md).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from madoguchi.japan.time import TOKYO
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import choices
from madoguchi.programme.questions import Answers, Field, Form, Value, values_of

NUMBER, REGISTERED_AT, CLASS, SOURCE, STAGE = "-number", "-registered-at", "-class", "-source", "-stage"
NAME, KANA = "-name", "-kana"
CONSENT = "-consent-"
OTHER = "_other"
SEVERAL = ";"
YES, NO = "はい", "いいえ"
YES_WORDS = frozenset(
    {"はい", "有", "あり", "可", "同意", "同意する", "希望", "希望する", "○", "◯", "1", "yes", "y", "true"}
)
NOT_PART_OF_A_NAME = re.compile(r"[\s・（）()「」【】※*＊:：/／_-]+")
SEPARATORS = re.compile(r"[;；\n|]")
LOOSER_SEPARATORS = re.compile(r"[;；\n|、,，]")

# Names that other systems give to columns, beside our own: Salesforce's (Lead, Contact) and those of old lists.
KNOWN_AS: Mapping[str, tuple[str, ...]] = {
    NUMBER: ("会員番号", "登録No", "ID", "Madoguchi_Number__c"),
    REGISTERED_AT: ("登録日", "入会日", "登録年月日", "CreatedDate"),
    SOURCE: ("きっかけ", "流入元", "LeadSource"),
    NAME: ("お名前", "名前", "氏名（漢字）", "name"),
    KANA: ("ふりがな", "フリガナ", "カナ", "氏名（カナ）", "お名前（カナ）"),
    "family_name": ("姓", "苗字", "名字", "LastName", "Last Name"),
    "given_name": ("名", "FirstName", "First Name"),
    "family_kana": ("セイ", "姓（カナ）", "氏（カナ）"),
    "given_kana": ("メイ", "名（カナ）"),
    "email": ("メール", "Eメール", "e-mail", "mail", "Email", "Email Address"),
    "phone": ("電話", "TEL", "携帯電話", "Phone", "MobilePhone"),
    "postal_code": ("〒", "PostalCode", "MailingPostalCode"),
    "prefecture": ("住所（都道府県）", "State", "MailingState"),
    "city": ("住所（市区町村）", "City", "MailingCity"),
    "street": ("番地", "Street", "MailingStreet"),
    "organisation_name": ("会社名", "団体名", "Company", "Account Name"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its name in the heading, and whether it tells who somebody is."""

    key: str
    name: str
    is_personal: bool = True


def columns_of(form: Form) -> list[Column]:
    """Every column of the members of a form, in the order of the file."""
    names = [field.column for field in form.fields]
    found = [Column(NUMBER, "登録番号", is_personal=False)]
    for field in (each for each in form.fields if each.kind != "evidence"):
        name = field.column if names.count(field.column) == 1 else f"{field.column}（{field.id}）"
        found.append(Column(field.id, name, is_personal=not field.counted))
        if field.other:
            found.append(Column(f"{field.id}{OTHER}", f"{name}（{field.other.label}の内容）"))
    found += [
        Column(CLASS, "登録の区分", is_personal=False),
        Column(STAGE, "段階", is_personal=False),
        Column(SOURCE, "登録のきっかけ", is_personal=False),
        Column(REGISTERED_AT, "登録日時", is_personal=False),
    ]
    return found + [Column(f"{CONSENT}{each.id}", f"同意（{each.label}）", is_personal=False) for each in form.consents]


def targets_of(form: Form) -> list[Column]:
    """What a column of somebody's file may be taken for: our own columns, and names in one cell."""
    whole = []
    if form.field("family_name") and form.field("given_name"):
        whole.append(Column(NAME, "氏名（姓と名の間を空けたもの）"))
    if form.field("family_kana") and form.field("given_kana"):
        whole.append(Column(KANA, "フリガナ（姓と名の間を空けたもの）"))
    # The class follows from the answers.
    return [*whole, *(each for each in columns_of(form) if each.key != CLASS)]


def recognised(form: Form, headers: Sequence[str]) -> dict[str, str]:
    """The headings that are known, each with the key of its column; a key is given once, to the first."""
    known: dict[str, str] = {}
    targets = targets_of(form)
    for column in targets:
        field = form.field(column.key)
        names = (column.name, column.key, *([field.label] if field else []), *KNOWN_AS.get(column.key, ()))
        for name in names:
            known.setdefault(_folded(name), column.key)
    found: dict[str, str] = {}
    for header in headers:
        key = known.get(_folded(header))
        if key and key not in found.values():
            found[header] = key
    return found


def cell_of(member: Member, key: str) -> str:
    """What a file says about a member in one column."""
    if reader := _OF_THE_MEMBER.get(key):
        return reader(member)
    if key.startswith(CONSENT):
        return YES if member.consents_to(key.removeprefix(CONSENT)) else NO
    field = member.form.field(key)
    answers = member.all_answers
    if field is None:
        return "".join(values_of(answers, key))
    labels = dict(choices(field))
    return SEVERAL.join(labels.get(value, value) for value in values_of(answers, key))


def posted_values(form: Form, cells: Mapping[str, str], stored: Mapping[str, Value]) -> dict[str, list[str]]:
    """The cells of a line as a form would send them; `stored` is what stands in for the empty ones."""
    cells = _with_names_parted(cells)
    values: dict[str, list[str]] = {}
    for field in form.fields:
        cell = cells.get(field.id, "").strip()
        if cell:
            values |= _chosen(field, cell)
        elif field.id in stored:
            values[field.id] = list(values_of(stored, field.id))
        text = cells.get(f"{field.id}{OTHER}", "").strip() or ("" if cell else _text(stored, f"{field.id}{OTHER}"))
        if text:
            values[f"{field.id}{OTHER}"] = [text]
    for consent in form.consents:
        if _folded(cells.get(f"{CONSENT}{consent.id}", "")) in YES_WORDS:
            values[consent.id] = ["yes"]
    return values


def source_of(cell: str) -> str | None:
    """The code of a source by its label or code; None when the definition has none like it."""
    return _id_of(cell, [(each.id, each.label) for each in programme().members.sources])


def stage_of(cell: str) -> str | None:
    """The id of a stage by its label or id; None when the definition has none like it."""
    return _id_of(cell, [(each.id, each.label) for each in programme().members.stages])


def instant_of(cell: str) -> datetime | None:
    """An instant, or the beginning of a day in Tokyo, as files write them; None when it is neither."""
    text = unicodedata.normalize("NFKC", cell).strip().replace("/", "-").replace("年", "-").replace("月", "-")
    text = re.sub(r"(?<!\d)(\d)(?!\d)", r"0\1", text.replace("日", "").strip().replace(" ", "T"))
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.tzinfo:
        return instant
    return datetime.combine(instant.date(), time(instant.hour, instant.minute, instant.second), TOKYO)


def _registered_at(member: Member) -> str:
    return member.registered_at.astimezone(TOKYO).isoformat()


def _class_label(member: Member) -> str:
    return programme().members.member_class(member.class_id).label


def _source_label(member: Member) -> str:
    known = programme().members.source(member.source)
    return known.label if known else member.source


def _stage_label(member: Member) -> str:
    known = programme().members.stage(member.stage)
    return known.label if known else member.stage


def _number(member: Member) -> str:
    return member.number


_OF_THE_MEMBER: Mapping[str, Callable[[Member], str]] = {
    NUMBER: _number,
    REGISTERED_AT: _registered_at,
    CLASS: _class_label,
    SOURCE: _source_label,
    STAGE: _stage_label,
}


def _with_names_parted(cells: Mapping[str, str]) -> Mapping[str, str]:
    """Names that stand in one cell, parted at the first space; nothing about them is changed."""
    parted = dict(cells)
    for key, (family, given) in {NAME: ("family_name", "given_name"), KANA: ("family_kana", "given_kana")}.items():
        if whole := cells.get(key, "").strip():
            first, *rest = whole.split(maxsplit=1)
            parted |= {family: first, given: "".join(rest)}
    return parted


def _chosen(field: Field, cell: str) -> dict[str, list[str]]:
    options = choices(field)
    if not options:
        return {field.id: [cell]}
    values = _several(cell, options) if field.kind == "checkboxes" else [_option(cell, options)]
    if field.other and (text := _text_in(cell, field.other.label)):
        bare = cell.replace(f"（{text}）", "").replace(f"({text})", "")
        values = _several(bare, options) if field.kind == "checkboxes" else [_option(bare, options)]
        return {field.id: values, f"{field.id}{OTHER}": [text]}
    return {field.id: values}


def _several(cell: str, options: Sequence[tuple[str, str]]) -> list[str]:
    known = {value for value, _ in options}
    parts: list[str] = []
    for part in _parts(cell, SEPARATORS):
        value = _option(part, options)
        # A label may hold a comma itself, so commas part only what is no label as a whole.
        parts += [value] if value in known else [_option(each, options) for each in _parts(part, LOOSER_SEPARATORS)]
    return parts


def _parts(cell: str, separators: re.Pattern[str]) -> Iterator[str]:
    return (part.strip() for part in separators.split(cell) if part.strip())


def _option(cell: str, options: Sequence[tuple[str, str]]) -> str:
    return _id_of(cell, options) or cell.strip()


def _id_of(cell: str, options: Sequence[tuple[str, str]]) -> str | None:
    wanted = _folded(cell)
    for value, label in options:
        if wanted in {_folded(value), _folded(label)}:
            return value
    # 東京 is 東京都, 1 is 01.
    for value, label in options:
        is_short = label[-1] in "都府県" and wanted == _folded(label)[:-1]
        if wanted and (is_short or wanted.zfill(len(value)) == value):
            return value
    return None


def _text_in(cell: str, label: str) -> str:
    found = re.search(rf"{re.escape(label)}[（(](.+)[）)]", cell)
    return found[1] if found else ""


def _text(answers: Answers, key: str) -> str:
    return "".join(values_of(answers, key))


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    return NOT_PART_OF_A_NAME.sub("", folded) or folded
