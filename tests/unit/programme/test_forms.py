"""Reading a posted form by its definition."""

import pytest

from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading, choices, read, shown
from madoguchi.programme.questions import Field, Form, Section
from madoguchi.web.visits import FormData
from tests.support.members import GOOD_FORM, NOW

TODAY = NOW.date()


def posted(form: dict[str, str]) -> FormData:
    return FormData({name: [value] for name, value in form.items()})


def read_form(**changes: str) -> Reading:
    form = GOOD_FORM | changes
    return read(programme().registration.usual, posted(form), today=TODAY)


def message_about(field: str, **changes: str) -> str:
    errors = dict(read_form(**changes).errors)
    assert list(errors) == [field]
    return errors[field]


def test_a_good_form_has_no_errors() -> None:
    reading = read_form()
    assert reading.errors == ()
    assert reading.ticked == {"terms"}


@pytest.mark.parametrize("name", ["神\ufa19", "髙﨑", "塚\ufa10", "𠮟", "山田 ㈱", "O'Brien é"])
def test_names_are_kept_as_typed_but_trimmed(name: str) -> None:
    assert read_form(family_name=f"\u3000{name} ").values["family_name"] == name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("やまだ", "ヤマダ"),
        ("ﾔﾏﾀﾞ", "ヤマダ"),
        ("ヤマダ", "ヤマダ"),
        ("ｼﾞｮﾝ･ﾀﾞｳﾞ", "ジョン・ダヴ"),
        ("あん\u3000りー", "アン リー"),
        ("ルーシ-", "ルーシー"),
        ("ゔぃくとりあ＝えりか", "ヴィクトリア＝エリカ"),
    ],
)
def test_readings_are_stored_in_full_width_katakana(typed: str, stored: str) -> None:
    assert read_form(family_kana=typed).values["family_kana"] == stored


@pytest.mark.parametrize("typed", ["山田", "yamada", "ヤマダ1", "ヤマダ!"])
def test_a_reading_that_is_none_is_explained(typed: str) -> None:
    assert "ひらがなかカタカナで入力してください" in message_about("family_kana", family_kana=typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" hanako@example.jp ", "hanako@example.jp"),
        ("Ｈａｎａｋｏ＠Ｅｘａｍｐｌｅ．ｊｐ", "Hanako@example.jp"),
        ("hanako@例え.jp", "hanako@xn--r8jz45g.jp"),
    ],
)
def test_addresses_are_accepted_in_any_width(typed: str, stored: str) -> None:
    assert read_form(email=typed).values["email"] == stored


@pytest.mark.parametrize(
    "typed", ["hanako", "hanako@", "@example.jp", "a b@example.jp", "花子@example.jp", "=?utf-8?q?a?=@example.jp"]
)
def test_an_address_that_is_none_is_explained(typed: str) -> None:
    assert "例）hanako@example.jp" in message_about("email", email=typed)


def test_a_missing_field_is_named_and_so_is_what_to_do() -> None:
    assert message_about("family_name", family_name=" \u3000") == "氏を入力してください。"
    assert message_about("affiliation", affiliation="") == "所属の区分を選んでください。"


def test_a_choice_outside_the_list_is_refused() -> None:
    assert "一覧から選んでください" in message_about("home_prefecture", home_prefecture="48")


def test_a_field_that_is_too_long_says_how_long_it_may_be() -> None:
    assert message_about("given_name", given_name="あ" * 41) == "名は40文字以内で入力してください（いまは41文字です）。"


@pytest.mark.parametrize("typed", ["花\r\nBcc: x@example.jp", "花\x00子", "花\u2028子", "\u202e花子", "\u200b"])
def test_characters_that_nobody_sees_are_refused(typed: str) -> None:
    assert "使えない文字" in message_about("given_name", given_name=typed)


def test_a_required_consent_must_be_given_and_an_optional_one_need_not() -> None:
    assert "チェックが必要です" in message_about("terms", terms="")
    assert read_form(newsletter="yes").ticked == {"terms", "newsletter"}


def test_errors_keep_the_order_of_the_form_and_everything_typed() -> None:
    reading = read_form(family_name="", email="x", terms="", given_name=" 花子 ")
    assert [field for field, _ in reading.errors] == ["family_name", "email", "terms"]
    assert reading.typed["email"] == "x"
    assert reading.typed["given_name"] == " 花子 "


def test_a_text_area_keeps_its_lines() -> None:
    field = Field(id="wish", label="ご要望", kind="textarea", purpose="運営の改善", longest=20)
    form = Form(id="wishes", label="ご要望", purpose="運営の改善", sections=[Section("ご要望", [field])])
    assert read(form, posted({"wish": "一\r\n二"}), today=TODAY).values["wish"] == "一\n二"
    assert read(form, posted({}), today=TODAY).errors == ()


def test_stored_values_are_shown_by_their_labels() -> None:
    fields = programme().registration.fields
    assert shown(fields["home_prefecture"], {"home_prefecture": "13"}) == "東京都"
    assert shown(fields["affiliation"], {"affiliation": "company"}) == "企業などの従業員"
    assert shown(fields["family_name"], {"family_name": "山田"}) == "山田"
    assert choices(fields["family_name"]) == []
