"""A list of members through the console: columns, advice by line and column, duplicates, what is written."""

from datetime import date

import pytest

from madoguchi.audit import store as audit
from madoguchi.exchange import files as exchange_files
from madoguchi.exchange import import_store, importing
from madoguchi.japan.time import Month
from madoguchi.members import search, store
from madoguchi.members.rules import Member, Origin
from madoguchi.settings import settings
from madoguchi.storage import client, transaction
from tests.support.lists import Importer, a_line, a_list, take
from tests.support.members import NOW, a_member
from tests.support.post_office import PostOffice


def the_member(number: int) -> Member:
    member_id = store.id_of_address(f"person{number}@example.jp")
    assert member_id
    return store.get(member_id)


def files() -> list[str]:
    listed = client("s3").list_objects_v2(Bucket=settings().exchange_bucket)
    return [each["Key"] for each in listed.get("Contents", [])]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8"), (",", "utf-8-sig"), (",", "cp932"), ("\t", "utf-16")]
)
def test_a_list_becomes_members_whatever_its_encoding(importer: Importer, delimiter: str, encoding: str) -> None:
    file = a_list([a_line(1), a_line(2, 主な利用目的="就職活動")], delimiter=delimiter).encode(encoding)

    import_id = importer.take_over(file)

    member = the_member(1)
    assert (member.name, member.kana, member.number) == ("山田 1子", "ヤマダ ハナコ", "M-00001")
    assert member.answers == {
        "affiliation": "company", "home_prefecture": "13", "work_prefecture": "13", "aim": "visit",
    }  # fmt: skip
    assert (member.class_id, member.origin, member.form_id) == ("outside", Origin.IMPORT, "person")
    assert [each.member_id for each in store.registrations(Month(2024, 4))] != []
    assert importer.state(import_id) == "完了"


def test_consents_are_those_that_the_list_proves_and_no_newsletter_comes_by_itself(
    importer: Importer, post_office: PostOffice
) -> None:
    import_id = importer.take_over(a_list([a_line(1)]))

    (consent,) = the_member(1).consent_history
    assert (consent.consent_id, consent.given, consent.version) == ("terms", True, "移行 2026-11-21")
    assert consent.page == f"/imports/{import_id}"
    assert list(store.subscribers()) == []
    assert post_office.deliver() == []
    reasons = {each.action: each.reason for each in audit.entries(Month(2026, 11))}
    assert reasons["import list"] == "旧システムの登録画面で同意を得ている"


def test_a_list_that_proves_nothing_is_not_even_checked(importer: Importer) -> None:
    import_id = importer.upload(a_list([a_line(1)])).location.split("/")[2]

    answer = importer.arrange(import_id, consents="", basis="")

    assert answer.status == 422
    assert "同意していることを、名簿で示せるときだけ取り込めます" in answer.body
    assert "根拠を入力してください" in answer.body
    assert importer.browser.get(f"/imports/{import_id}").location.endswith("/columns")


def test_each_problem_is_listed_by_line_and_column_and_nothing_is_imported_unless_told_to(importer: Importer) -> None:
    lines = [
        a_line(1),
        a_line(2, 氏="", 所属の区分="会社"),
        a_line(3, メールアドレス="person3"),
        a_line(4, 登録日時="来年"),
    ]
    import_id = importer.check(a_list(lines))

    assert importer.problems(import_id) == [
        ["3", "氏", "誤り", "氏を入力してください。"],
        ["3", "所属の区分", "誤り", "所属の区分を一覧から選んでください。"],
        ["4", "メールアドレス", "誤り",
         "メールアドレスの形を確認してください。例）hanako@example.jp のように、@とその後ろも必要です。"],
        ["5", "登録日時", "誤り", "登録日時を、今日までの日付で入力してください。例）2024-04-01"],
    ]  # fmt: skip
    refused = importer.start(import_id)
    assert refused.status == 422
    assert "誤りのある行があります" in refused.body
    importer.worker.work()
    assert store.id_of_address("person1@example.jp") is None

    assert importer.start(import_id, without_errors="yes").status == 303
    importer.worker.work()
    assert the_member(1).number == "M-00001"
    assert store.id_of_address("person2@example.jp") is None
    assert importer.state(import_id) == "完了"


@pytest.mark.meets("A-014")
@pytest.mark.parametrize(("existing", "aim"), [("leave", "two_bases"), ("update", "visit")])
def test_existing_members_are_imported_and_duplicates_merged_by_address(
    importer: Importer, existing: str, aim: str
) -> None:
    with transaction() as t:
        store.add(t, a_member())
    lines = [
        a_line(1, メールアドレス="ＨＡＮＡＫＯ@example.jp"),
        a_line(2),
        a_line(3, メールアドレス="Person2@example.jp", 主な利用目的="就職活動"),
    ]

    import_id = importer.check(a_list(lines), existing=existing)
    before = importer.browser.get(f"/imports/{import_id}").body
    importer.start(import_id)
    importer.worker.work()

    known, twice = store.get("member-1"), the_member(2)
    assert (known.number, known.email) == ("1234-5678", "hanako@example.jp")
    assert known.answers["aim"] == aim
    assert twice.answers["aim"] == ("visit" if existing == "leave" else "job_hunting")
    assert [each.member_id for each in store.registrations(Month(2024, 4))] == [twice.member_id]
    assert "3行目と同じメールアドレスです" in before
    page = importer.browser.get(f"/imports/{import_id}").body
    assert "完了" in page


