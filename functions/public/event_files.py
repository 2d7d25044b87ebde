"""The events as files that anybody may keep or subscribe to."""

import io

from madoguchi.events import files, store
from madoguchi.mail.calendar import CONTENT_TYPE
from madoguchi.members.rules import Member
from madoguchi.spreadsheets import CSV_TYPE, write_csv
from madoguchi.web.answers import Answer, Download
from madoguchi.web.visits import Visit
from public.counter_app import app


@app.page("GET", "/events/calendar.ics")
def see_calendar(visit: Visit[Member]) -> Answer:
    """The events to come, for a calendar that subscribes to this address."""
    return Download("events.ics", CONTENT_TYPE, files.calendar(store.upcoming(visit.now)))


@app.page("GET", "/events/calendar.csv")
def see_table(visit: Visit[Member]) -> Answer:
    """The events to come, as a table."""
    file = io.BytesIO()
    write_csv(file, files.rows_of(store.upcoming(visit.now)))
    return Download("events.csv", CSV_TYPE, file.getvalue())
