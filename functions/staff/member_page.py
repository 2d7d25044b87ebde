"""The page of one member: everything that is held, and everything that happened."""

from typing import Any

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.japan.time import day_text, tokyo_day
from madoguchi.members import casework, merging, search, store
from madoguchi.members.former import former_answers, with_former_options
from madoguchi.members.history import Kind, Step
from madoguchi.members.rules import ACTIVE, Member
from madoguchi.members.timeline import Happening, timeline
from madoguchi.programme.definition import Programme, programme
from madoguchi.programme.forms import shown
from madoguchi.programme.questions import Field, values_of
from madoguchi.staff import store as accounts
from madoguchi.staff.rules import StaffMember
from madoguchi.web.access import may
from madoguchi.web.answers import Page
from madoguchi.web.visits import Visit
from staff.member_filters import ORIGIN_LABELS, STATUS_LABELS
from staff.member_parts import coordinators, evidence_rows

NO_LONGER_ASKED = "いまは聞いていない質問"
SEEN_BY = {"staff": "運営のみ", "members": "会員に公開", "everybody": "だれでも見られる"}
KINDS = {
    "registration": ("info", "登録"),
    "consent": ("neutral", "同意"),
    "booking": ("success", "利用"),
    "event": ("success", "イベント"),
    "newsletter": ("neutral", "お知らせ"),
    "correction": ("warning", "変更"),
    "step": ("info", "運営"),
}
STEPS = {
    Kind.ENTERED: "代理で入力。同意：{consented}",
    Kind.SHOWN: "「{label}」の確認：{what}",
    Kind.NOT_SHOWN: "「{label}」の確認を取消し",
    Kind.COORDINATOR: "担当のコーディネーターを変更",
    Kind.ORGANISATION: "所属の団体を変更",
    Kind.MERGED: "{whose}登録と統合",
    Kind.UNMERGED: "{whose}登録との統合を取消し",
}
DONE = {
    "entered": ("success", "登録しました。"),
    "shown": ("success", "確認したことを記録しました。"),
    "not_shown": ("success", "確認の記録を取り消しました。"),
    "stage": ("success", "段階を変えました。"),
    "coordinator": ("success", "担当のコーディネーターを決めました。"),
    "organisation": ("success", "所属の団体を変えました。"),
    "edited": ("success", "登録内容を直しました。"),
    "merged": ("success", "二つの登録を統合しました。30日以内なら、元に戻せます。"),
    "was-merged": ("info", "開こうとした登録は、別の登録に統合されています。統合先を表示しています。"),
    "unmerged": ("success", "統合を取り消し、二つの登録を元に戻しました。"),
}


def member_page(visit: Visit[StaffMember], member: Member, errors: list[tuple[str, str]] | None = None) -> Page:
    """The page of one member."""
    happened = timeline(member, visit.now)
    staff_names = accounts.names_of({each.by for each in happened if each.by} | {member.registered_by})
    organisation = store.those([member.organisation_id]).get(member.organisation_id) if member.organisation_id else None
    contract = programme()
    facts = {
        "member": member,
        "summary": [*_summary(member, contract, staff_names), ("参加した回数", _continuity(happened))],
        "sections": _sections(member),
        "consents": [(each, member.consents.get(each.id)) for each in member.form.consents],
        "stage": contract.members.stage(member.stage),
        "next_stages": [(each.id, each.label) for each in casework.next_stages(member)],
        "evidence": evidence_rows(member, happened, staff_names) if member.status == ACTIVE else [],
        "has_stages": bool(contract.members.stages),
        "has_coordinators": contract.members.coordinators,
        "coordinators": coordinators(visit) if contract.members.coordinators else [],
        "organisation": (organisation.member_id, organisation.number, title_of(organisation)) if organisation else None,
        "belonging": _listed(store.belonging_to(member.member_id)),
        "absorbed": merging.undoable(member.member_id, visit.now),
        "same_person": [row_of(each) for each in search.same_person(member)],
        "may_change": member.status == ACTIVE,
        "may_manage": member.status == ACTIVE and may(visit.role, "/members/{member_id}/merge"),
        "may_withdraw": member.status == ACTIVE and may(visit.role, "/withdrawals/{member_id}"),
        "timeline": [_told(each, staff_names) for each in happened],
        "typed": {name: visit.form.get(name) for name in ("stage", "reason", "what", "other", "number")},
    }
    notice = DONE.get(visit.query.get("done"))
    return Page("members_staff/member.html", title_of(member), facts, errors=errors or [], notice=notice)


