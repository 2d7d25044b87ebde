"""Every definition of the repository: it compiles, speaks its languages, and says what its contract demands."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel

from madoguchi.programme import definition, membership, places, questions
from madoguchi.programme.definition import Programme, decode
from madoguchi.programme.overlay import leaves
from madoguchi.programme.schema import compile_programme
from madoguchi.programme.schema import contract as contract_schema
from madoguchi.programme.schema import forms as forms_schema
from madoguchi.programme.schema import members as members_schema
from madoguchi.programme.schema import office as office_schema
from madoguchi.programme.schema import programme as programme_schema
from operations import programmes

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(programmes.names())
SCHEMAS = (contract_schema, forms_schema, members_schema, office_schema, programme_schema)
STRUCTS = (definition, membership, places, questions)
# What only one side has: blocks are expanded and languages are gathered when a definition is compiled.
ONLY_WRITTEN = {"Part", "Translated", "Block"}
ONLY_COMPILED = {"Programme": {"languages"}}
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
# Read by staff and the client, or written on letters: the same in every language.
NOT_TRANSLATED = re.compile(
    r"^(contract|processors|staff_notice|workplaces|overridable|newsletters|mail_senders|site\.address)\b"
    r"|^members\.(scheme$|sources\.[^.]+\.medium$)|\.(item|clause|unit)$"
)
# The languages that a contract asks for; others are welcome.
ASKED = {"konan-jinzai": ("easy", "en")}
TOKYO = ["11", "12", "13", "14"]


def compiled(name: str) -> dict[str, Any]:
    return compile_programme(programmes.FOLDER / name)


def newest(name: str) -> Programme:
    return decode(json.dumps(compiled(name)).encode())[-1]


@pytest.mark.parametrize("name", NAMES)
def test_every_definition_is_what_the_functions_read(name: str) -> None:
    written = compiled(name)["versions"]
    read = decode(json.dumps(written and {"versions": written}).encode())

    assert [each.id for each in read] == [name] * len(written)
    assert json.loads(msgspec.json.encode(read[-1])) == written[-1]


@pytest.mark.parametrize(("name", "language"), [(name, each) for name in ASKED for each in ASKED[name]])
def test_whatever_people_read_stands_in_every_language_that_the_contract_asks_for(name: str, language: str) -> None:
    written = compiled(name)["versions"][-1]
    translated = written.pop("languages")[language]
    missing = [
        key
        for key, text in leaves(written)
        if isinstance(text, str) and JAPANESE.search(text) and not NOT_TRANSLATED.search(key) and key not in translated
    ]

    assert missing == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["easy", "en"])
def test_a_form_that_speaks_a_language_speaks_it_throughout(name: str, language: str) -> None:
    written = compiled(name)["versions"][-1]
    translated = written.pop("languages").get(language, {})
    for form in written["registration"]["forms"]:
        prefix = f"registration.forms.{form['id']}"
        if f"{prefix}.label" not in translated:
            continue
        questions_of_it = [key for key, _ in leaves(form["sections"], f"{prefix}.sections") if key.endswith(".label")]
        assert [key for key in questions_of_it if key not in translated and ".industry." not in key] == []


def structs() -> dict[str, type[msgspec.Struct]]:
    found = [each for module in STRUCTS for each in vars(module).values()]
    return {each.__name__: each for each in found if isinstance(each, type) and issubclass(each, msgspec.Struct)}


def models() -> dict[str, type[BaseModel]]:
    found = [each for module in SCHEMAS for each in vars(module).values()]
    return {each.__name__: each for each in found if isinstance(each, type) and issubclass(each, BaseModel)}


@pytest.mark.parametrize("name", sorted(set(models()) - ONLY_WRITTEN))
def test_what_is_written_is_what_is_read_key_by_key(name: str) -> None:
    struct = structs()["Field" if name == "FormField" else name]
    read = {field.encode_name for field in msgspec.structs.fields(struct)}

    assert set(models()[name].model_fields) == read - ONLY_COMPILED.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_every_field_says_what_for_and_none_is_required_by_default(name: str) -> None:
    for form in newest(name).registration.forms:
        assert form.purpose.strip()
        assert all(field.purpose.strip() for field in form.fields)
    assert questions.Field(id="x", label="x", kind="text", purpose="x").required is False


@pytest.mark.parametrize("name", NAMES)
def test_the_region_around_tokyo_is_the_same_everywhere(name: str) -> None:
    regions = {each.label: each.prefectures for each in newest(name).reports.regions}

    assert regions["東京圏"] == TOKYO


@pytest.mark.parametrize(
    ("name", "starts", "last_day"),
    [
        ("tsunagaru", date(2026, 5, 12), date(2027, 3, 31)),
        ("telework-office", date(2026, 4, 1), date(2027, 3, 31)),
        ("cross-sendai", date(2026, 4, 20), date(2027, 3, 31)),
        ("konan-jinzai", date(2026, 6, 1), date(2027, 3, 19)),
    ],
)
def test_each_contract_has_its_own_period(name: str, starts: date, last_day: date) -> None:
    contract = newest(name).contract

    assert (contract.starts, contract.last_day) == (starts, last_day)


def test_a_people_platform_has_the_four_layers_of_its_specification_in_their_order() -> None:
    stages = newest("konan-jinzai").members.stages

    assert [each.label for each in stages] == [
        "地域関心・参加層", "地域サポーター", "地域アクター", "中間支援コーディネーター",
    ]  # fmt: skip
    assert [bool(each.after) for each in stages] == [False, True, True, True]


def test_the_people_aimed_at_work_around_tokyo_in_their_twenties_and_thirties() -> None:
    target = newest("cross-sendai").reports.target

    assert target is not None
    assert target.when == {
        "prefecture": TOKYO,
        "age_band": ["20s", "30s"],
        "occupation": ["employee", "public", "sole"],
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_logo_is_a_file_of_ours(name: str) -> None:
    assert (ROOT / "templates" / "static" / "img" / newest(name).site.logo).is_file()


def test_a_contract_of_several_places_names_them() -> None:
    prefectures = {each.address[:3] for each in newest("tsunagaru").workplaces}

    assert prefectures == {"山口県", "東京都"}
