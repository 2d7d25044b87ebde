"""Taking data of members out: asked for with a purpose, approved by another person, kept for a day.

Nobody approves their own request. Every step is noted in the audit log. The file says who asked for it, when and what
for: in its name, in a workbook also in its properties and on a second sheet; the data themselves stay plain rows.
"""

import contextlib
import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from madoguchi.audit.store import Entry, record
from madoguchi.exchange import columns, export_store, files, salesforce
from madoguchi.exchange.export_store import Export, ExportChangedError, State, Wish
from madoguchi.japan.time import TOKYO, to_iso
from madoguchi.members import store
from madoguchi.members.rules import ACTIVE, Member
from madoguchi.programme.definition import programme
from madoguchi.programme.questions import Form
from madoguchi.refusals import ForbiddenError, InvalidError, NotFoundError
from madoguchi.spreadsheets import CP932_TYPE, CSV_TYPE, XLSX_TYPE, Particulars, write_csv, write_xlsx
from madoguchi.staff.rules import StaffMember

REQUESTED, APPROVED, REFUSED = "request export", "approve export", "refuse export"
MADE, TAKEN, DELETED = "make export", "download export", "delete export"
OWN = "own"
LAYOUTS = {
    OWN: "このシステムの形式",
    salesforce.LEAD: "Salesforce（リード）",
    salesforce.CONTACT: "Salesforce（取引先責任者）",
}
KINDS = {"xlsx": "Excel", "csv": "CSV（UTF-8）", "cp932": "CSV（Shift_JIS）"}
ENDINGS = {"xlsx": "xlsx", "csv": "csv", "cp932": "csv"}
CONTENT_TYPES = {"xlsx": XLSX_TYPE, "csv": CSV_TYPE, "cp932": CP932_TYPE}
LONGEST_TEXT = 200
LINK_SECONDS = files.LINK_SECONDS
MEMBERS_AT_ONCE = 100
NOT_IN_A_FILE_NAME = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))
LONGEST_PURPOSE_IN_NAME = 30
BY_ITSELF = "-"


class OwnRequestError(ForbiddenError):
    """Nobody approves what they asked for themselves."""

    code = "own_request"
    message = "自分の依頼は、自分では承認できません。ほかの責任者に頼んでください。"


class SomebodyElsesFileError(ForbiddenError):
    """The file is for the person who asked for it."""

    code = "somebody_elses_file"
    message = "ファイルを受け取れるのは、依頼した本人だけです。"


class WishIncompleteError(InvalidError):
    """The form is not complete: (field, message) pairs."""

    code = "wish_incomplete"

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        """Take what is wrong."""
        super().__init__()
        self.problems = problems


# Staff


def checked(wish: Wish) -> Wish:
    """The wish with its texts trimmed; WishIncompleteError when something is missing or unknown."""
    form = next((each for each in programme().registration.forms if each.id == wish.form_id), None)
    known = {each.id for each in programme().members.classes}
    if form is None or wish.kind not in KINDS or wish.layout not in LAYOUTS or not set(wish.classes) <= known:
        raise NotFoundError
    offered = [each.key for each in columns.columns_of(form)]
    chosen = tuple(key for key in offered if key in wish.columns)
    purpose, recipient = (" ".join(text.split()) for text in (wish.purpose, wish.recipient))
    problems = []
    if not chosen:
        problems.append(("columns", "取り出す項目を、1つ以上選んでください。"))
    elif wish.layout != OWN and salesforce.LAST_NAME not in chosen:
        problems.append(("columns", "Salesforceの形式には、氏が必要です。氏を選んでください。"))
    if not 0 < len(purpose) <= LONGEST_TEXT:
        problems.append(("purpose", f"取り出す目的を、{LONGEST_TEXT}文字以内で入力してください。"))
    if not 0 < len(recipient) <= LONGEST_TEXT:
        problems.append(
            ("recipient", f"提供先を、{LONGEST_TEXT}文字以内で入力してください。内部で使うときは、使う人を入力します。")
        )
    if problems:
        raise WishIncompleteError(problems)
    return Wish(wish.form_id, wish.classes, chosen, wish.layout, wish.kind, purpose, recipient)


def request(wish: Wish, *, nonce: str, by: StaffMember, source: str, now: datetime) -> str:
    """Ask for an export and give its id; the same form sent again is the same request."""
    wish = checked(wish)
    export_id = hashlib.sha256(f"{by.staff_id} {nonce}".encode()).hexdigest()[:20]
    if export_store.add(export_id, wish, by=by.staff_id, now=now):
        record(Entry(now, by.staff_id, REQUESTED, f"exports/{export_id}", source, _why(wish)))
    return export_id


def approve(export_id: str, *, by: StaffMember, source: str, now: datetime) -> None:
    """Let the file be made; OwnRequestError for the person who asked for it."""
    known = export_store.get(export_id)
    _check_other(known, by)
    if known.state is not State.REQUESTED:
        raise ExportChangedError
    export_store.go_on(known, State.APPROVED, decided_by=by.staff_id, decided_at=to_iso(now))
    record(Entry(now, by.staff_id, APPROVED, f"exports/{export_id}", source, _why(known.wish)))
    files.post([{"export_id": export_id}])


def refuse(export_id: str, *, reason: str, by: StaffMember, source: str, now: datetime) -> None:
    """Say no, with a reason that the person who asked will read."""
    known = export_store.get(export_id)
    _check_other(known, by)
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_TEXT:
        raise WishIncompleteError([("reason", f"承認しない理由を、{LONGEST_TEXT}文字以内で入力してください。")])
    if known.state is not State.REQUESTED:
        raise ExportChangedError
    export_store.go_on(known, State.REFUSED, decided_by=by.staff_id, decided_at=to_iso(now), reason=reason)
    record(Entry(now, by.staff_id, REFUSED, f"exports/{export_id}", source, reason))