def title_of(member: Member) -> str:
    """How a member is called: an organisation by its name, anybody without a name by the number."""
    return "".join(values_of(member.answers, "organisation_name")) or member.name or f"登録番号 {member.number}"


def _summary(member: Member, contract: Programme, staff_names: dict[str, str]) -> list[tuple[str, str]]:
    source, stage = contract.members.source(member.source), contract.members.stage(member.stage)
    by = staff_names.get(member.registered_by, "")
    rows = [
        ("登録番号", member.number),
        ("登録の種類", member.form.label),
        ("状態", STATUS_LABELS.get(member.status, member.status)),
        ("区分", contract.members.member_class(member.class_id).label),
        ("登録の方法", ORIGIN_LABELS[member.origin] + (f"　入力：{by}" if by else "")),
        ("登録のきっかけ", source.label if source else member.source),
        ("定義の版", f"{member.version}版"),
    ]
    if stage:
        rows.insert(4, ("段階", stage.label))
    if member.ends_on:
        rows.append(("期限", day_text(member.ends_on)))
    return rows


def _continuity(happened: list[Happening]) -> str:
    """How often a member took part, and since when."""
    days = [tokyo_day(each.at) for each in happened if each.took_part]
    return f"{len(days)}回（最初は{day_text(min(days))}、最近は{day_text(max(days))}）" if days else "まだありません"


def _sections(member: Member) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """By section of the form: label, answer and who may see it, for every question that has an answer or applies."""
    sections = [
        (section.title, [_told_field(each, member) for each in section.fields]) for section in member.form.sections
    ]
    former = [(label, text, SEEN_BY["staff"]) for label, text in former_answers(member)]
    return [*sections, *([(NO_LONGER_ASKED, former)] if former else [])]


def _told_field(field: Field, member: Member) -> tuple[str, str, str]:
    text = "窓口で確認" if field.kind == "evidence" else shown(with_former_options(member, field), member.all_answers)
    return field.label, text, SEEN_BY[field.seen_by]


def row_of(member: Member) -> dict[str, str]:
    """A member in a list."""
    contract = programme()
    stage = contract.members.stage(member.stage)
    prefecture = str(member.value_of("prefecture") or member.home)
    return {
        "id": member.member_id,
        "number": member.number,
        "name": title_of(member),
        "kana": member.kana,
        "form": member.form.label,
        "class_label": contract.members.member_class(member.class_id).label,
        "stage": stage.label if stage else "",
        "prefecture": PREFECTURES.get(prefecture, ""),
        "status": STATUS_LABELS.get(member.status, member.status),
    }


def _listed(member_ids: list[str]) -> list[tuple[str, str]]:
    return sorted((each.member_id, title_of(each)) for each in store.those(member_ids).values())


def _told(each: Happening, staff_names: dict[str, str]) -> dict[str, Any]:
    kind, label = KINDS[each.kind]
    text = each.text if each.step is None else _step_text(each.step)
    return {"at": each.at, "kind": kind, "label": label, "text": text, "by": staff_names.get(each.by, "")}


def _step_text(step: Step) -> str:
    details, members = step.details, programme().members
    if step.kind is Kind.STAGE:
        before, after = (
            stage.label if (stage := members.stage(details[each])) else "なし" for each in ("before", "after")
        )
        return f"段階：{before}から{after}へ。理由：{details['reason']}"
    label = members.member_class(details["class_id"]).label if "class_id" in details else ""
    whose = _whose(details["other"]) if "other" in details else ""
    return STEPS[step.kind].format(label=label, whose=whose, **details)


def _whose(member_id: str) -> str:
    """The other one of a merge. Looked up, not noted: when they leave, nothing of them stays with somebody else."""
    other = store.those([member_id]).get(member_id)
    return f"登録番号 {other.number} の" if other else "退会した方の"
