"""From a postal code to the address fields of a form, for visitors whose browser runs no script.

static/js/form-address.js does the same in a browser. What a person typed is only replaced by what they choose.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from madoguchi.japan.postal import Place, file_of, places_in, postal_code
from madoguchi.programme.forms import Posted
from madoguchi.programme.questions import Field, Form, Section, Value
from madoguchi.settings import settings
from madoguchi.storage import client

FOLDER = "static/postal"
# S3 tells a function that may not list the bucket "denied" instead of "no such key".
NO_SUCH_FILE = frozenset({"NoSuchKey", "AccessDenied"})
TOWN_LINES = frozenset({"address-line1", "street-address"})


class AddressFields(NamedTuple):
    """The ids of the fields that an address is written into; "" for a part that the form does not ask for."""

    prefecture: str = ""
    city: str = ""
    town: str = ""

    def values(self, place: Place) -> dict[str, str]:
        """What each field gets for a place. A part without a field of its own goes into the next smaller one."""
        left, found = "", {}
        parts = ((self.prefecture, place.prefecture), (self.city, place.city), (self.town, place.town))
        for field_id, text in parts:
            left += text
            if field_id:
                found[field_id] = place.prefecture_code if field_id == self.prefecture else left
                left = ""
        return found


class Search(NamedTuple):
    """What came of a search: the key of the words to say, and the places to choose from."""

    said: str
    places: tuple[Place, ...] = ()


FOUND = Search("address_found")


def places_of(code: str) -> tuple[Place, ...]:
    """Every place of a postal code of seven digits; none when there is no such code."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 only this branch talks to S3

    try:
        answer = client("s3").get_object(Bucket=settings().static_bucket, Key=f"{FOLDER}/{file_of(code)}")
    except ClientError as error:
        if error.response["Error"]["Code"] in NO_SUCH_FILE:
            return ()
        raise
    return places_in(answer["Body"].read(), code)


def address_fields(form: Form) -> dict[str, AddressFields]:
    """For each postal code of the form the address fields after it in its section."""
    found = {}
    for section in form.sections:
        for field in section.fields:
            if field.kind == "postal":
                fields = AddressFields(*_after(section, field))
                if any(fields):
                    found[field.id] = fields
    return found


def search(form: Form, typed: Mapping[str, Value], posted: Posted) -> tuple[dict[str, Value], dict[str, Search]]:
    """What was typed with the addresses of the postal codes filled in, and by postal field what came of it."""
    filled, searches = dict(typed), {}
    wanted = address_fields(form)
    for field_id, fields in wanted.items():
        if filled[field_id] or len(wanted) == 1:
            addition, searches[field_id] = _search(
                fields, filled, str(filled[field_id]), posted.get(f"{field_id}_place")
            )
            filled |= addition
    return filled, searches


def key_of(place: Place) -> str:
    """What stands for a place among those of one postal code."""
    return f"{place.city_code}{place.town}"


def _search(
    fields: AddressFields, typed: Mapping[str, Value], code: str, chosen: str
) -> tuple[Mapping[str, Value], Search]:
    try:
        places = places_of(postal_code(code))
    except ValueError:
        return {}, Search("address_mistyped")
    if not places:
        return {}, Search("address_unknown")
    choice = next((place for place in places if key_of(place) == chosen), None)
    if choice is None and len(places) == 1 and _replaces_nothing(typed, fields.values(places[0])):
        choice = places[0]
    if choice is None:
        return {}, Search("address_choose", places)
    values = fields.values(choice).items()
    return {key: _merged(str(typed[key]), value, is_town=key == fields.town) for key, value in values}, FOUND


def _replaces_nothing(typed: Mapping[str, Value], values: Mapping[str, str]) -> bool:
    return all(not typed[key] or str(typed[key]).startswith(value) for key, value in values.items())


def _merged(typed: str, value: str, *, is_town: bool) -> str:
    """The chosen value, with what the person wrote after it or, for a town, the house number they wrote instead."""
    if typed.startswith(value):
        return typed
    return f"{value}{typed}" if is_town and typed[:1].isdigit() else value


def _after(section: Section, postal: Field) -> tuple[str, str, str]:
    following = section.fields[section.fields.index(postal) + 1 :]
    ends = next((at for at, field in enumerate(following) if field.kind == "postal"), len(following))
    own = following[:ends]
    return (
        _first(field for field in own if field.kind == "prefecture"),
        _first(field for field in own if field.autocomplete == "address-level2"),
        _first(field for field in own if field.autocomplete in TOWN_LINES),
    )


def _first(fields: Iterable[Field]) -> str:
    return next((field.id for field in fields), "")
