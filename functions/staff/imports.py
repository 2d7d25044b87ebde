"""Taking over a list of members: choose the file, say what its columns are, read what is wrong, import."""

import io

from madoguchi.exchange import columns, import_store, importing
from madoguchi.exchange.import_lines import LEAVE, UPDATE, Arrangement
from madoguchi.exchange.import_store import Import, State
from madoguchi.exchange.importing import HasErrorsError
from madoguchi.programme.definition import programme
from madoguchi.programme.questions import Form
from madoguchi.refusals import NotFoundError
from madoguchi.spreadsheets import CSV_TYPE, UnreadableFileError, write_csv
from madoguchi.staff import store as accounts
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Download, Page, Redirect
from madoguchi.web.visits import Visit
from staff.counter_app import app

MOST_SHOWN = 200
LONGEST_BASIS = 200
DONE = {
    "resumed": ("info", "残りの行の取込みを、もう一度始めました。"),
    "discarded": ("success", "取込みを中止し、ファイルを消去しました。"),
}
PROBLEM_HEADER = ("行", "列", "種類", "内容")
TITLE = "利用者の取込み"


@app.page("GET", "/imports")
def see_imports(visit: Visit[StaffMember]) -> Answer:
    """List the latest imports."""
    found = import_store.newest()
    facts = {"imports": found, "names": accounts.names_of({each.by for each in found})}
    return Page("imports/list.html", TITLE, facts, notice=DONE.get(visit.query.get("done")))


@app.page("GET", "/imports/new")
def see_upload(_visit: Visit[StaffMember]) -> Answer:
    """Show the form with which a file is chosen."""
    return _upload_form(programme().registration.usual.id)


@app.page("POST", "/imports/new")
def upload(visit: Visit[StaffMember]) -> Answer:
    """Keep the file and go on to its columns."""
    form_id = _form(visit.form.get("form_id")).id
    name, content = visit.file("file")
    if not content:
        return _upload_form(form_id, [("file", "ファイルを選んでください。")])
    by = visit.member().staff_id
    try:
        import_id = importing.upload(
            content, file_name=name, form_id=form_id, by=by, source=visit.source, now=visit.now
        )
    except UnreadableFileError as refusal:
        return _upload_form(form_id, [("file", refusal.message)])
    return Redirect(f"/imports/{import_id}/columns")


@app.page("GET", "/imports/sample/{form_id}")
def download_sample(_visit: Visit[StaffMember], form_id: str) -> Answer:
    """A file with the headings of a form and nothing below, to fill in."""
    form = _form(form_id)
    file = io.BytesIO()
    write_csv(file, [[each.name for each in columns.columns_of(form) if each.key != columns.CLASS]])
    return Download(f"取込みの見本_{form.label}.csv", CSV_TYPE, file.getvalue())


@app.page("GET", "/imports/{import_id}")
def see_import(visit: Visit[StaffMember], import_id: str) -> Answer:
    """Show where an import stands."""
    known = import_store.get(import_id)
    if known.state is State.UPLOADED:
        return Redirect(f"/imports/{import_id}/columns")
    return _import(visit, known)


@app.page("GET", "/imports/{import_id}/columns")
def see_columns(_visit: Visit[StaffMember], import_id: str) -> Answer:
    """Show what each column of the file is taken for."""
    known = import_store.get(import_id)
    if known.state not in {State.UPLOADED, State.CHECKED}:
        return Redirect(f"/imports/{import_id}")
    arranged = known.arrangement
    return _columns_form(known, Arrangement(**arranged) if arranged else Arrangement(keys=importing.guess(known)))


@app.page("POST", "/imports/{import_id}/columns")
def arrange(visit: Visit[StaffMember], import_id: str) -> Answer:
    """Have the file checked with these columns."""
    known = import_store.get(import_id)
    arrangement = _arrangement(visit, known)
    if problems := _problems(known, arrangement):
        return _columns_form(known, arrangement, problems)
    importing.arrange(known, arrangement, by=visit.member().staff_id, source=visit.source, now=visit.now)
    return Redirect(f"/imports/{import_id}")


@app.page("POST", "/imports/{import_id}/start")
def start(visit: Visit[StaffMember], import_id: str) -> Answer:
    """Import what was checked."""
    known, by = import_store.get(import_id), visit.member().staff_id
    leaves_out = visit.form.get("without_errors") == "yes"
    try:
        importing.start(known, without_errors=leaves_out, by=by, source=visit.source, now=visit.now)
    except HasErrorsError as refusal:
        return _import(visit, known, [("without_errors", refusal.message)])
    return Redirect(f"/imports/{import_id}")


