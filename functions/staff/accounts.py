"""The accounts of the console: who has one, until when, and closing one. Inviting is a command."""

from madoguchi.japan.time import tokyo_day
from madoguchi.programme.definition import programme
from madoguchi.refusals import Refusal
from madoguchi.settings import settings
from madoguchi.staff import usecases
from madoguchi.staff.rules import Account, StaffMember, check_closing
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from staff.counter_app import app

DONE = {"closed": ("success", "担当者のアカウントを停止しました。サインイン中だった場合も、すぐに使えなくなります。")}
CLOSED, ENDED, OPEN = ("neutral", "停止"), ("warning", "期限切れ"), ("success", "利用中")


@app.page("GET", "/staff")
def see_accounts(visit: Visit[StaffMember]) -> Answer:
    """List every account, and from where the console opens."""
    accounts = usecases.see_accounts(by=visit.member(), source=visit.source, now=visit.now)
    notice = programme().staff_notice
    facts = {
        "accounts": [(each, _state(each, visit)) for each in accounts],
        "notice_version": notice.version,
        "contract_end": programme().contract.ends,
        "workplaces": programme().workplaces,
        "listed": [each.strip() for each in settings().staff_cidrs.split(",")],
    }
    return Page("staff/accounts.html", "担当者", facts, notice=DONE.get(visit.query.get("done")))


@app.page("GET", "/staff/{staff_id}")
def see_account(visit: Visit[StaffMember], staff_id: str) -> Answer:
    """Show one account and which notices the person accepted."""
    by = visit.member()
    account, acceptances = usecases.see_account(staff_id, by=by, source=visit.source, now=visit.now)
    facts = {
        "account": account,
        "state": _state(account, visit),
        "acceptances": acceptances,
        "why_not": _why_not(account, by),
    }
    return Page("staff/account.html", f"{account.staff.name}さんのアカウント", facts)


@app.page("GET", "/staff/{staff_id}/close")
def see_closing(visit: Visit[StaffMember], staff_id: str) -> Answer:
    """Show what closing the account means, with its button."""
    by = visit.member()
    account, _ = usecases.see_account(staff_id, by=by, source=visit.source, now=visit.now)
    check_closing(account.staff, by=by)
    return Page("staff/close.html", "担当者の停止", {"account": account})


@app.page("POST", "/staff/{staff_id}/close")
def close(visit: Visit[StaffMember], staff_id: str) -> Answer:
    """Close the account; its sessions end."""
    usecases.close_colleague(staff_id, by=visit.member(), source=visit.source, now=visit.now)
    return Redirect("/staff?done=closed")


def _state(account: Account, visit: Visit[StaffMember]) -> tuple[str, str]:
    if not account.staff.is_active:
        return CLOSED
    return OPEN if account.staff.is_open(tokyo_day(visit.now)) else ENDED


def _why_not(account: Account, by: StaffMember) -> str:
    try:
        check_closing(account.staff, by=by)
    except Refusal as refusal:
        return refusal.message
    return ""
