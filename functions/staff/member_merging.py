"""Two registrations of one person: side by side, merged, and made two again."""

from madoguchi.members import casework, merging, search
from madoguchi.members.casework import NobodyFoundError
from madoguchi.members.merging import Difference, NotTwoError, SurvivorOfOthersError
from madoguchi.members.rules import ChangedMeanwhileError, Member
from madoguchi.refusals import Refusal
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from staff.counter_app import app
from staff.member_parts import clerk_of

TITLE = "二つの登録を統合する"
TAKE = "take_"
GONE = "gone"


@app.page("GET", "/members/{member_id}/merge")
def see_both(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Ask for the other registration by its number, or show both side by side."""
    number = visit.query.get("with").strip()
    if not number:
        return _asking(visit, member_id, "", [])
    found = search.by_number(number)
    if found is None:
        return _asking(visit, member_id, number, [("with", NobodyFoundError.message)])
    try:
        return _compared(visit, member_id, found)
    except (NotTwoError, SurvivorOfOthersError) as refusal:
        return _asking(visit, member_id, number, [("with", refusal.message)])


@app.page("POST", "/members/{member_id}/merge")
def merge(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Merge the other one into this member, with the answers that were chosen."""
    form, clerk = visit.form, clerk_of(visit)
    try:
        kept, gone, differences = merging.compare(member_id, form.get(GONE), by=clerk, now=visit.now)
    except (NotTwoError, SurvivorOfOthersError) as refusal:
        # Pressed twice, or one of them is leaving by now.
        return _asking(visit, member_id, "", [("with", refusal.message)])
    try:
        _check_seen(visit, kept, gone)
        taken = [each.field.id for each in differences if form.get(f"{TAKE}{each.field.id}") == GONE]
        merging.merge(kept, gone, taken, by=clerk, now=visit.now)
    except ChangedMeanwhileError as refusal:
        return _compared(visit, member_id, gone.member_id, refusal)
    return Redirect(f"/members/{member_id}?done=merged")


@app.page("POST", "/members/{member_id}/unmerge")
def undo(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Make two of one again."""
    merging.undo(member_id, visit.form.get(GONE), by=clerk_of(visit), now=visit.now)
    return Redirect(f"/members/{member_id}?done=unmerged")


def _check_seen(visit: Visit[StaffMember], kept: Member, gone: Member) -> None:
    seen = (visit.form.get("revision"), visit.form.get("gone_revision"))
    if seen != (str(kept.revision), str(gone.revision)):
        raise ChangedMeanwhileError


def _asking(visit: Visit[StaffMember], member_id: str, number: str, errors: list[tuple[str, str]]) -> Page:
    member = casework.see(member_id, by=clerk_of(visit), now=visit.now)
    return Page("members_staff/merge_ask.html", TITLE, {"member": member, "typed": number}, errors=errors)


def _compared(visit: Visit[StaffMember], kept_id: str, gone_id: str, refusal: Refusal | None = None) -> Page:
    kept, gone, differences = merging.compare(kept_id, gone_id, by=clerk_of(visit), now=visit.now)
    facts = {"kept": kept, "gone": gone, "rows": [_row(each) for each in differences]}
    errors = [("", refusal.message)] if refusal else []
    return Page("members_staff/merge.html", TITLE, facts, errors=errors, status=409 if refusal else 200)


def _row(each: Difference) -> dict[str, object]:
    choices = [("kept", each.kept or "（なし）"), (GONE, each.gone or "（なし）")]
    return {
        "id": f"{TAKE}{each.field.id}",
        "label": each.field.label,
        "choices": choices,
        "chosen": "kept" if each.kept else GONE,
    }
