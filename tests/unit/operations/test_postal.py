"""The postal code files: nothing of Japan Post's data is lost on the way to a visitor."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.japan.postal import Place, file_of, places_in
from operations import postal


@cache
def records() -> dict[str, dict[str, Any]]:
    """Every code of the package."""
    return dict(postal.records())


@cache
def folder() -> Path:
    """The built files."""
    return postal.build()


def served(code: str) -> tuple[Place, ...]:
    """What a visitor gets for a code."""
    return places_in((folder() / file_of(code)).read_bytes(), code)


@given(st.deferred(lambda: st.sampled_from(sorted(records()))))
def test_every_code_is_found_in_its_file_with_every_place(code: str) -> None:
    record = records()[code]

    found = served(code)

    assert {(place.city_code, place.prefecture, place.city) for place in found} == {
        (one["jisx0402"], one["prefecture"], one["city"]) for one in (record, *record["alternates"])
    }
    for one in (record, *record["alternates"]):
        assert any(one["neighborhood"].startswith(place.town) or place.town in one["neighborhood"] for place in found)


@pytest.mark.parametrize(
    ("code", "prefectures"),
    [("4980000", ("愛知県", "三重県")), ("6180000", ("京都府", "大阪府")), ("8710000", ("福岡県", "大分県"))],
)
def test_a_code_of_two_prefectures_offers_both(code: str, prefectures: tuple[str, str]) -> None:
    found = served(code)

    assert tuple(place.prefecture for place in found) == prefectures
    assert all(place.city_code.startswith(place.prefecture_code) for place in found)


def test_the_files_hold_the_codes_of_the_package_and_nothing_else() -> None:
    files = {one.name: json.loads(one.read_text(encoding="utf-8")) for one in folder().iterdir()}

    assert {code for codes in files.values() for code in codes} == set(records())
    assert all(file_of(code) == name for name, codes in files.items() for code in codes)
    assert all(codes[code] for codes in files.values() for code in codes)


def test_the_known_counts_hold() -> None:
    found = {code: postal.places(record) for code, record in records().items()}

    cities = [code for code, places in found.items() if len({place.city_code for place in places}) > 1]
    prefectures = [code for code, places in found.items() if len({place.prefecture_code for place in places}) > 1]
    assert len(found) > 120_000
    assert len(cities) > 100
    assert prefectures == ["4980000", "6180000", "8710000"]


@pytest.mark.parametrize(
    ("listed", "towns"),
    [
        ("千代田", ["千代田"]),
        ("", [""]),
        ("甲、乙", ["甲", "乙"]),
        ("穴明２２地割、穴明２", ["穴明"]),
        ("越中畑６４地割〜越中畑６", ["越中畑"]),
        ("北１条西", ["北１条西"]),
        ("琴平町の次に４２７番地以降がくる場合", [""]),
    ],
)
def test_a_line_of_the_data_becomes_towns(listed: str, towns: list[str]) -> None:
    assert postal.towns(listed) == towns
