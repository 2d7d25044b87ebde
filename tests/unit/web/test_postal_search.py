"""From a postal code to the address fields of a form, without a script."""

import pytest

from madoguchi.japan.postal import Place
from madoguchi.programme.questions import Form, Section, Value
from madoguchi.web import postal_search
from madoguchi.web.postal_search import AddressFields, address_fields, key_of, search
from tests.support.forms import ADDRESS_FIELDS, EVERY_KIND, Sent, a_field

CHIYODA = Place("13", "13101", "東京都", "千代田区", "千代田")
OYAMAZAKI = Place("26", "26303", "京都府", "乙訓郡大山崎町", "")
SHIMAMOTO = Place("27", "27301", "大阪府", "三島郡島本町", "")
PLACES = {"1000001": (CHIYODA,), "6180000": (OYAMAZAKI, SHIMAMOTO)}
EMPTY: dict[str, Value] = {"postal_code": "", "prefecture": "", "city": "", "street": ""}


@pytest.fixture(autouse=True)
def japan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postal_search, "places_of", lambda code: PLACES.get(code, ()))


def searched(chosen: str = "", **typed: str) -> tuple[dict[str, Value], postal_search.Search]:
    form = Form(id="form", label="様式", purpose="試験", sections=[Section("ご住所", ADDRESS_FIELDS)])
    filled, searches = search(form, EMPTY | typed, Sent.by(postal_code_place=chosen))
    return filled, searches["postal_code"]


def test_the_only_place_of_a_code_is_filled_in() -> None:
    filled, found = searched(postal_code="〒１００－０００１")

    assert found.said == "address_found"
    assert filled == {"postal_code": "〒１００－０００１", "prefecture": "13", "city": "千代田区", "street": "千代田"}


def test_a_code_of_two_prefectures_is_never_guessed() -> None:
    filled, found = searched(postal_code="618-0000")

    assert found == ("address_choose", (OYAMAZAKI, SHIMAMOTO))
    assert filled == EMPTY | {"postal_code": "618-0000"}


def test_the_chosen_place_is_filled_in() -> None:
    filled, found = searched(key_of(SHIMAMOTO), postal_code="618-0000", prefecture="26", city="乙訓郡大山崎町")

    assert found.said == "address_found"
    assert (filled["prefecture"], filled["city"], filled["street"]) == ("27", "三島郡島本町", "")


@pytest.mark.parametrize("typed", [{"prefecture": "14"}, {"city": "横浜市"}, {"street": "丸の内一丁目"}])
def test_nothing_typed_is_replaced_without_a_choice(typed: dict[str, str]) -> None:
    filled, found = searched(postal_code="1000001", **typed)

    assert found == ("address_choose", (CHIYODA,))
    assert filled == EMPTY | {"postal_code": "1000001"} | typed


def test_a_house_number_that_was_typed_stays() -> None:
    complete, _ = searched(postal_code="1000001", prefecture="13", city="千代田区", street="千代田1-1")
    number, _ = searched(key_of(CHIYODA), postal_code="1000001", street="１－１")

    assert complete["street"] == "千代田1-1"
    assert number["street"] == "千代田１－１"


@pytest.mark.parametrize(
    ("code", "said"), [("000-0000", "address_unknown"), ("12", "address_mistyped"), ("", "address_mistyped")]
)
def test_what_cannot_be_found_is_said(code: str, said: str) -> None:
    filled, found = searched(postal_code=code)

    assert found == (said, ())
    assert filled == EMPTY | {"postal_code": code}


def test_the_address_of_a_code_stands_behind_it() -> None:
    home, work = a_field("home_code", "postal"), a_field("work_code", "postal")
    work_line = a_field("work_line", "text", autocomplete="street-address")
    form = Form(
        id="form", label="様式", purpose="試験",
        sections=[Section("ご住所", [home, a_field("home", "prefecture"), work, work_line])],
    )  # fmt: skip

    assert address_fields(form) == {"home_code": AddressFields("home"), "work_code": AddressFields(town="work_line")}
    assert address_fields(EVERY_KIND) == {"postal_code": AddressFields("prefecture", "city", "street")}
    filled, searches = search(form, {"home_code": "", "home": "", "work_code": "1000001", "work_line": ""}, Sent.by())
    assert filled["work_line"] == "東京都千代田区千代田"
    assert set(searches) == {"work_code"}
