"""Everything that the programme holds about one member (開示), for people to read and as data to take away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from madoguchi.japan.time import day_text, instant_text, to_iso
from madoguchi.members import changes, sessions, store
from madoguchi.members.former import former_answers, with_former_options
from madoguchi.members.history import Kind, Step
from madoguchi.members.rules import Member, Origin
from madoguchi.members.timeline import CONSENT, CORRECTION, REGISTERED, STEP, Happening, timeline
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import shown
from madoguchi.programme.membership import MemberClass
from madoguchi.refusals import NotFoundError

ORIGINS = {
    Origin.SELF: "ご自身で登録",
    Origin.PHONE: "電話で受け付け、事務局が入力",
    Origin.PAPER: "紙で受け付け、事務局が入力",
    Origin.COUNTER: "窓口で受け付け、事務局が入力",
    Origin.IMPORT: "名簿から引き継ぎ",
}
STEPS = {
    Kind.ENTERED: "事務局が登録内容を入力",
    Kind.SHOWN: "窓口で書類を確認",
    Kind.NOT_SHOWN: "書類の確認を取消し",
    Kind.STAGE: "段階の変更",
    Kind.COORDINATOR: "担当者の変更",
    Kind.ORGANISATION: "所属する団体の変更",
    Kind.MERGED: "重複した登録の統合",
    Kind.UNMERGED: "統合の取消し",
}
# Shown in parts of their own.
ELSEWHERE = frozenset({REGISTERED, CONSENT, CORRECTION})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what is held: a title, and (term, value) rows."""

    title: str
    rows: list[tuple[str, str]]


def parts_of(member: Member, now: datetime) -> list[Part]:
    """Everything, for people to read."""
    form = member.form
    answers = [(field.label, shown(with_former_options(member, field), member.all_answers)) for field in form.fields]
    happenings = [each for each in timeline(member, now) if each.kind not in ELSEWHERE]
    return [
        Part("登録内容", [*answers, *former_answers(member)]),
        Part("登録の状態", _state(member)),
        Part("同意の記録", _consents(member)),
        Part("訂正の記録", _corrections(member)),
        Part("利用の記録", [(instant_text(each.at), _text(each)) for each in happenings]),
        Part(
            "サインイン中の端末",
            [(instant_text(each), "サインイン") for each in sessions.started(member.member_id, now)],
        ),
    ]


def data_of(member: Member, now: datetime) -> dict[str, Any]:
    """Everything, as it is stored, to be read by programs."""
    return {
        "programme": programme().id,
        "definition_version": member.version,
        "made_at": to_iso(now),
        "number": member.number,
        "form": member.form_id or member.form.id,
        "answers": member.all_answers,
        "class": member.class_id,
        "stage": member.stage,
        "status": member.status,
        "evidence_seen_for": sorted(member.shown),
        "registered_at": to_iso(member.registered_at),
        "registered_by": member.origin.value,
        "source": member.source,
        "language": member.language,
        "first_used_on": member.first_used_on.isoformat() if member.first_used_on else None,
        "ends_on": member.ends_on.isoformat() if member.ends_on else None,
        "organisation": member.organisation_id,
        "profile": member.profile_id,
        "consents": [
            {"consent": each.consent_id, "version": each.version, "given": each.given, "at": to_iso(each.at),
             "page": each.page, "source": each.source}
            for each in member.consent_history
        ],
        "corrections": [
            {
                "at": to_iso(each.at),
                "by": changes.author_of(each.by, member),
                "fields": list(each.fields),
                "before": each.before,
            }
            for each in changes.history(member.member_id)
        ],
        "history": [{"at": to_iso(each.at), "kind": each.kind, "text": _text(each)} for each in timeline(member, now)],
        "signed_in_since": [to_iso(each) for each in sessions.started(member.member_id, now)],
    }  # fmt: skip


def why(member: Member) -> str:
    """Which answers, or which document, led to the member's class."""
    found = programme().members.member_class(member.class_id)
    fields = programme().registration.fields
    asked = dict.fromkeys([*found.when, *found.unless])
    said = [f"{fields[each].label}：{shown(fields[each], member.all_answers) or '未入力'}" for each in asked]
    if found.under_age:
        said.append(f"{found.under_age}歳未満")
    return "、".join([*said, *_evidence(found, member)]) or "どなたでも"


def _evidence(found: MemberClass, member: Member) -> list[str]:
    return [f"窓口で確認した書類：{found.evidence.label}"] if found.evidence and found.id in member.shown else []


def _state(member: Member) -> list[tuple[str, str]]:
    definition = programme()
    stage, source = definition.members.stage(member.stage), definition.members.source(member.source)
    rows = [
        ("登録番号", member.number),
        ("登録の種類", member.form.label),
        ("区分", definition.members.member_class(member.class_id).label),
        ("区分の理由", why(member)),
        ("段階", stage.label if stage else ""),
        ("登録日時", instant_text(member.registered_at)),
        ("登録の方法", ORIGINS[member.origin]),
        ("登録のきっかけ", source.label if source else ""),
        ("登録の決まり", definition.members.scheme),
        ("はじめて利用した日", day_text(member.first_used_on) if member.first_used_on else ""),
        ("登録の期限", day_text(member.ends_on) if member.ends_on else ""),
        ("所属する団体", _organisation(member)),
    ]
    return [(term, value) for term, value in rows if value]


def _organisation(member: Member) -> str:
    if not member.organisation_id:
        return ""
    try:
        return store.get(member.organisation_id).name
    except NotFoundError:
        return ""


def _consents(member: Member) -> list[tuple[str, str]]:
    labels = {each.id: each.label for form in programme().registration.forms for each in form.consents}
    return [
        (
            labels.get(each.consent_id, each.consent_id),
            f"{'はい' if each.given else 'いいえ'}（{instant_text(each.at)}、{each.version}版、画面 {each.page}）",
        )
        for each in member.consent_history
    ]


def _corrections(member: Member) -> list[tuple[str, str]]:
    fields = programme().registration.fields
    rows = []
    for each in changes.history(member.member_id):
        before = "、".join(
            f"{fields[field].label}（前の内容：{shown(fields[field], each.before) or '未入力'}）"
            for field in each.fields
            if field in fields
        )
        rows.append((f"{instant_text(each.at)}　{changes.author_of(each.by, member)}", before))
    return rows


def _text(each: Happening) -> str:
    return _step(each.step) if each.kind == STEP and each.step else each.text


def _step(step: Step) -> str:
    if step.kind is Kind.STAGE:
        stages = {each.id: each.label for each in programme().members.stages}
        before, after = (stages.get(step.details.get(key, ""), "なし") for key in ("before", "after"))
        return f"{STEPS[step.kind]}：{before} → {after}"
    return STEPS[step.kind]
