"""Everything that is held about the member: to read, and to take away."""

import json

from madoguchi.japan.time import tokyo_day
from madoguchi.members import disclosure
from madoguchi.members.rules import Member
from madoguchi.web.answers import Answer, Download, Page
from madoguchi.web.visits import Visit
from public.counter_app import app


@app.page("GET", "/me/data")
def see_data(visit: Visit[Member]) -> Answer:
    """A page to read and to print."""
    facts = {"parts": disclosure.parts_of(visit.member(), visit.now), "at": visit.now}
    return Page("members/data.html", "お預かりしている情報", facts)


@app.page("GET", "/me/data/download")
def download(visit: Visit[Member]) -> Answer:
    """The same as a file for programs."""
    found = disclosure.data_of(visit.member(), visit.now)
    content = json.dumps(found, ensure_ascii=False, indent=2).encode()
    return Download(f"madoguchi-{tokyo_day(visit.now)}.json", "application/json", content)
