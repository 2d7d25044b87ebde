"""A member leaves: what was noted of them before they registered goes, too."""

from madoguchi.prospects import store
from madoguchi.prospects.rules import Prospect
from madoguchi.storage import transaction


def of_member(member_id: str) -> list[Prospect]:
    """What was noted of the member."""
    return list(store.of_member(member_id))


def forget_member(member_id: str) -> None:
    """Erase what was noted of a member who leaves."""
    for each in of_member(member_id):
        with transaction() as t:
            store.erase(t, each)