def hand_out(export_id: str, *, author: str, by: StaffMember, source: str, now: datetime) -> str:
    """A link to the file, good for a minute, for the person who asked; who took it is noted first."""
    known = export_store.get(export_id)
    if known.by != by.staff_id:
        raise SomebodyElsesFileError
    if not known.is_ready(now):
        raise ExportChangedError
    record(Entry(now, by.staff_id, TAKEN, f"exports/{export_id}", source, _why(known.wish)))
    return files.link(_key(export_id), file_name=file_name(known, author), content_type=CONTENT_TYPES[known.wish.kind])


def file_name(known: Export, author: str) -> str:
    """What the file is called: what it is, when it was asked for, by whom, what for."""
    purpose = known.wish.purpose[:LONGEST_PURPOSE_IN_NAME].translate(NOT_IN_A_FILE_NAME)
    day = f"{known.at.astimezone(TOKYO):%Y%m%d-%H%M}"
    return f"利用者_{day}_{author.replace(' ', '')}_{purpose}.{ENDINGS[known.wish.kind]}"


# The worker


def make(export_id: str, now: datetime) -> Counter[str]:
    """Make the file of an approved request; returns counts. Another try makes it again."""
    known = export_store.get(export_id)
    if known.state is not State.APPROVED:
        return Counter(left_to_another_run=1)
    written, wish = Counter[str](), known.wish
    rows = _counted(rows_of(wish, _members(wish, now)), written)
    missing: dict[str, int] = {}
    with tempfile.TemporaryFile() as file:
        if wish.kind == "xlsx":
            write_xlsx(file, rows, _particulars(known))
        else:
            missing = dict(write_csv(file, rows, encoding="cp932" if wish.kind == "cp932" else "utf-8"))
        file.seek(0)
        files.keep(_key(export_id), file)
    made = {"made_at": to_iso(now), "rows": written["rows"] - 1, "missing": sorted(missing.items())}
    try:
        export_store.go_on(known, State.READY, **made)
    except ExportChangedError:
        return Counter(left_to_another_run=1)
    record(Entry(now, known.by, MADE, f"exports/{export_id}", BY_ITSELF, _why(wish)))
    return Counter(exported=written["rows"] - 1)


def tidy(now: datetime) -> Counter[str]:
    """Delete the files whose day is over."""
    counts: Counter[str] = Counter()
    for each in export_store.newest(most=500):
        if each.state is State.READY and not each.is_ready(now):
            files.forget([_key(each.export_id)])
            with contextlib.suppress(ExportChangedError):  # another run said so
                export_store.go_on(each, State.GONE)
                record(Entry(now, each.by, DELETED, f"exports/{each.export_id}", BY_ITSELF))
                counts["exports_deleted"] += 1
    return counts


def rows_of(wish: Wish, members: Iterator[Member]) -> Iterator[Sequence[str]]:
    """The heading, and one row a member."""
    form = programme().registration.form(wish.form_id)
    if wish.layout != OWN:
        return salesforce.rows_of(wish.layout, wish.columns, members)
    return _own_rows(form, wish.columns, members)


def _own_rows(form: Form, keys: Sequence[str], members: Iterator[Member]) -> Iterator[Sequence[str]]:
    yield [each.name for each in columns.columns_of(form) if each.key in keys]
    for member in members:
        yield [columns.cell_of(member, key) for key in keys]


def _members(wish: Wish, now: datetime) -> Iterator[Member]:
    """The active members whom the wish means, in the order of their registration; a hundred are read at once."""
    for month in store.months(now):
        ids = (member_id for member_id, present in store.present(month) if present["status"] == ACTIVE)
        while some := list(islice(ids, MEMBERS_AT_ONCE)):
            found = store.those(some)
            yield from (found[each] for each in some if each in found and _is_meant(found[each], wish))


def _is_meant(member: Member, wish: Wish) -> bool:
    return (
        member.status == ACTIVE
        and member.form.id == wish.form_id
        and (not wish.classes or member.class_id in wish.classes)
    )


def _counted(rows: Iterator[Sequence[str]], written: Counter[str]) -> Iterator[Sequence[str]]:
    for row in rows:
        written["rows"] += 1
        yield row


def _particulars(known: Export) -> Particulars:
    wish, contract = known.wish, programme().contract
    when = known.at.astimezone(TOKYO)
    rows = (
        ("業務名", contract.title),
        ("目的", wish.purpose),
        ("提供先", wish.recipient),
        ("依頼した人（番号）", known.by),
        ("依頼した日時", f"{when:%Y-%m-%d %H:%M}"),
        ("承認した人（番号）", known.decided_by),
        ("承認した日時", f"{known.decided_at.astimezone(TOKYO):%Y-%m-%d %H:%M}" if known.decided_at else ""),
        ("取扱い", "目的のためにだけ使い、使い終わったら消去してください。ほかの人に渡さないでください。"),
    )
    return Particulars(f"{programme().site.name}　利用者", contract.contractor, when, rows)


def _check_other(known: Export, by: StaffMember) -> None:
    if known.by == by.staff_id:
        raise OwnRequestError


def _why(wish: Wish) -> str:
    return f"{wish.purpose}（提供先：{wish.recipient}）"


def _key(export_id: str) -> str:
    return f"exports/{export_id}"
