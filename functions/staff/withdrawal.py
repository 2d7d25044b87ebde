"""Withdrawing a member who asked for it by telephone, on paper or at the counter."""

from madoguchi.members import withdrawal
from madoguchi.members.rules import LEAVING, Member
from madoguchi.members.withdrawal import REASONS, Wish
from madoguchi.programme.definition import programme
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from staff.counter_app import app

TITLE = "退会の手続き"
NO_REASON = "退会の理由を選んでください。"
UNTICKED = "本人の意思を確認して、チェックを入れてください。"
TICKED = "yes"


@app.page("GET", "/withdrawals/{member_id}")
def see_what_it_means(visit: Visit[StaffMember], member_id: str) -> Answer:
    """What becomes of everything, and the button; that the member was looked at is recorded."""
    return _page(visit, withdrawal.seen_by_staff(member_id, _wish(visit), now=visit.now))


@app.page("POST", "/withdrawals/{member_id}")
def withdraw(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Begin to erase everything; who did it and why is recorded."""
    errors = []
    if visit.form.get("reason") not in REASONS:
        errors.append(("reason", NO_REASON))
    if visit.form.get("sure") != TICKED:
        errors.append(("sure", UNTICKED))
    if errors:
        return _page(visit, withdrawal.seen_by_staff(member_id, _wish(visit), now=visit.now), errors)
    withdrawal.withdraw(member_id, _wish(visit), now=visit.now)
    return Redirect(f"/withdrawals/{member_id}")


def _wish(visit: Visit[StaffMember]) -> Wish:
    return Wish(visit.member().staff_id, visit.source, REASONS.get(visit.form.get("reason"), ""))


def _page(visit: Visit[StaffMember], member: Member, errors: list[tuple[str, str]] | None = None) -> Page:
    found = withdrawal.outlook(member, visit.now)
    office = programme().office_part
    areas = {area.id: area.label for area in office.areas} if office else {}
    facts = {
        "member": member,
        "is_leaving": member.status == LEAVING,
        "outlook": found,
        "bookings": [(each, f"{areas.get(each.area, each.area)} {each.unit}番") for each in found.bookings],
        "reasons": list(REASONS.items()),
        "reason": visit.form.get("reason"),
    }
    return Page("members/staff_withdraw.html", TITLE, facts, errors=errors or [])
