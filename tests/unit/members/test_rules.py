"""Members' values: links, keys, numbers, consents."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.members.rules import ConsentRecord, Link, LinkGoneError, draw_number, folded, reference_of
from madoguchi.programme.definition import programme
from madoguchi.web.access import Role
from tests.support.members import NOW, a_member


def test_a_link_is_read_as_it_was_mailed() -> None:
    link = Link.new()
    assert Link.read(link.token) == link
    assert link.opens(link.digest)
    assert not Link.new(link.reference).opens(link.digest)
    assert re.fullmatch(r"[A-Za-z0-9_-]{65}", link.token)


@given(st.text(max_size=80).filter(lambda token: len(token) != 65))
def test_what_cannot_be_a_link_is_refused(token: str) -> None:
    with pytest.raises(LinkGoneError):
        Link.read(token)


@pytest.mark.parametrize("typed", ["Hanako@Example.JP", "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", " hanako@example.jp "])
def test_an_address_is_unique_whatever_its_case_and_width(typed: str) -> None:
    assert folded(typed) == "hanako@example.jp"


def test_the_same_form_has_one_key_and_another_form_another() -> None:
    assert reference_of("n", {"a": "1", "b": "2"}) == reference_of("n", {"b": "2", "a": "1"})
    keys = {reference_of("n", {"a": "1"}), reference_of("m", {"a": "1"}), reference_of("n", {"a": "2"})}
    assert len(keys) == 3


def test_numbers_are_random_and_of_one_shape() -> None:
    drawn = {draw_number() for _ in range(200)}
    assert len(drawn) > 190
    assert all(re.fullmatch(r"\d{4}-\d{4}", number) for number in drawn)


def test_the_latest_word_on_a_consent_counts() -> None:
    yes = ConsentRecord("newsletter", "1", given=True, at=NOW, page="/register", source="s")
    no = replace(yes, given=False, at=NOW + timedelta(days=1))
    assert not a_member().consents_to("newsletter")
    assert replace(a_member(), consent_history=(yes,)).consents_to("newsletter")
    assert not replace(a_member(), consent_history=(yes, no)).consents_to("newsletter")
    assert replace(a_member(), consent_history=(yes, no)).consents == {"newsletter": no}


def test_a_member_is_named_family_first() -> None:
    assert (a_member().name, a_member().kana, a_member().role) == ("山田 花子", "ヤマダ ハナコ", Role.MEMBER)
    assert a_member().value_of("email") == "hanako@example.jp"
    assert a_member().value_of("affiliation") == "company"
    assert a_member().value_of("unknown") == ""


@pytest.mark.parametrize(
    ("home", "work", "affiliation", "expected"),
    [
        ("35", "13", "company", "migrant"),
        ("13", "13", "sole", "outside"),
        ("35", "99", "company", "migrant"),
        ("13", "35", "company", "inside"),
        ("35", "35", "company", "inside"),
        ("13", "13", "student", "student"),
        ("35", "13", "student", "student"),
    ],
)
def test_the_class_follows_from_the_answers(home: str, work: str, affiliation: str, expected: str) -> None:
    answers = {"home_prefecture": home, "work_prefecture": work, "affiliation": affiliation}
    assert programme().members.class_of(answers, date(2026, 11, 21)).id == expected
