"""Who is signed in at the staff console, read from the session cookie of each request."""

from madoguchi.japan.time import tokyo_day
from madoguchi.staff import store
from madoguchi.staff.rules import StaffMember
from madoguchi.web.visits import Visit

COOKIE = "session"


def viewer_of(visit: Visit[StaffMember]) -> StaffMember | None:
    """The signed-in person; None when the session ended, grew too old, or the account was closed or ended."""
    token = visit.cookie(COOKIE)
    if not token:
        return None
    session = store.session(token)
    if session is None or session.is_over(visit.now):
        return None
    staff = store.get(session.staff_id)
    if staff is None or not staff.is_open(tokyo_day(visit.now)):
        return None
    store.touch_session(token, session, visit.now)
    return staff