def test_empty_cells_leave_what_a_known_member_has(importer: Importer) -> None:
    with transaction() as t:
        store.add(t, a_member())
    line = dict.fromkeys(a_line(1), "") | {"メールアドレス": "hanako@example.jp", "氏": "田中"}

    importer.take_over(a_list([line]), existing="update")

    member = store.get("member-1")
    assert member.name == "田中 花子"
    assert member.answers == a_member().answers
    assert member.consent_history == a_member().consent_history


def test_staff_find_imported_people_by_their_old_number_and_day(importer: Importer) -> None:
    importer.take_over(a_list([a_line(1), a_line(2, 登録番号="")]))

    assert search.by_text("Ｍ－00001") == [the_member(1).member_id]
    assert search.by_text("M-00009") == []
    assert search.first_day() == date(2024, 4, 1)


def test_a_number_that_is_somebody_elses_is_replaced(importer: Importer) -> None:
    with transaction() as t:
        store.add(t, a_member())

    import_id = importer.take_over(a_list([a_line(1, 登録番号="1234-5678"), a_line(2, 登録番号="")]))

    assert the_member(1).number not in {"", "1234-5678"}
    assert [row[0] for row in importer.problems(import_id)] == ["2"]


def test_unknown_columns_are_left_out_or_assigned_by_staff(importer: Importer) -> None:
    file = a_list([a_line(1, 氏="", 名="")]).replace('"氏"', '"備考"').replace('"名",', '"担当",', 1)
    file = file.replace('"備考"', '"顧客の名前"', 1)
    import_id = importer.upload(file).location.split("/")[2]
    page = importer.browser.get(f"/imports/{import_id}/columns").body
    assert "顧客の名前" in page
    importer.browser.submit(f"/imports/{import_id}", f"/imports/{import_id}/discard", {})

    rows = file.replace('"M-00001",""', '"M-00001","髙橋　次郎"', 1)
    import_id = importer.upload(rows).location.split("/")[2]
    importer.arrange(import_id, column_1="-name", column_2="")
    importer.worker.work()
    importer.start(import_id)
    importer.worker.work()
    assert the_member(1).name == "髙橋 次郎"


def test_nothing_of_the_people_is_left_in_the_bucket(importer: Importer) -> None:
    done = importer.check(a_list([a_line(1), a_line(2, 氏="")]))
    assert len(files()) == 3
    importer.start(done, without_errors="yes")
    importer.worker.work()
    assert files() == [f"imports/{done}/findings"]
    assert (
        "person"
        not in client("s3").get_object(Bucket=settings().exchange_bucket, Key=files()[0])["Body"].read().decode()
    )

    given_up = importer.check(a_list([a_line(3)]))
    importer.browser.submit(f"/imports/{given_up}", f"/imports/{given_up}/discard", {})
    assert files() == [f"imports/{done}/findings"]
    assert importer.state(given_up) == "中止"


def test_a_plan_leaves_nothing_of_an_earlier_or_a_discarded_one(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK_PEOPLE", 1)
    import_id = importer.check(a_list([a_line(1), a_line(2), a_line(3)]))
    importer.arrange(import_id, column_1="")  # nobody has a family name any more: nobody is planned
    importer.worker.work()
    assert files() == [f"imports/{import_id}/findings", f"imports/{import_id}/upload"]

    late = importer.upload(a_list([a_line(4)])).location.split("/")[2]
    importer.arrange(late)
    tasks = take()
    keep = exchange_files.keep

    def keep_and_give_up(key: str, content: bytes) -> None:
        keep(key, content)
        if key.endswith("findings"):
            importing.discard(import_store.get(late), by="staff-1", source="192.0.2.1", now=NOW)

    monkeypatch.setattr(exchange_files, "keep", keep_and_give_up)
    importer.worker.do(tasks[0])
    assert not [each for each in files() if late in each]


@pytest.mark.parametrize(
    ("file", "advice"),
    [
        (b"", "ファイルを選んでください"),
        (b"\x00\x01\x02,\xff\xfe", "ファイルを読み取れません"),
        ("氏,名\r\n".encode(), "行がありません"),
        ('氏,名\r\n"山田,花子\r\n'.encode(), "引用符"),
        ((",".join(f"列{each}" for each in range(201)) + "\r\n1\r\n").encode(), "200列まで"),
    ],
)
def test_what_is_no_list_is_refused_with_advice(importer: Importer, file: bytes, advice: str) -> None:
    answer = importer.upload(file)

    assert answer.status == 422
    assert advice in answer.body
    assert import_store.newest() == []


def test_a_file_of_four_megabytes_passes_and_a_longer_form_elsewhere_does_not(importer: Importer) -> None:
    line = '"' + "あ" * 300 + '"\r\n'
    assert importer.upload("備考\r\n" + line * 4000).status == 303
    assert importer.upload("備考\r\n" + line * 5000).status == 413
    too_long = importer.browser.post("/exports/new", {"purpose": "a" * 200_001})
    assert too_long.status == 413


def test_a_sample_names_every_column_and_is_a_list_that_can_be_imported(importer: Importer) -> None:
    sample = importer.browser.get("/imports/sample/person").body.removeprefix("\ufeff").strip().split(",")

    assert set(a_line(1)) <= set(sample)
    import_id = importer.upload(",".join(sample) + "\r\n" + "あ," * len(sample)).location.split("/")[2]
    page = importer.browser.get(f"/imports/{import_id}/columns").body
    assert page.count(" selected>") == len(sample)


def test_an_import_that_nobody_finishes_is_forgotten_after_a_week(importer: Importer) -> None:
    from datetime import timedelta  # noqa: PLC0415

    import_id = importer.check(a_list([a_line(1)]))

    importing.tidy(NOW + timedelta(days=8))

    assert files() == []
    assert importer.state(import_id) == "中止"
