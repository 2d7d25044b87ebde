"""The monthly reports: the list, the figures, the files."""

from madoguchi.japan.eras import era_month
from madoguchi.programme.definition import programme
from madoguchi.reports import store, usecases
from madoguchi.reports.refusals import ReasonMissingError
from madoguchi.staff.rules import StaffMember
from madoguchi.web.access import may
from madoguchi.web.answers import Answer, Page
from madoguchi.web.visits import Visit
from staff.counter_app import app


@app.page("GET", "/reports")
def list_reports(_visit: Visit[StaffMember]) -> Answer:
    """Show the frozen months, newest first."""
    months = [{"record": each, "name": era_month(each.month)} for each in store.frozen_months()]
    facts = {"months": months, "has_terms": programme().members.term is not None}
    return Page("reports/list.html", "月次報告", facts)


@app.page("GET", "/reports/{month}")
def see_report(visit: Visit[StaffMember], month: str) -> Answer:
    """Show a month's figures."""
    return _figures(visit, month)


@app.page("POST", "/reports/{month}/{kind}")
def download_report(visit: Visit[StaffMember], month: str, kind: str) -> Answer:
    """Note who takes the file and why, then lead to it.

    The answer is a page that starts the download: browsers apply form-action to redirects, too,
    and the file lies on another host.
    """
    reason, staff = visit.form.get("reason"), visit.member()
    try:
        address = usecases.hand_out(month, kind, reason=reason, staff=staff, source=visit.source, now=visit.now)
    except ReasonMissingError as refusal:
        return _figures(visit, month, reason=reason, errors=[("reason", refusal.message)])
    facts = {"month": month, "address": address, "seconds": store.LINK_SECONDS}
    return Page("reports/download.html", "ファイルのダウンロード", facts)


def _figures(
    visit: Visit[StaffMember], month: str, *, reason: str = "", errors: list[tuple[str, str]] | None = None
) -> Page:
    record, frozen = usecases.month_report(month)
    facts = {
        "record": record,
        "frozen": frozen,
        "tables": frozen.tables,
        "reason": reason,
        "may_download": may(visit.role, "/reports/{month}/{kind}", method="POST"),
    }
    return Page("reports/month.html", f"{era_month(frozen.month)}の利用状況", facts, errors=errors or [])
