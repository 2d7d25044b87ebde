"""Who sees which answer, who has a profile, and what a definition may not say."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from madoguchi.members import profiles
from madoguchi.members.rules import ConsentRecord, Member
from madoguchi.programme.definition import programme
from madoguchi.programme.questions import EVERYBODY, MEMBERS, Field
from madoguchi.programme.schema import DefinitionError, compile_definition
from tests.support.members import NOW, a_member
from tests.support.versions import add_version

DEFINITION = Path(__file__).resolve().parents[3] / "layers" / "programmes" / "telework-office" / "programme.yaml"
CONSENT = "newsletter"
PRIVATE = [
    ("email", "email", False),
    ("phone", "phone", False),
    ("second_phone", "phone", False),
    ("birth_date", "date", False),
    ("postal_code", "postal", False),
    ("city", "text", False),
    ("street", "text", False),
    ("building", "text", False),
    ("guardian_name", "text", False),
    ("considerations", "textarea", True),
]


def a_field(field_id: str = "skills", kind: str = "text", *, seen_by: str = "staff", sensitive: bool = False) -> Field:
    return Field(id=field_id, label="項目", kind=kind, purpose="試験", seen_by=seen_by, sensitive=sensitive)


@pytest.fixture
def with_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    members = structs.replace(programme().members, profile_consent=CONSENT)
    add_version(monkeypatch, members=members, holds_from=NOW.date())


def saying(*words: str) -> Member:
    given = [
        ConsentRecord(CONSENT, "1", each == "yes", NOW + timedelta(minutes=minutes), "/me/consents", "")
        for minutes, each in enumerate(words)
    ]
    return replace(a_member(), consent_history=tuple(given))


@pytest.mark.parametrize(
    ("seen_by", "members", "everybody"),
    [("staff", False, False), ("members", True, False), ("everybody", True, True), ("nobody knows", False, False)],
)
def test_each_field_says_who_sees_its_answer(seen_by: str, members: bool, everybody: bool) -> None:  # noqa: FBT001
    field = a_field(seen_by=seen_by)

    assert (field.is_open_to(MEMBERS), field.is_open_to(EVERYBODY)) == (members, everybody)
    assert not field.is_open_to("staff")


@pytest.mark.parametrize(("field_id", "kind", "sensitive"), PRIVATE)
def test_what_is_private_is_shown_to_nobody_whatever_the_definition_says(
    field_id: str,
    kind: str,
    sensitive: bool,  # noqa: FBT001
) -> None:
    field = a_field(field_id, kind, seen_by="everybody", sensitive=sensitive)

    assert not field.is_open_to(MEMBERS)
    assert not field.is_open_to(EVERYBODY)


@pytest.mark.parametrize(
    ("block", "field"), [("email", "email"), ("birth_date", "birth_date"), ("address", "postal_code")]
)
def test_a_definition_that_would_show_it_is_refused(tmp_path: Path, block: str, field: str) -> None:
    broken = tmp_path / "programme.yaml"
    text = DEFINITION.read_text(encoding="utf-8")
    question = f"            - {{block: {block}, seen_by: members, purpose: 試験}}\n            - {{block: kana,"
    assert "            - {block: kana," in text
    broken.write_text(text.replace("            - {block: kana,", question), encoding="utf-8")

    with pytest.raises(DefinitionError) as refused:
        compile_definition(broken)

    assert f"'{field}' is private" in str(refused.value)


@pytest.mark.parametrize(("consent", "says"), [("terms", "must not be required"), ("profil", "'profil' is not known")])
def test_the_consent_to_a_profile_exists_and_is_optional(tmp_path: Path, consent: str, says: str) -> None:
    broken = tmp_path / "programme.yaml"
    text = DEFINITION.read_text(encoding="utf-8")
    assert text.count("\nmembers:\n") == 1
    written = text.replace("\nmembers:\n", f"\nmembers:\n  profile_consent: {consent}\n")
    broken.write_text(written, encoding="utf-8")

    with pytest.raises(DefinitionError) as refused:
        compile_definition(broken)

    assert says in str(refused.value)


@pytest.mark.usefixtures("with_profiles")
@pytest.mark.parametrize(("words", "wanted"), [("", False), ("yes", True), ("yes no", False), ("yes no yes", True)])
def test_the_latest_word_decides_whether_there_is_a_profile(words: str, wanted: bool) -> None:  # noqa: FBT001
    member = saying(*words.split())

    assert profiles.is_wanted(member) is wanted
    assert bool(profiles.identified(member).profile_id) is wanted
    assert not profiles.is_wanted(replace(member, status="leaving"))


@pytest.mark.usefixtures("with_profiles")
def test_ids_are_random_stay_while_the_consent_does_and_never_come_back() -> None:
    first = profiles.identified(saying("yes"))

    assert first.profile_id not in {"", first.member_id, first.number}
    assert profiles.identified(first) == first
    without = profiles.identified(replace(saying("yes", "no"), profile_id=first.profile_id))
    assert without.profile_id == ""
    assert profiles.identified(saying("yes", "no", "yes")).profile_id != first.profile_id


def test_without_the_key_nobody_has_a_profile() -> None:
    assert profiles.identified(saying("yes")).profile_id == ""
