"""Changing the questions of a form: pure steps on its sections as they stand in the definition's file.

A question is a field or a ready block. A field is named by its id, a block by `block-<name>`, so that the two never
meet. Every step gives new sections and leaves the old ones as they are.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple, TypeAlias

from madoguchi.programme.definition import JAPANESE
from madoguchi.programme.editing import spoken, told
from madoguchi.refusals import InvalidError, NotFoundError

Question: TypeAlias = dict[str, Any]
Sections: TypeAlias = list[dict[str, Any]]

QUESTIONS = re.compile(r"registration\.forms\.([a-z][a-z0-9_]*)\.sections")
"""The keys of the definition whose value is edited question by question."""
NUMBERED = re.compile(r"q(\d+)")
BLOCK = "block-"


class Block(NamedTuple):
    """A ready block as staff choose it: its name, the ids of its fields, and the field that must come before it."""

    label: str
    fields: tuple[str, ...]
    after: str = ""


BLOCKS: Mapping[str, Block] = {
    "name": Block("氏名", ("family_name", "given_name")),
    "name_latin": Block("氏名（ローマ字）", ("name_latin",)),
    "kana": Block("フリガナ", ("family_kana", "given_kana")),
    "email": Block("メールアドレス", ("email",)),
    "phone": Block("電話番号", ("phone",)),
    "address": Block("住所（郵便番号から建物名まで）", ("postal_code", "prefecture", "city", "street", "building")),
    "prefecture": Block("都道府県", ("prefecture",)),
    "birth_date": Block("生年月日", ("birth_date",)),
    "age_band": Block("年代", ("age_band",)),
    "sex": Block("性別", ("sex",)),
    "industry": Block("業種", ("industry",)),
    "occupation": Block("職業", ("occupation",)),
    "sector": Block("産官学金労言士などの別", ("sector",)),
    "how_heard": Block("登録のきっかけ", ("how_heard",)),
    "considerations": Block("配慮してほしいこと", ("considerations",)),
    "guardian": Block("保護者の氏名と電話番号（18歳未満の方）", ("guardian_name", "guardian_phone"), "birth_date"),
    "organisation": Block("団体・企業の名称", ("organisation_name",)),
}
KINDS: Mapping[str, str] = {
    "text": "文章（1行）",
    "textarea": "長い文章",
    "radio": "1つ選ぶ（ボタンを並べる）",
    "select": "1つ選ぶ（一覧から選ぶ）",
    "checkboxes": "複数選ぶ",
    "date": "日付",
    "number": "数",
    "phone": "電話番号",
    "postal": "郵便番号",
    "prefecture": "都道府県",
    "kana": "カタカナ",
    "url": "ホームページのアドレス",
    "evidence": "窓口で見せていただくもの",
}
"""The kinds of question that staff can add. A form has one question about the mail address: the block."""
CHOOSING = frozenset({"radio", "select", "checkboxes"})
ATTRIBUTES: Mapping[str, str] = {
    "label": "質問",
    "support": "説明",
    "purpose": "利用の目的",
    "required": "必須",
    "options": "選択肢",
    "counted": "集計",
    "sensitive": "要配慮個人情報",
    "seen_by": "見ることができる者",
    "retention": "保存の期間",
}


class AskedTwiceError(InvalidError):
    """The form asks that already."""

    code = "asked_twice"


def key_of(question: Mapping[str, Any]) -> str:
    """The name of a question."""
    return f"{BLOCK}{question['block']}" if "block" in question else str(question["id"])


def ids_of(question: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the fields that a question stands for."""
    return BLOCKS[question["block"]].fields if "block" in question else (str(question["id"]),)


def label_of(question: Mapping[str, Any]) -> str:
    """How staff know a question."""
    return BLOCKS[question["block"]].label if "block" in question else spoken(question["label"], JAPANESE)


def kind_of(question: Mapping[str, Any]) -> str:
    """What kind of question it is, for staff."""
    return "用意された質問" if "block" in question else KINDS.get(question["kind"], "メールアドレス")


def questions_of(sections: Sections) -> Iterator[Question]:
    """Every question in order."""
    for section in sections:
        yield from section["fields"]


def find(sections: Sections, key: str) -> Question:
    """The question of that name, or NotFoundError."""
    for each in questions_of(sections):
        if key_of(each) == key:
            return each
    raise NotFoundError


def add(sections: Sections, new: Question, *, section: int, title: object = "") -> Sections:
    """Ask a question at the end of a section; behind the last one a new section of that title begins.

    AskedTwiceError when a field of it is asked already.
    """
    asked = {field: each for each in questions_of(sections) for field in ids_of(each)}
    if twin := next((asked[each] for each in ids_of(new) if each in asked), None):
        message = f"「{label_of(twin)}」で、すでに聞いています。"
        raise AskedTwiceError(message)
    if section >= len(sections):
        return [*sections, {"title": title, "fields": [new]}]
    return [
        {**each, "fields": [*each["fields"], new]} if index == section else each for index, each in enumerate(sections)
    ]


