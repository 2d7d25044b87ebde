"""Postal codes as people type them, and the places in a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.japan.postal import Place, file_of, places_in, postal_code, with_dash

CODES = st.text("0123456789", min_size=7, max_size=7)
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
DASHES = ["", "-", "－", "ー", "‐", "―", "−", " ", "　"]


@given(CODES, st.sampled_from(DASHES), st.sampled_from(["", "〒", "〒 ", "　"]))
def test_width_dash_and_mark_make_no_difference(code: str, dash: str, mark: str) -> None:
    typed = f"{mark}{code[:3]}{dash}{code[3:]}"

    assert postal_code(typed) == postal_code(typed.translate(WIDE)) == code


@given(CODES)
def test_a_code_that_is_shown_is_read_as_itself(code: str) -> None:
    assert postal_code(with_dash(code)) == postal_code(code) == code


@pytest.mark.parametrize("typed", ["", "123456", "12345678", "123-456a", "一二三四五六七", "①②③④⑤⑥⑦⑧", "१२३४५६७"])
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=f"^{typed}$"):
        postal_code(typed)


def test_a_file_holds_every_place_of_a_code() -> None:
    content = (
        '{"6180000": [["26", "26303", "京都府", "乙訓郡大山崎町", ""], ["27", "27301", "大阪府", "三島郡島本町", ""]]}'
    )

    places = places_in(content.encode(), "6180000")

    assert places[0] == Place("26", "26303", "京都府", "乙訓郡大山崎町", "")
    assert [str(place) for place in places] == ["京都府乙訓郡大山崎町", "大阪府三島郡島本町"]
    assert places_in(content.encode(), "6180001") == ()
    assert file_of("6180000") == "618.json"
