"""Staff change the questions of a form on pages: from a day on they are asked, kept, shown, exported and counted."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from madoguchi import wiring
from madoguchi.exchange import columns
from madoguchi.japan.time import Month
from madoguchi.members import store
from madoguchi.programme import overrides, question_drafts
from madoguchi.programme.definition import programme
from madoguchi.programme.questions import Field
from madoguchi.reports import usecases as reports
from madoguchi.web.access import Role
from monthly_rollup.handler import handler as roll_up
from staff.counter_app import app as console
from tests.support.applicant import Applicant
from tests.support.gateway import Answered, Browser
from tests.support.office import NOW, tokyo
from tests.support.post_office import Clock
from tests.support.staff import signed_in

KEY = "registration.forms.person.sections"
PAGE = f"/definition/questions?key={KEY}"
EDIT = "/definition/questions/edit"
CHECK = "/definition/questions/check"
TODAY, TOMORROW = date(2026, 11, 21), date(2026, 11, 22)
REVISION = re.compile(r'name="revision" value="(\d+)"')
TOPIC = {
    "question": "new",
    "kind": "radio",
    "label-ja": "相談したいこと",
    "label-en": "Your topic",
    "options-ja": "住まい\njob=仕事\n子育て",
    "options-en": "Housing\njob=Work\nChildcare",
    "purpose": "相談の担当者を決めるため",
    "counted": "yes",
    "seen_by": "staff",
    "retention": "profile",
    "section": "1",
}
PREFERENCE = TOPIC | {"label-ja": "希望の時間", "label-en": "", "options-ja": "朝\n夜", "options-en": ""}


@pytest.fixture(autouse=True)
def nothing_seen(clock: Clock) -> Iterator[None]:  # noqa: ARG001
    overrides.forget()
    yield
    overrides.forget()


def write(browser: Browser, form: dict[str, str]) -> Answered:
    """Send the page of one question."""
    return browser.submit(f"{EDIT}?key={KEY}&question={form['question']}", EDIT, {"key": KEY} | form)


def press(browser: Browser, action: str, question: str = "", **form: str) -> Answered:
    """Press a button of the list."""
    return browser.submit(PAGE, f"/definition/questions/{action}", {"key": KEY, "question": question} | form)


def check(browser: Browser, day: date = TOMORROW, **form: str) -> Answered:
    parts = {"from_year": str(day.year), "from_month": str(day.month), "from_day": str(day.day)}
    return browser.submit(PAGE, CHECK, {"key": KEY, "reason": "協議による", "step": "check"} | parts | form)


def put_into_force(browser: Browser, day: date = TOMORROW) -> Answered:
    """Look at the preview, then press the button."""
    preview = check(browser, day)
    assert preview.status == 200, preview.body
    (revision,) = REVISION.findall(preview.body)
    made = check(browser, day, step="make", revision=revision)
    overrides.forget()
    return made


def question(day: date, field_id: str, language: str = "ja") -> Field | None:
    return programme(day, language).registration.usual.field(field_id)


def staff_on(day: date, clock: Clock) -> Browser:
    clock.now = tokyo(day, 12)
    overrides.forget()
    return signed_in(console, Role.MANAGER, now=clock.now)


def ask_the_topic(manager: Browser) -> None:
    """From the draft over the preview into force; nothing is public before the last button."""
    assert write(manager, TOPIC).location == f"{PAGE}&done=kept"
    assert "加える：相談したいこと（1つ選ぶ" in manager.get(PAGE).body
    assert overrides.current() == ((), 0)
    preview = check(manager).body
    assert 'value="job"' in preview
    assert "<legend" in preview
    assert put_into_force(manager).location == "/definition?done=changed"


def registrations_of_november(table: str) -> dict[str, float]:
    """A table of the frozen month."""
    wiring.use(clock=lambda: tokyo(date(2026, 12, 2), 9))
    roll_up({"month": "2026-11"}, None)
    _, frozen = reports.month_report(str(Month(2026, 11)))
    return {each.item: each.value for each in frozen.figures if each.table == table}


@pytest.mark.meets("D-034", "A-048")
def test_a_new_question_is_asked_kept_shown_exported_and_counted_and_removed_again(
    manager: Browser, clock: Clock, applicant: Applicant
) -> None:
    ask_the_topic(manager)

    assert question(TODAY, "q1") is None
    assert "相談したいこと" not in applicant.browser.get("/register").body
    later = staff_on(TOMORROW, clock)
    assert "相談したいこと" in applicant.browser.get("/register").body
    asked = question(TOMORROW, "q1")
    assert asked
    assert [(each.value, each.label) for each in asked.options] == [("a1", "住まい"), ("job", "仕事"), ("a2", "子育て")]
    assert "Childcare" in applicant.browser.get("/register?lang=en").body
    applicant.browser.get("/register?lang=ja")
    number = applicant.register(q1="a2")

    member = store.get(store.of_number(number) or "")
    assert member.answers["q1"] == "a2"
    assert "子育て" in applicant.browser.get("/me/data").body
    assert "子育て" in later.get(f"/members/{member.member_id}").body
    (column,) = [each for each in columns.columns_of(member.form) if each.key == "q1"]
    assert (column.name, columns.cell_of(member, "q1")) == ("相談したいこと", "子育て")

    assert registrations_of_november("新規登録（相談したいこと別）").get("子育て") == 1

    wiring.use(clock=clock)
    december = staff_on(date(2026, 12, 3), clock)
    assert press(december, "remove", "q1").location == f"{PAGE}&done=removed"
    assert put_into_force(december, date(2026, 12, 3)).location == "/definition?done=changed"
    assert question(date(2026, 12, 3), "q1") is None
    body = december.get(f"/members/{member.member_id}").body
    assert "いまは聞いていない質問" in body
    assert "相談したいこと" in body
    assert "子育て" in body
    assert write(december, PREFERENCE).status == 303
    draft = question_drafts.find_draft(f"sub-{Role.MANAGER}", KEY, clock.now)
    assert "q2" in question_drafts.ids_ever(draft), "the id of a removed question is not given again"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("block-name", "登録した方の確認に使います"),
        ("block-email", "登録の確認と連絡、サインインに使います"),
        ("home_prefecture", "報告書の地域別の集計に使っています"),
        ("work_prefecture", "登録の区分「県外勤務者」を決める規則で使っています"),
        ("affiliation", "質問「大学・学校の名称」を出す条件に使っています"),
    ],
)
def test_what_the_programme_relies_on_says_why_and_stays(manager: Browser, name: str, why: str) -> None:
    page = manager.get(PAGE).body
    answer = press(manager, "remove", name)

    assert why in page
    assert "消せません：" in page
    assert answer.status == 409
    assert why in answer.body
    assert question_drafts.find_draft(f"sub-{Role.MANAGER}", KEY, NOW).expires_at is None


def test_an_answer_that_a_rule_names_stays(manager: Browser) -> None:
    form = TOPIC | {
        "question": "affiliation",
        "label-ja": "所属",
        "options-ja": "company=会社員\nother=その他",
        "options-en": "",
    }
    answer = write(manager, form)

    assert answer.status == 422
    assert "選択肢「student」は消せません" in answer.body
    assert "会社員" in answer.body


def test_a_question_is_changed_without_losing_what_its_page_does_not_show(manager: Browser) -> None:
    form = {
        "question": "university", "label-ja": "学校名", "label-en": "School", "purpose": "学生であることの確認",
        "required": "yes", "seen_by": "staff", "retention": "profile",
    }  # fmt: skip
    assert write(manager, form).location == f"{PAGE}&done=kept"
    put_into_force(manager)

    field = question(TOMORROW, "university")
    assert field
    assert (field.label, field.required, field.purpose) == ("学校名", True, "学生であることの確認")
    assert (field.when, field.autocomplete) == ({"affiliation": ["student"]}, "organization")
    assert (english := question(TOMORROW, "university", "en"))
    assert english.label == "School"
    history = manager.get("/definition").body
    assert "質問：大学・学校の名称→学校名" in history


def test_questions_move_within_a_section_across_sections_and_not_before_what_they_depend_on(manager: Browser) -> None:
    refused = press(manager, "move", "university", to="up")
    assert refused.status == 409
    assert "「どんな" not in refused.body
    assert "「大学・学校の名称」は、「所属の区分」の答えによって出すため" in refused.body

    press(manager, "move", "aim", to="up")
    press(manager, "move", "block-email", to="down")
    put_into_force(manager)

    sections = programme(TOMORROW).registration.usual.sections
    assert [each.id for each in sections[1].fields] == [
        "email", "affiliation", "university", "home_prefecture", "aim", "work_prefecture",
    ]  # fmt: skip
    assert "場所を変える：主な利用目的" in manager.get("/definition").body


def test_a_ready_block_may_begin_a_section_of_its_own_and_is_asked_once(manager: Browser) -> None:
    form = {
        "question": "new-block",
        "block": "address",
        "purpose": "資料の郵送",
        "section": "new",
        "title-ja": "ご住所",
    }
    assert "新しい見出しを入力してください" in write(manager, form | {"title-ja": ""}).body
    assert write(manager, form).status == 303
    assert "すでに聞いています" in write(manager, form).body
    put_into_force(manager)

    added = programme(TOMORROW).registration.usual.sections[-1]
    assert (added.title, [each.id for each in added.fields][:2]) == ("ご住所", ["postal_code", "prefecture"])


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"label-ja": " "}, "質問を入力してください"),
        ({"purpose": ""}, "目的のない質問は、置けません"),
        ({"kind": "robot"}, "答え方を選んでください"),
        ({"options-ja": "一つ"}, "2つ以上入力してください"),
        ({"options-ja": "a=甲\na=乙"}, "同じ記号の選択肢が2つあります"),
        ({"options-en": "x=Nowhere"}, "に当たる日本語の選択肢がありません"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    manager: Browser, change: dict[str, str], advice: str
) -> None:
    answer = write(manager, TOPIC | change)

    assert answer.status == 422
    assert advice in answer.body
    assert "Your topic" in answer.body
    assert question_drafts.find_draft(f"sub-{Role.MANAGER}", KEY, NOW).expires_at is None


def test_an_option_gets_a_value_that_none_had_before(manager: Browser, clock: Clock) -> None:
    write(manager, TOPIC | {"options-ja": "甲\n乙\n丙", "options-en": ""})
    put_into_force(manager)
    later = staff_on(date(2026, 11, 25), clock)
    write(later, TOPIC | {"question": "q1", "options-ja": "a1=甲\na2=乙", "options-en": ""})
    put_into_force(later, date(2026, 11, 25))
    last = staff_on(date(2026, 11, 26), clock)
    write(last, TOPIC | {"question": "q1", "options-ja": "a1=甲\na2=乙\n丁", "options-en": "", "has_other": "yes"})
    put_into_force(last, date(2026, 11, 26))

    field = question(date(2026, 11, 26), "q1")
    assert field
    assert [(each.value, each.other) for each in field.options] == [("a1", False), ("a2", False), ("a4", True)]


def test_drafts_of_two_people_are_their_own_and_the_second_does_not_overwrite_the_first(
    manager: Browser, clock: Clock
) -> None:
    other = question_drafts.find_draft("sub-other", KEY, NOW)
    write(manager, TOPIC)
    assert question_drafts.find_draft("sub-other", KEY, NOW) == other
    question_drafts.keep("sub-other", KEY, other, other.typed[:1], NOW)

    put_into_force(manager)

    stale = question_drafts.find_draft("sub-other", KEY, NOW)
    with pytest.raises(question_drafts.OutdatedDraftError):
        question_drafts.propose(KEY, stale, holds_from=TOMORROW, today=TODAY)
    assert "11月22日" in manager.get(PAGE).body, "a new draft goes on from what is settled"
    write(manager, PREFERENCE)
    assert check(manager, TODAY).status == 409
    put_into_force(manager, date(2026, 11, 23))
    assert {each.id for each in programme(date(2026, 11, 23)).registration.usual.fields} >= {"q1", "q2"}
    clock.now += question_drafts.LIVES
    assert question_drafts.find_draft("sub-other", KEY, clock.now).expires_at is None


def test_a_draft_is_thrown_away_and_a_change_undone(manager: Browser) -> None:
    write(manager, TOPIC)
    assert press(manager, "discard").location == f"{PAGE}&done=discarded"
    assert "まだ何も変えていません" in manager.get(PAGE).body

    write(manager, TOPIC)
    assert "変更の理由を" in check(manager, reason="").body
    assert "適用する日を、西暦の" in check(manager, from_day="31").body
    put_into_force(manager)
    assert question(TOMORROW, "q1")
    (made,) = overrides.history()
    manager.submit("/definition", f"/definition/{made.override_id}/undo", {})
    overrides.forget()
    assert question(TOMORROW, "q1") is None


def test_who_undoes_one_of_two_changes_is_told_that_the_other_holds(manager: Browser) -> None:
    write(manager, TOPIC)
    put_into_force(manager)
    (first,) = overrides.history()
    write(manager, PREFERENCE)
    put_into_force(manager, date(2026, 11, 23))

    answer = manager.submit("/definition", f"/definition/{first.override_id}/undo", {})

    assert "同じ項目にはほかの変更があり" in manager.get(answer.location).body
    overrides.forget()
    assert question(TOMORROW, "q1") is None
    assert question(date(2026, 11, 23), "q1")


def test_only_the_roles_of_the_key_change_questions(clock: Clock) -> None:  # noqa: ARG001
    operator = signed_in(console, Role.OPERATOR, now=NOW)

    assert operator.get(PAGE).status == 403
    assert write(operator, TOPIC).status == 403
    assert press(operator, "remove", "aim").status == 403
    assert operator.get("/definition/questions?key=office.closures").status == 404
    assert signed_in(console, Role.DESK, now=NOW).get(PAGE).status == 403


def test_the_settings_lead_to_the_questions_and_tell_them_in_short(manager: Browser) -> None:
    assert manager.get(f"/definition/change?key={KEY}").location == PAGE
    assert "お名前と連絡先：氏名、フリガナ、メールアドレス" in manager.get("/definition").body


def test_many_changes_of_a_long_form_fit_into_the_list(manager: Browser, clock: Clock) -> None:
    for number in range(12):
        write(manager, TOPIC | {"label-ja": f"質問{number}", "purpose": "試し" * 200})
        put_into_force(manager, TODAY + timedelta(days=number))
    clock.now += timedelta(days=1)

    assert len(overrides.current()[0]) == 12