def replace(sections: Sections, key: str, new: Question) -> Sections:
    """Put a question in the place of another."""
    find(sections, key)
    return _with(sections, lambda fields: [new if key_of(each) == key else each for each in fields])


def remove(sections: Sections, key: str) -> Sections:
    """Ask a question no more; a section without questions goes with it."""
    find(sections, key)
    left = _with(sections, lambda fields: [each for each in fields if key_of(each) != key])
    return [each for each in left if each["fields"]]


def move(sections: Sections, key: str, by: int) -> Sections:
    """Move a question one place up (-1) or down (1), from the edge of a section into the next one."""
    moved = find(sections, key)
    at = next(index for index, each in enumerate(sections) if moved in each["fields"])
    place = sections[at]["fields"].index(moved)
    lists = [[each for each in section["fields"] if each is not moved] for section in sections]
    if 0 <= place + by <= len(lists[at]):
        lists[at].insert(place + by, moved)
    elif 0 <= at + by < len(sections):
        lists[at + by].insert(0 if by > 0 else len(lists[at + by]), moved)
    else:
        return sections
    return [{**section, "fields": fields} for section, fields in zip(sections, lists, strict=True) if fields]


def new_id(taken: Collection[str]) -> str:
    """An id that no question has or had: stored answers of a removed one must not become another's."""
    return f"q{max((int(found[1]) for each in taken if (found := NUMBERED.fullmatch(each))), default=0) + 1}"


def differences(before: Sections, after: Sections) -> list[str]:
    """What differs, a line each: questions that are new, gone, changed, or elsewhere."""
    was, becomes = ({key_of(each): each for each in questions_of(one)} for one in (before, after))
    lines = [f"加える：{label_of(each)}（{kind_of(each)}）" for key, each in becomes.items() if key not in was]
    lines += [f"消す：{label_of(each)}" for key, each in was.items() if key not in becomes]
    for key, each in becomes.items():
        if key in was and was[key] != each:
            lines.append(f"変える：{label_of(was[key])}（{'、'.join(_changes(was[key], each))}）")
    moved = _moved(before, after)
    return lines + [f"場所を変える：{label_of(each)}" for key, each in becomes.items() if key in moved]


def told_change(key: str, before: Any, after: Any) -> tuple[str, str]:  # noqa: ANN401 whatever the definition has
    """A change before and after, for people; of questions, how many there were and what differs."""
    if not QUESTIONS.fullmatch(key):
        return told(before), told(after)
    return told_questions(before), "\n".join(differences(before, after)) or told_questions(after)


def told_value(key: str, typed: Any) -> str:  # noqa: ANN401
    """A value for people; of questions, which there are."""
    return told_questions(typed) if QUESTIONS.fullmatch(key) else told(typed)


def told_questions(sections: Sections) -> str:
    """The questions by section, a line each."""
    return "\n".join(
        f"{spoken(each['title'], JAPANESE)}：{'、'.join(map(label_of, each['fields']))}" for each in sections
    )


def _with(sections: Sections, change: Any) -> Sections:  # noqa: ANN401 from fields to fields
    return [{**section, "fields": change(section["fields"])} for section in sections]


def _changes(was: Question, becomes: Question) -> Iterator[str]:
    names = dict.fromkeys(each for each in (*ATTRIBUTES, *was, *becomes) if was.get(each) != becomes.get(each))
    for name in names:
        attribute = ATTRIBUTES.get(name, "出す条件など")
        if name == "options":
            yield from _changed_options(was.get(name, []), becomes.get(name, []))
        elif name in {"label", "support", "purpose"}:
            one, other = spoken(was.get(name, ""), JAPANESE), spoken(becomes.get(name, ""), JAPANESE)
            yield f"{attribute}：{one or 'なし'}→{other or 'なし'}" if one != other else f"{attribute}（ほかの言語）"
        elif becomes.get(name) in {True, False, None} and was.get(name) in {True, False, None}:
            yield f"{attribute}：{'はい' if becomes.get(name) else 'いいえ'}"
        else:
            yield attribute


def _changed_options(was: Sequence[Mapping[str, Any]], becomes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    one, other = ({each["value"]: each for each in options} for options in (was, becomes))
    yield from (f"選択肢を加える：{spoken(other[each]['label'], JAPANESE)}" for each in other if each not in one)
    yield from (f"選択肢を消す：{spoken(one[each]['label'], JAPANESE)}" for each in one if each not in other)
    kept = [each for each in other if each in one]
    if any(one[each] != other[each] for each in kept):
        yield "選択肢の表示"
    if [each for each in one if each in other] != kept:
        yield "選択肢の順番"


def _moved(before: Sections, after: Sections) -> set[str]:
    was, becomes = _places(before), _places(after)
    one, other = ([each for each in places if each in was and each in becomes] for places in (was, becomes))
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in one[block.a : block.a + block.size]}
    return {key for key in other if key not in stayed or was[key] != becomes[key]}


def _places(sections: Sections) -> dict[str, str]:
    return {key_of(each): spoken(section["title"], JAPANESE) for section in sections for each in section["fields"]}
