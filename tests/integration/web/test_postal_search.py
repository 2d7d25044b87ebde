"""The places of a postal code, read as a function reads them, in the form of a definition that asks for an address."""

from datetime import date

import msgspec
import pytest
from bs4 import BeautifulSoup

from madoguchi.programme import definition
from madoguchi.programme.definition import programme
from madoguchi.programme.overrides import Held
from madoguchi.programme.questions import Section
from madoguchi.settings import settings
from madoguchi.storage import client
from madoguchi.web.postal_search import places_of
from operations import deployment, postal
from tests.support.forms import ADDRESS_FIELDS
from tests.support.gateway import Answered, Browser
from tests.support.members import GOOD_FORM


@pytest.fixture
def static_files(tables: None) -> None:  # noqa: ARG001
    """Two files of postal codes in the static bucket, as a deployment puts them there."""
    folder = postal.build()
    for name in ("100.json", "618.json"):
        kind, life = deployment.headers(folder / name)
        client("s3").put_object(
            Bucket=settings().static_bucket,
            Key=f"static/postal/{name}",
            Body=(folder / name).read_bytes(),
            ContentType=kind,
            CacheControl=life,
        )


@pytest.fixture
def asks_for_an_address(static_files: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """The registration form of the definition asks for an address, too."""
    form = programme().registration.usual
    sections = msgspec.to_builtins([*form.sections, Section("ご住所", ADDRESS_FIELDS)])
    change = Held("address", f"registration.forms.{form.id}.sections", sections, sections, date(2026, 1, 1))
    monkeypatch.setattr(definition, "_changes", lambda _day: (change,))


def test_every_place_of_a_code_is_read_from_the_static_files(static_files: None) -> None:  # noqa: ARG001
    assert [str(place) for place in places_of("6180000")] == ["京都府乙訓郡大山崎町", "大阪府三島郡島本町"]
    assert [place.town for place in places_of("1000001")] == ["千代田"]


@pytest.mark.parametrize("code", ["1009999", "0000000"])
def test_a_code_that_nobody_has_stands_for_no_place(static_files: None, code: str) -> None:  # noqa: ARG001
    assert places_of(code) == ()


def address_in(answer: Answered) -> list[str]:
    """Prefecture, city and town as the page shows them."""
    page = BeautifulSoup(answer.body, "html.parser")
    chosen = page.select_one("#prefecture option[selected]")
    texts = [str(field["value"]) for field in page.select("#city, #street")]
    return [str(chosen["value"]) if chosen else "", *texts]


@pytest.mark.usefixtures("asks_for_an_address")
def test_a_visitor_without_a_script_has_the_address_filled_in(browser: Browser) -> None:
    typed = GOOD_FORM | {
        "postal_code": "１００－０００１",
        "prefecture": "",
        "city": "",
        "street": "",
        "step": "address",
    }

    answer = browser.submit("/register", "/register", typed)

    assert answer.status == 200
    assert address_in(answer) == ["13", "千代田区", "千代田"]
    assert f'value="{GOOD_FORM["family_name"]}"' in answer.body, "what else was typed stays"
    assert "エラー" not in answer.body


@pytest.mark.usefixtures("asks_for_an_address")
def test_a_visitor_without_a_script_chooses_among_the_places(browser: Browser) -> None:
    typed = GOOD_FORM | {"postal_code": "618-0000", "prefecture": "", "city": "", "street": "", "step": "address"}

    offered = browser.submit("/register", "/register", typed)
    places = BeautifulSoup(offered.body, "html.parser").select("[name=postal_code_place]")
    assert address_in(offered) == ["", "", ""], "nothing is guessed"
    assert len(places) == 2
    chosen = browser.submit("/register", "/register", typed | {"postal_code_place": str(places[1]["value"])})

    assert address_in(chosen) == ["27", "三島郡島本町", ""]