@app.page("POST", "/imports/{import_id}/resume")
def resume(visit: Visit[StaffMember], import_id: str) -> Answer:
    """Queue what is left of an import again."""
    importing.resume(import_store.get(import_id), visit.now)
    return Redirect(f"/imports/{import_id}?done=resumed")


@app.page("POST", "/imports/{import_id}/discard")
def discard(visit: Visit[StaffMember], import_id: str) -> Answer:
    """Give the import up and delete its file."""
    by = visit.member().staff_id
    importing.discard(import_store.get(import_id), by=by, source=visit.source, now=visit.now)
    return Redirect("/imports?done=discarded")


@app.page("GET", "/imports/{import_id}/problems")
def download_problems(_visit: Visit[StaffMember], import_id: str) -> Answer:
    """Every line that is wrong and why; it holds no personal values."""
    known = import_store.get(import_id)
    rows = [
        (str(each.line), each.column, "誤り" if each.is_error else "お知らせ", each.message)
        for each in importing.findings(known)
    ]
    file = io.BytesIO()
    write_csv(file, [PROBLEM_HEADER, *rows])
    return Download(f"取込みの結果_{known.at:%Y%m%d}.csv", CSV_TYPE, file.getvalue())


def _upload_form(form_id: str, errors: list[tuple[str, str]] | None = None) -> Page:
    facts = {"forms": programme().registration.forms, "form_id": form_id}
    return Page("imports/new.html", TITLE, facts, errors=errors or [])


def _columns_form(known: Import, arrangement: Arrangement, errors: list[tuple[str, str]] | None = None) -> Page:
    form = _form(known.form_id)
    facts = {
        "known": known,
        "form": form,
        "headers": list(zip(known.headers, arrangement.keys, strict=True)),
        "targets": [(each.key, each.name) for each in columns.targets_of(form)],
        "arrangement": arrangement,
        "newsletter": part.consent if (part := programme().newsletters_part) else "",
    }
    return Page("imports/columns.html", "列の対応", facts, errors=errors or [])


def _arrangement(visit: Visit[StaffMember], known: Import) -> Arrangement:
    form = _form(known.form_id)
    offered = {each.key for each in columns.targets_of(form)}
    posted = visit.form
    keys = [posted.get(f"column_{number}") for number in range(len(known.headers))]
    return Arrangement(
        keys=[key if key in offered else "" for key in keys],
        consents=[each.id for each in form.consents if each.id in posted.all("consents")],
        basis=" ".join(posted.get("basis").split())[:LONGEST_BASIS],
        existing=UPDATE if posted.get("existing") == UPDATE else LEAVE,
        greets=posted.get("greets") == "yes",
    )


def _problems(known: Import, arrangement: Arrangement) -> list[tuple[str, str]]:
    form, problems = _form(known.form_id), []
    used = [key for key in arrangement.keys if key]
    if twice := sorted({key for key in used if used.count(key) > 1}):
        names = {each.key: each.name for each in columns.targets_of(form)}
        listed = "、".join(names[key] for key in twice)
        problems.append((f"column_{arrangement.keys.index(twice[0])}", f"同じ項目を2つの列に選んでいます：{listed}"))
    if not used:
        problems.append(("column_0", "取り込む列を、1つ以上選んでください。"))
    proven = set(arrangement.consents) | {key.removeprefix(columns.CONSENT) for key in used}
    if missing := [each for each in form.consents if each.required and each.id not in proven]:
        problems.append(("consents", f"「{missing[0].label}」に同意していることを、名簿で示せるときだけ取り込めます。"))
    if not arrangement.basis:
        problems.append(
            ("basis", "同意を得ていると言える根拠を入力してください。例）旧システムの登録画面で同意を得ている")
        )
    return problems


def _import(visit: Visit[StaffMember], known: Import, errors: list[tuple[str, str]] | None = None) -> Page:
    findings = importing.findings(known)
    classes = {each.id: each.label for each in programme().members.classes}
    found = known.found or {}
    facts = {
        "known": known,
        "form": _form(known.form_id),
        "progress": importing.progress(known),
        "findings": findings[:MOST_SHOWN],
        "more": max(0, len(findings) - MOST_SHOWN),
        "found": found,
        "classes": [(classes.get(key, key), count) for key, count in found.get("classes", {}).items()],
        "goes_on": known.state in {State.CHECKING, State.RUNNING},
        "updates": known.arrangement.get("existing") == UPDATE,
        "by": accounts.names_of({known.by}).get(known.by, ""),
    }
    return Page("imports/import.html", TITLE, facts, errors=errors or [], notice=DONE.get(visit.query.get("done")))


def _form(form_id: str) -> Form:
    try:
        return programme().registration.form(form_id)
    except KeyError as missing:
        raise NotFoundError from missing
