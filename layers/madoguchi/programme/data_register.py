"""The register of personal data (個人情報台帳): what is held, for what, who sees it, how long, who handles it.

It is derived from the definition of a day, so that it can never say less than the forms ask.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from madoguchi.programme.definition import Programme
from madoguchi.programme.membership import Retention
from madoguchi.programme.questions import Field, Form

COLUMNS = (
    "個人情報の種類",
    "項目",
    "台帳の項目名",
    "区分",
    "利用の目的",
    "回答",
    "見ることができる者",
    "保存の期間",
    "保存の理由",
)
PERSONAL, SENSITIVE = "個人情報", "要配慮個人情報を含むことがある"
REQUIRED, OPTIONAL, MADE_BY_US = "必須", "任意", "（手続きの記録）"
SEEN_BY = {
    "staff": "業務の担当者",
    "members": "業務の担当者、登録者",
    "everybody": "業務の担当者、登録者、サイトを見る方",
}
# Records that no form asks for: their kind in the list of retention periods, and what they are for.
RECORDS = {
    "consents": "同意の内容と版を、後から確かめる",
    "bookings": "予約の受付と、利用状況の集計",
    "sign_ups": "イベントの受付と、参加者数の集計",
    "deliveries": "お知らせが届いたかの確認",
    "evidence": "登録の区分の確認（書類の写しは取らない）",
    "prospects": "参加をお願いする方への連絡",
}
# Kinds of data that only programmes with that module have.
MODULES = {"bookings": "office", "sign_ups": "events", "deliveries": "newsletters", "prospects": "prospects"}


@dataclass(frozen=True, slots=True)
class Row:
    """One item of personal data."""

    kind: str
    item: str
    column: str
    nature: str
    purpose: str
    answer: str
    seen_by: str
    kept: str
    why: str

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of COLUMNS."""
        return (
            self.kind,
            self.item,
            self.column,
            self.nature,
            self.purpose,
            self.answer,
            self.seen_by,
            self.kept,
            self.why,
        )


def rows_of(now: Programme) -> list[Row]:
    """Every field of every form, every consent, and every kind of record that the programme keeps."""
    forms = [row for form in now.registration.forms for row in _form_rows(now, form)]
    return [*forms, *_record_rows(now)]


def kept(retention: Retention) -> str:
    """How long, counted from the day on which somebody leaves."""
    if retention.keeps == "facts":
        return "退会と同時に、個人が分からない形にする"
    return f"退会から{retention.months}か月" if retention.months else "退会と同時に消去"


def is_held(kind: str, now: Programme) -> bool:
    """Whether the programme has data of that kind."""
    return kind not in MODULES or now.module_on(MODULES[kind])


def _form_rows(now: Programme, form: Form) -> Iterator[Row]:
    for field in form.fields:
        yield _row(now, form, field)
    for consent in form.consents:
        retention = now.retention_of("consents")
        answer = REQUIRED if consent.required else OPTIONAL
        item = f"同意：{consent.label}（{consent.version}版）"
        purpose = RECORDS["consents"]
        seen_by, why = SEEN_BY["staff"], retention.why
        yield Row(form.label, item, consent.id, PERSONAL, purpose, answer, seen_by, kept(retention), why)


def _row(now: Programme, form: Form, field: Field) -> Row:
    retention = now.retention_of(field.retention)
    return Row(
        kind=form.label,
        item=field.label,
        column=field.column,
        nature=SENSITIVE if field.sensitive else PERSONAL,
        purpose=field.purpose,
        answer=REQUIRED if field.required else OPTIONAL,
        seen_by=SEEN_BY[field.seen_by],
        kept=kept(retention),
        why=retention.why,
    )


def _record_rows(now: Programme) -> Iterator[Row]:
    for kind, purpose in RECORDS.items():
        if kind == "consents" or not is_held(kind, now):
            continue
        retention = now.retention_of(kind)
        seen_by = SEEN_BY["staff"]
        yield Row(
            retention.label,
            retention.label,
            kind,
            PERSONAL,
            purpose,
            MADE_BY_US,
            seen_by,
            kept(retention),
            retention.why,
        )
