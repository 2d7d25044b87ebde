"""Where members come from: the links to publish, how many came by each, and posters to print."""

from collections import Counter

from madoguchi.japan.time import Month, tokyo_day
from madoguchi.members import store as members
from madoguchi.programme.definition import programme
from madoguchi.refusals import NotFoundError
from madoguchi.settings import settings
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Page
from madoguchi.web.qr import qr_of
from madoguchi.web.visits import Visit
from staff.counter_app import app


@app.page("GET", "/sources")
def see_sources(visit: Visit[StaffMember]) -> Answer:
    """Every source with its link and its registrations since the contract began."""
    definition = programme()
    first, last = Month.of(definition.contract.starts), Month.of(tokyo_day(visit.now))
    counts = Counter(each.source for month in first.through(last) for each in members.registrations(month))
    known = definition.members.sources
    rows = [(each.id, each.label, each.medium, link_of(each.id), counts[each.id]) for each in known]
    other = sum(counts.values()) - sum(counts[each.id] for each in known)
    facts = {"rows": rows, "other": other, "total": sum(counts.values()), "since": definition.contract.starts}
    return Page("sources/list.html", "登録のきっかけ", facts)


@app.page("GET", "/sources/{source_id}")
def see_poster(_visit: Visit[StaffMember], source_id: str) -> Answer:
    """A poster of one page whose code leads to the registration and says that it came from this poster."""
    source = programme().members.source(source_id)
    if source is None:
        raise NotFoundError
    link = link_of(source_id)
    form = programme().registration.usual
    facts = {"source": source, "link": link, "qr": qr_of(link), "office": programme().site, "form": form}
    return Page("sources/poster.html", f"ポスター（{source.label}）", facts)


def link_of(source_id: str) -> str:
    """The address that remembers where somebody came from."""
    return f"{settings().public_url}/register?from={source_id}"
