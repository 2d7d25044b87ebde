"""One member at the console: everything held, evidence, stages, coordinator, organisation, corrections, the history."""

import re
from collections.abc import Mapping

import pytest

from madoguchi import wiring
from madoguchi.audit.store import entries
from madoguchi.events import usecases as events
from madoguchi.events.rules import EventDraft
from madoguchi.japan.time import Month
from madoguchi.members import changes, history, store, withdrawal
from madoguchi.web.access import Role
from staff.counter_app import app
from tests.support.gateway import Answered, Browser
from tests.support.members import NOW
from tests.support.people import ANSWERS, registered
from tests.support.press import Press, an_issue
from tests.support.staff import signed_in

PAGE = "/members/hana"
STUDENT = ANSWERS | {"occupation": "student"}


def do(browser: Browser, step: str, form: Mapping[str, str], page: str = PAGE) -> Answered:
    revision = re.search(r'name="revision" value="(\d+)"', browser.get(page).body)
    assert revision
    return browser.submit(page, f"{page}/{step}", {"revision": revision[1], **form})


def test_the_page_shows_every_answer_with_who_may_see_it_and_is_audited(desk: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ", consents=("terms",))
    page = desk.get(PAGE).body
    for words in ("髙橋", "053-000-0001", "1990年4月1日", "静岡県", "IT・デザイン・動画、企画・進行", "一般登録"):
        assert words in page
    assert "会員に公開" in page
    assert "運営のみ" in page
    (seen,) = (each for each in entries(Month(2026, 11)) if each.action == "see member")
    assert (seen.record, seen.actor) == ("members/hana", "sub-desk")


def test_a_step_that_fails_shows_the_member_and_is_audited_as_a_look(manager: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ")
    refused = manager.submit("/members", f"{PAGE}/stage", {"revision": "1", "stage": "nowhere"})
    assert refused.status == 422
    assert "髙橋" in refused.body
    assert [each.record for each in entries(Month(2026, 11)) if each.action == "see member"] == ["members/hana"]


def test_evidence_that_was_shown_gives_the_class_and_can_be_taken_back(desk: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ", answers=STUDENT)
    assert "学生証" in desk.get(PAGE).body
    unsaid = do(desk, "evidence", {"step": "shown", "class_id": "student"})
    assert unsaid.status == 422
    assert "何を見て確認したか" in unsaid.body

    done = do(desk, "evidence", {"step": "shown", "class_id": "student", "what": "学生証"})
    assert done.location == f"{PAGE}?done=shown"
    assert store.get("hana").class_id == "student"
    shown = desk.get(PAGE).body
    assert "確認した" in shown
    assert "佐藤 花子" in shown

    do(desk, "evidence", {"step": "undo", "class_id": "student"})
    assert store.get("hana").class_id == "everybody"


@pytest.mark.meets("D-012")
def test_a_supporter_becomes_an_actor_and_the_move_is_kept_and_counted(manager: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ", stage="supporter")
    without = do(manager, "stage", {"stage": "actor", "reason": ""})
    assert without.status == 422
    assert "理由を入力してください" in without.body

    do(manager, "stage", {"stage": "actor", "reason": "マルシェを企画したため"})
    assert store.get("hana").stage == "actor"
    page = manager.get(PAGE).body
    assert "段階：地域サポーターから地域アクターへ。理由：マルシェを企画したため" in page
    assert "鈴木 太郎" in page
    assert history.stage_moves(Month(2026, 11)) == {("supporter", "actor"): 1}
    assert f'href="{PAGE}"' in manager.get("/members?find=1&stage=actor").body
    assert f'href="{PAGE}"' not in manager.get("/members?find=1&stage=supporter").body


def test_nobody_jumps_to_a_stage_out_of_turn(manager: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ", stage="interested")
    jumped = do(manager, "stage", {"stage": "coordinator", "reason": "どうしても"})
    assert jumped.status == 422
    assert store.get("hana").stage == "interested"


@pytest.mark.meets("D-013", "D-015", "D-017")
@pytest.mark.parametrize("stage", ["interested", "supporter", "actor", "coordinator"])
def test_each_layer_is_shown_and_filtered(manager: Browser, stage: str) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ", stage=stage)
    registered("other", "山田 一", "ヤマダ ハジメ")
    found = manager.get(f"/members?find=1&stage={stage}").body
    assert f'href="{PAGE}"' in found
    assert 'href="/members/other"' not in found


@pytest.mark.meets("D-019")
def test_a_coordinator_gets_members_to_look_after(manager: Browser) -> None:
    registered("sato", "佐藤 環", "サトウ タマキ", stage="coordinator")
    registered("hana", "髙橋 はな", "タカハシ ハナ")
    assert "佐藤 環（中間支援コーディネーター）" in manager.get(PAGE).body

    do(manager, "coordinator", {"coordinator": "member/sato"})
    assert store.coordinated_by("member/sato") == ["hana"]
    listed = manager.get("/members/coordinators").body
    assert re.search(r"佐藤 環（中間支援コーディネーター）　1人.*髙橋 はな", listed, re.DOTALL)

    do(manager, "coordinator", {"coordinator": ""})
    assert store.coordinated_by("member/sato") == []
    assert do(manager, "coordinator", {"coordinator": "member/hana"}).status == 422


@pytest.mark.meets("D-018")
def test_an_actor_belongs_to_a_council(manager: Browser) -> None:
    council = registered(
        "council",
        "会長 一",
        "カイチョウ ハジメ",
        form_id="group",
        answers={"organisation_name": "北部まちづくり協議会"},
    )
    registered("hana", "髙橋 はな", "タカハシ ハナ", stage="actor")
    unknown = do(manager, "organisation", {"number": "9999-9999"})
    assert unknown.status == 422
    assert "その登録番号の団体・企業が見つかりません" in unknown.body
    person = registered("natsu", "鈴木 なつ", "スズキ ナツ")
    for typed in (person.number, "北部まちづくり", "すずき"):
        assert do(manager, "organisation", {"number": typed}).status == 422
    assert store.get("hana").organisation_id == ""

    do(manager, "organisation", {"number": council.number})
    assert "北部まちづくり協議会" in manager.get(PAGE).body
    assert "髙橋 はな" in manager.get("/members/council").body


def test_nobody_changes_a_member_who_is_leaving(manager: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ", answers=STUDENT)
    form = {
        "family_name": "山田", "given_name": "はな", "family_kana": "ヤマダ", "given_kana": "ハナ",
        "email": "hana@example.jp", "birth_date_year": "1990", "birth_date_month": "4", "birth_date_day": "1",
        **{key: value for key, value in ANSWERS.items() if key != "birth_date"},
    }  # fmt: skip
    withdrawal.withdraw("hana", withdrawal.Wish(), now=NOW)

    page = manager.get(PAGE).body
    assert "退会の手続き中" in page
    for step in ("edit", "merge", "evidence", "stage", "coordinator", "organisation"):
        assert f"{PAGE}/{step}" not in page
    refused = manager.submit("/members", f"{PAGE}/edit", {**form, "revision": "2"})
    assert refused.status == 409
    assert "退会の手続きを受け付けたため" in refused.body
    assert changes.history("hana") == []


def test_staff_are_told_whose_address_it_is_not(desk: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ")
    registered("natsu", "鈴木 なつ", "スズキ ナツ")
    typed = {
        "family_name": "髙橋", "given_name": "はな", "family_kana": "タカハシ", "given_kana": "ハナ",
        "email": "natsu@example.jp", "birth_date_year": "1990", "birth_date_month": "4", "birth_date_day": "1",
        **{key: value for key, value in ANSWERS.items() if key != "birth_date"}, "revision": "1",
    }  # fmt: skip
    refused = desk.submit(f"{PAGE}/edit", f"{PAGE}/edit", typed)
    assert refused.status == 409
    assert "すでに別の登録に使われています" in refused.body
    assert store.get("hana").email == "hana@example.jp"


def test_staff_correct_what_somebody_asked_for_and_it_stays_visible(desk: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ")
    typed = {
        "family_name": "山田", "given_name": "はな", "family_kana": "ヤマダ", "given_kana": "ハナ",
        "email": "hana@example.jp", "birth_date_year": "1990", "birth_date_month": "4", "birth_date_day": "1",
        **{key: value for key, value in ANSWERS.items() if key != "birth_date"}, "step": "check",
    }  # fmt: skip
    revision = re.search(r'name="revision" value="(\d+)"', desk.get(f"{PAGE}/edit").body)
    assert revision
    done = desk.submit(f"{PAGE}/edit", f"{PAGE}/edit", {**typed, "revision": revision[1]})
    assert done.location == f"{PAGE}?done=edited", done.body[-3000:]
    assert store.get("hana").name == "山田 はな"
    page = desk.get(PAGE).body
    assert "登録内容の変更：氏、フリガナ（セイ）" in page
    assert f'href="{PAGE}"' in desk.get("/members?q=やまだ").body
    assert f'href="{PAGE}"' not in desk.get("/members?q=たかはし").body

    late = desk.submit(f"{PAGE}/edit", f"{PAGE}/edit", {**typed, "revision": revision[1], "given_name": "花"})
    assert late.status == 409


def test_one_page_tells_of_registration_consents_events_newsletters_and_moves(manager: Browser) -> None:
    member = registered("hana", "髙橋 はな", "タカハシ ハナ", stage="interested", consents=("terms", "newsletter"))
    draft = EventDraft(
        "移住相談会", "相談をお受けします。", "会議室", NOW.replace(month=12), NOW.replace(month=12, hour=5), 20
    )
    event = events.publish(draft, nonce="1", by="staff-1", source="192.0.2.1", now=NOW)
    events.sign_up(event.event_id, member, nonce="2", now=NOW)
    do(manager, "stage", {"stage": "supporter", "reason": "受付を手伝ったため"})
    an_issue()
    press = Press()
    press.tick()
    press.work()
    wiring.use(clock=lambda: NOW)

    page = manager.get(PAGE).body
    for words in (
        "利用登録（人財登録）",
        "同意：",
        "申込み：移住相談会",
        "お知らせ「12月のお知らせ」：送信済み",
        "段階：地域関心・参加層から地域サポーターへ",
    ):
        assert words in page


@pytest.mark.meets("D-016")
@pytest.mark.usefixtures("platform")
def test_a_supporter_is_known_by_the_help_that_they_offer_and_how_often_they_came() -> None:
    member = registered("hana", "髙橋 はな", "タカハシ ハナ", stage="supporter")
    registered("ken", "山田 健", "ヤマダ ケン", answers=ANSWERS | {"help": ["place"]})
    for number, hour in enumerate((5, 6), start=1):
        draft = EventDraft(
            f"交流会{number}", "話します。", "会議室", NOW.replace(hour=hour), NOW.replace(hour=hour + 1), 20
        )
        event = events.publish(draft, nonce=str(number), by="staff-1", source="192.0.2.1", now=NOW)
        events.sign_up(event.event_id, member, nonce=str(number), now=NOW)
    wiring.use(clock=lambda: NOW.replace(hour=6, minute=30))
    manager = signed_in(app, Role.OPERATOR, now=NOW.replace(hour=6, minute=30))

    page = manager.get(PAGE).body
    assert "イベントの当日スタッフ、SNSなどでの情報発信" in page
    assert "1回（最初は2026年11月21日（土）" in page
    assert "参加：交流会1" in page
    assert "参加：交流会2" not in page
    found = manager.get("/members?find=1&fact_help=publicity").body
    assert f'href="{PAGE}"' in found
    assert 'href="/members/ken"' not in found


def test_what_the_desk_may_not_do_it_is_not_offered(desk: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ", stage="supporter")
    page = desk.get(PAGE).body
    assert "段階を変える" not in page
    assert "統合する" not in page
    assert do(desk, "stage", {"stage": "actor", "reason": "x"}).status == 403


def test_the_figures_follow_the_filters(desk: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ")
    registered("ken", "山田 健", "ヤマダ ケン", answers=ANSWERS | {"skills": ["care"], "motivation": "lead"})
    page = desk.get("/members/overview").body
    assert re.search(r"福祉・子育て支援</a></th>\s*<td[^>]*>\s*<span[^>]*>1人", page)
    assert re.search(r"IT・デザイン・動画</a></th>\s*<td[^>]*>\s*<span[^>]*>1人", page)
    assert re.search(r"自分で企画・実施したい</a></th>\s*<td[^>]*>\s*<span[^>]*>1人", page)
    assert "<svg" in page
    fewer = desk.get("/members/overview?find=1&fact_skills=care").body
    assert "IT・デザイン・動画</a>" not in fewer
