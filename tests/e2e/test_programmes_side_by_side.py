"""Two programmes on one machine: same host, other ports, one browser; neither knows of the other."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext
from ruamel.yaml import YAML

from operations import programmes
from tests.support.registrant import Registrant
from tests.support.stack import PROGRAMME, RunningStack, Stacks
from tests.support.visitor import Clerk

OTHER = next(name for name in programmes.names() if name != PROGRAMME)
Pair = tuple[RunningStack, RunningStack]


@pytest.fixture(scope="module")
def pair(stacks: Stacks) -> Pair:
    """Two programmes that run at the same time."""
    return stacks[PROGRAMME], stacks[OTHER]


def test_a_member_of_two_programmes_stays_signed_in_to_both(
    pair: Pair, new_context: Callable[..., BrowserContext]
) -> None:
    browser = new_context()
    one, other = (Registrant(browser.new_page(), stack) for stack in pair)

    one.register()
    assert not other.is_signed_in(), "a member of one programme is nobody to the other"
    other.register()

    assert one.is_signed_in()
    assert other.is_signed_in()
    other.page.get_by_role("button", name="サインアウト", exact=True).click()
    assert not other.is_signed_in()
    assert one.is_signed_in()


def test_staff_of_two_programmes_stay_signed_in_to_both(pair: Pair, new_context: Callable[..., BrowserContext]) -> None:
    browser = new_context()
    one, other = (Clerk(browser.new_page(), stack) for stack in pair)

    for clerk in (one, other):
        clerk.sign_in(clerk.stack.invite("both@example.jp", "見本 三郎", "manager"))

    for clerk in (one, other):
        clerk.visit("/audit")
        assert clerk.page.url == f"{clerk.stack.staff_url}/audit"


def test_each_programme_shows_its_own_name_and_only_its_own_modules(pair: Pair) -> None:
    for running in pair:
        programme = running.stack.programme
        definition = YAML(typ="safe").load(programmes.FOLDER / programme / programmes.DEFINITION)

        assert definition["site"]["name"] in httpx.get(f"{running.public_url}/").text
        has_office = "office" in definition["modules"]
        assert httpx.get(f"{running.public_url}/availability").status_code == (200 if has_office else 404)
