"""The page on which staff write one question: what its controls hold, and the question that was typed."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from madoguchi.programme.definition import JAPANESE
from madoguchi.programme.editing import YES, Posted, spoken
from madoguchi.programme.questions_edit import BLOCKS, CHOOSING, KINDS, Question

VALUE = re.compile(r"[A-Za-z0-9_-]{1,60}")
MADE = re.compile(r"a(\d+)")
SEEN_BY = ("staff", "members", "everybody")
LONGEST_ANSWER = 1000
"""Of a long text; the schema has its own for a line."""
LEAST_OPTIONS = 2
Errors = list[tuple[str, str]]


def controls_of(question: Mapping[str, Any], languages: Sequence[str]) -> dict[str, str]:
    """What the controls of a question hold, by their names."""
    held = {
        "kind": str(question.get("kind", "")),
        "block": str(question.get("block", "")),
        "purpose": spoken(question.get("purpose", ""), JAPANESE),
        "seen_by": question.get("seen_by", "staff"),
        "retention": question.get("retention", "profile"),
        "has_other": YES if any(each.get("other") for each in question.get("options", ())) else "",
    }
    held |= {each: YES if question.get(each) else "" for each in ("required", "counted", "sensitive")}
    for language in languages:
        held |= {f"{each}-{language}": spoken(question.get(each, ""), language) for each in ("label", "support")}
        held[f"options-{language}"] = "\n".join(_told_options(question.get("options", ()), language))
    return held


def read_question(
    form: Posted, was: Mapping[str, Any], languages: Sequence[str], *, new_id: str = "", used: Collection[str] = ()
) -> tuple[Question, Errors]:
    """The question as it would be typed into the file, and what is wrong as (control, advice).

    `was` is the question before, {} for a new one; what the page does not show of it stays. `used` are the values
    that its options have or had: an answer that is stored never comes to mean another.
    """
    is_block = bool(was.get("block") or form.get("block"))
    question = dict(was) or _beginning(form, new_id, is_block=is_block)
    if is_block and question["block"] not in BLOCKS:
        return question, [("block", "用意された質問を選んでください。")]
    if not is_block and question["kind"] not in {*KINDS, "email"}:
        return question, [("kind", "答え方を選んでください。")]
    errors = [] if is_block else _write(question, form, languages, used)
    if _text(form, "purpose") != spoken(question.get("purpose", ""), JAPANESE):
        question["purpose"] = _text(form, "purpose")
    if not question.get("purpose"):
        errors.append(("purpose", "利用の目的を入力してください。目的のない質問は、置けません。"))
    _settle(question, form, is_block=is_block)
    return question, errors


def _write(question: Question, form: Posted, languages: Sequence[str], used: Collection[str]) -> Errors:
    """The words and the options of a question that is no block."""
    for name in ("label", "support"):
        _say(question, name, {each: _text(form, f"{name}-{each}") for each in languages})
    errors = [] if question.get("label") else [(f"label-{JAPANESE}", "質問を入力してください。")]
    if question["kind"] in CHOOSING:
        question["options"], wrong = _options(form, question.get("options", ()), languages, used)
        errors += wrong
    return errors


def _beginning(form: Posted, new_id: str, *, is_block: bool) -> Question:
    if is_block:
        return {"block": form.get("block")}
    kind = form.get("kind")
    return {"id": new_id, "label": "", "kind": kind} | ({"longest": LONGEST_ANSWER} if kind == "textarea" else {})


def _settle(question: Question, form: Posted, *, is_block: bool) -> None:
    """The rest of a question; what is the schema's default is not written."""
    for name in ("required", "counted", *(() if is_block else ("sensitive",))):
        _put(question, name, form.get(name) == YES, default=False)
    _put(question, "seen_by", form.get("seen_by") or "staff", default="staff")
    _put(question, "retention", form.get("retention") or "profile", default="profile")


def _put(question: Question, name: str, value: object, *, default: object) -> None:
    if question.get(name, default) != value:
        question.pop(name, None)
        question |= {} if value == default else {name: value}


def _say(question: Question, name: str, texts: Mapping[str, str]) -> None:
    if all(spoken(question.get(name, ""), language) == text for language, text in texts.items()):
        return
    question[name] = _said(texts) if texts[JAPANESE] else ""
    if not question[name]:
        del question[name]


def _said(texts: Mapping[str, str]) -> Any:  # noqa: ANN401 a text, or one in several languages
    others = {language: text for language, text in texts.items() if text and language != JAPANESE}
    return {JAPANESE: texts[JAPANESE], **others} if others else texts[JAPANESE]


def _options(
    form: Posted, was: Sequence[Mapping[str, Any]], languages: Sequence[str], used: Collection[str]
) -> tuple[list[dict[str, Any]], Errors]:
    """One option a line, `value=words` or the words alone; in other languages by the value, or by the line."""
    control = f"options-{JAPANESE}"
    values = _values(list(_lines(form.get(control))), was, used)
    said = {value: {JAPANESE: text} for value, text in values}
    errors: Errors = []
    if len(said) != len(values):
        errors.append(
            (control, "同じ記号の選択肢が2つあります。記号（＝の左）を変えるか、記号を書かずに入力してください。")
        )
    elif len(said) < LEAST_OPTIONS:
        errors.append((control, "選択肢を、1行に1つずつ、2つ以上入力してください。"))
    for language in (each for each in languages if each != JAPANESE):
        for number, (value, text) in enumerate(_lines(form.get(f"options-{language}"))):
            found = value if value in said else values[number][0] if number < len(values) and not value else ""
            if found:
                said[found][language] = text
            else:
                errors.append((f"options-{language}", f"「{text}」に当たる日本語の選択肢がありません。"))
    before = {str(each["value"]): each for each in was}
    options = [{**before.get(value, {}), "value": value, "label": _said(texts)} for value, texts in said.items()]
    return _with_other(options, is_wanted=form.get("has_other") == YES), errors


def _with_other(options: list[dict[str, Any]], *, is_wanted: bool) -> list[dict[str, Any]]:
    """The option that asks for words, too: the one that did, or the last."""
    asking = next((each["value"] for each in options if each.get("other")), options[-1]["value"] if options else "")
    plain = [{name: value for name, value in each.items() if name != "other"} for each in options]
    return [{**each, "other": True} if is_wanted and each["value"] == asking else each for each in plain]


def _values(
    lines: Sequence[tuple[str, str]], was: Sequence[Mapping[str, Any]], used: Collection[str]
) -> list[tuple[str, str]]:
    """A value for each line: the written one, that of the option with these words, or one that never was."""
    known = {spoken(each["label"], JAPANESE): str(each["value"]) for each in was}
    taken = {*used, *known.values(), *(value for value, _ in lines)}
    number = max((int(found[1]) for each in taken if (found := MADE.fullmatch(each))), default=0)
    values = []
    for written, text in lines:
        value = written or known.get(text, "")
        if not value:
            number += 1
            value = f"a{number}"
        values.append((value, text))
    return values


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, map(str.strip, text.splitlines())):
        value, _, words = line.replace("＝", "=", 1).partition("=")
        folded = unicodedata.normalize("NFKC", value).strip()
        yield (folded, words.strip()) if words.strip() and VALUE.fullmatch(folded) else ("", line)


def _told_options(options: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    for each in options:
        if text := spoken(each["label"], language):
            yield f"{each['value']}={text}"


def _text(form: Posted, name: str) -> str:
    return form.get(name).replace("\r\n", "\n").strip()
