"""Tables as files, forms that carry files, and what stands in a cell."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.exchange import columns
from madoguchi.programme.definition import programme
from madoguchi.programme.questions import Field, Form, Option, Section
from madoguchi.spreadsheets import FORMULA_LEADERS, escaped, read_csv, unescaped, write_csv
from madoguchi.web.multipart import parts_of

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(lambda row: any(cell.strip() for cell in row)))
HEAD = ["一", "二", "三"]
HOBBIES = Form(
    id="hobbies",
    label="趣味",
    purpose="試験",
    sections=[
        Section(
            "趣味",
            [
                Field(
                    id="hobby",
                    label="趣味",
                    kind="checkboxes",
                    purpose="試験",
                    options=[Option("a", "山、川"), Option("b", "海"), Option("x", "その他", other=True)],
                )
            ],
        )
    ],
)


@given(CELLS)
def test_a_cell_never_begins_like_a_formula_and_is_read_as_it_was(cell: str) -> None:
    assert not escaped(cell).startswith(FORMULA_LEADERS)
    assert unescaped(escaped(cell)) == cell


@given(ROWS)
def test_rows_that_are_written_are_read(rows: list[list[str]]) -> None:
    file = io.BytesIO()
    write_csv(file, [HEAD, *rows])

    table = read_csv(file.getvalue())

    assert table.headers == tuple(HEAD)
    assert [list(line.cells) for line in table.lines] == rows


@given(st.binary(max_size=200).filter(lambda content: b"\r\n--limit" not in content))
def test_a_file_comes_out_of_a_form_as_it_went_in(content: bytes) -> None:
    body = (
        b'--limit\r\nContent-Disposition: form-data; name="csrf"\r\n\r\ntoken\r\n'
        b'--limit\r\nContent-Disposition: form-data; name="file"; filename="\xe5\x90\x8d.csv"\r\n\r\n'
        + content
        + b"\r\n--limit--\r\n"
    )

    csrf, file = parts_of('multipart/form-data; boundary="limit"', body)

    assert (csrf.name, csrf.content, csrf.file_name) == ("csrf", b"token", None)
    assert (file.file_name, file.content) == ("名.csv", content)


@pytest.mark.parametrize("content_type", ["multipart/form-data", "text/plain", "multipart/form-data; boundary="])
def test_a_form_that_is_none_has_no_fields(content_type: str) -> None:
    assert list(parts_of(content_type, b"--x\r\n\r\n\r\n--x--")) == []


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("山、川", ["a"]),
        ("山、川;海", ["a", "b"]),
        ("海、その他", ["b", "x"]),
        ("b", ["b"]),
        ("海；空", ["b", "空"]),
        ("その他（釣り）", ["x"]),
    ],
)
def test_several_choices_stand_in_one_cell(cell: str, values: list[str]) -> None:
    posted = columns.posted_values(HOBBIES, {"hobby": cell}, {})

    assert posted["hobby"] == values
    assert posted.get("hobby_other") == (["釣り"] if "釣り" in cell else None)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("メール アドレス", "email"),
        ("Ｅメール", "email"),
        ("LastName", "family_name"),
        ("姓", "family_name"),
        ("お名前", "-name"),
        ("ふりがな", "-kana"),
        ("会員番号", "-number"),
        ("登録日", "-registered-at"),
        ("備考", None),
    ],
)
def test_headings_of_other_systems_are_recognised(header: str, key: str | None) -> None:
    assert columns.recognised(programme().registration.usual, [header]).get(header) == key


@pytest.mark.parametrize(
    "cell", ["2024-04-01", "2024/4/1", "2024年4月1日", "２０２４/４/１ 0:00", "2024-04-01T00:00:00+09:00"]
)
def test_days_and_instants_are_read_as_lists_write_them(cell: str) -> None:
    assert columns.instant_of(cell) == datetime(2024, 3, 31, 15, tzinfo=UTC)
