"""Publishing an event."""

import pytest

from madoguchi.events import store
from tests.support.events import an_event
from tests.support.members import NOW

pytestmark = pytest.mark.usefixtures("tables")


def test_publishing_the_same_form_twice_is_one_event() -> None:
    assert an_event() == an_event()
    assert len(store.upcoming(NOW)) == 1
