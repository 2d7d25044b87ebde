"""Members at the console: finding them, one member's page, and figures about them."""

from madoguchi.members import casework, search, store
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from staff import member_entry, member_merging, member_steps
from staff.counter_app import app
from staff.member_filters import address_of, filter_facts, offers, read_filters
from staff.member_page import member_page, row_of
from staff.member_parts import clerk_of, coordinators

# Importing a route file adds its pages to the app.
PAGES = (member_entry, member_merging, member_steps)
PAGE_SIZE = 50


@app.page("GET", "/members")
def see_members(visit: Visit[StaffMember]) -> Answer:
    """Show the search and the filters and, when something was asked for, who was found."""
    typed, asked = visit.query.get("q").strip(), visit.query.get("find")
    filters, errors = read_filters(visit)
    facts = filter_facts(visit, filters) | {"q": typed, "total": None, "found": [], "pages": ("", "", "")}
    if typed:
        found = casework.find(typed, by=clerk_of(visit), now=visit.now)
        facts |= {"total": len(found), "found": [row_of(each) for each in found]}
    elif asked and not errors:
        page = _page_number(visit.query.get("page"))
        total, found = casework.filter_members(filters, page, PAGE_SIZE, by=clerk_of(visit), now=visit.now)
        last = max(1, -(-total // PAGE_SIZE))
        before = address_of(visit, page - 1) if page > 1 else ""
        after = address_of(visit, page + 1) if page < last else ""
        pages = (before, f"{last}ページのうち{page}ページ", after)
        facts |= {"total": total, "found": [row_of(each) for each in found], "pages": pages}
    return Page("members_staff/search.html", "利用者を探す", facts, errors=errors)


@app.page("GET", "/members/overview")
def see_overview(visit: Visit[StaffMember]) -> Answer:
    """Show how many members there are, by everything that can be filtered."""
    filters, errors = read_filters(visit)
    people = casework.oversee(filters, by=clerk_of(visit), now=visit.now)
    tallies, charts = search.tallies(people), []
    for name, label, options in offers():
        tally = tallies.get(name.removeprefix("fact_"))
        if tally and name != "status":
            rows = [(value, text, tally[value]) for value, text in options if tally[value]]
            charts.append(
                {"name": name, "label": label, "rows": rows, "most": max(each[2] for each in rows or [("", "", 1)])}
            )
    facts = filter_facts(visit, filters) | {"total": len(people), "charts": charts}
    return Page("members_staff/overview.html", "利用者の内訳", facts, errors=errors)


@app.page("GET", "/members/coordinators")
def see_coordinators(visit: Visit[StaffMember]) -> Answer:
    """Show who coordinates, and whom they look after."""
    rows = []
    for coordinator_id, name in coordinators(visit):
        assigned = store.those(store.coordinated_by(coordinator_id)).values()
        rows.append(
            (name, sorted(((each.member_id, each.number, each.name) for each in assigned), key=lambda each: each[1]))
        )
    casework.note_search(
        "by coordinator", [each[0] for _, listed in rows for each in listed], clerk_of(visit), visit.now
    )
    return Page("members_staff/coordinators.html", "コーディネーター", {"rows": rows})


@app.page("GET", "/members/{member_id}")
def see_member(visit: Visit[StaffMember], member_id: str) -> Answer:
    """Show everything that is held about a member."""
    member = casework.see(member_id, by=clerk_of(visit), now=visit.now)
    if member.merged_into:
        return Redirect(f"/members/{member.merged_into}?done=was-merged")
    return member_page(visit, member)


def _page_number(typed: str) -> int:
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 6 else 1  # noqa: PLR2004 no page beyond that
