"""Keys of names: what people take for the same name has the same key."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.japan.folding import VARIANTS, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋", "高橋"),
        ("山﨑 太郎", "山崎太郎"),
        ("渡邉", "渡邊"),
        ("渡辺", "渡邊"),
        ("齋藤", "斉藤"),
        ("𠮷田", "吉田"),
        ("たかはし　はな", "ﾀｶﾊｼ ﾊﾅ"),
        ("ＹＡＭＡＤＡ", "yamada"),
        ("辻\U000e0100", "辻"),
        ("関ヶ原", "関ケ原"),
        ("ジョン・スミス", "ジョン スミス"),
    ],
)
def test_these_are_found_by_each_other(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("タカダ", "タカタ"), ("高橋", "高田"), ("ショウコ", "シヨウコ")])
def test_these_are_different_names(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_a_key_folds_to_itself(name: str) -> None:
    assert fold(fold(name)) == fold(name)


def test_no_character_stands_for_two() -> None:
    variants = [each for standard in VARIANTS.values() for each in standard]
    assert len(set(variants)) == len(variants)
    assert not set(variants) & set(VARIANTS)
    assert all(unicodedata.normalize("NFKC", each) == each for each in variants)
