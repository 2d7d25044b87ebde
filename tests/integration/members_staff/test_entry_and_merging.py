"""Entering somebody by proxy, and making one of two registrations."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from madoguchi import wiring
from madoguchi.audit.store import entries
from madoguchi.events import usecases as events
from madoguchi.events.rules import EventDraft
from madoguchi.japan.time import Month
from madoguchi.members import history, search, store
from madoguchi.members.rules import Member, Origin
from madoguchi.programme.definition import programme
from madoguchi.storage import transaction
from tests.support.gateway import Answered, Browser
from tests.support.members import NOW
from tests.support.people import ANSWERS, registered
from tests.support.post_office import Clock, PostOffice

TYPED = {
    "family_name": "伊藤", "given_name": "ふみ", "family_kana": "いとう", "given_kana": "ふみ", "email": "",
    "birth_date_year": "1948", "birth_date_month": "4", "birth_date_day": "1",
    **{key: value for key, value in ANSWERS.items() if key != "birth_date"},
    "phone": "053-000-0009", "terms": "yes",
    "origin": "phone", "consented": "電話で高橋が読み上げて確認", "form": "person",
}  # fmt: skip


def enter(browser: Browser, **changed: str) -> Answered:
    return browser.submit("/members/new", "/members/new", {**TYPED, "step": "send", **changed})


@pytest.mark.meets("D-044")
def test_somebody_without_a_mail_address_is_entered_by_telephone(desk: Browser) -> None:
    checked = enter(desk, step="check")
    assert checked.status == 200
    assert "電話で高橋が読み上げて確認" in checked.body

    done = enter(desk)
    assert done.status == 303
    member_id = str(done.location).split("/")[2].partition("?")[0]
    member = store.get(member_id)
    assert (member.origin, member.registered_by, member.email) == (Origin.PHONE, "sub-desk", "")
    assert member.consents["terms"].source == "staff/sub-desk"
    page = desk.get(f"/members/{member_id}").body
    for words in ("電話（代理入力）", "佐藤 花子", "代理で入力。同意：電話で高橋が読み上げて確認"):
        assert words in page
    assert f'href="/members/{member_id}"' in desk.get("/members?q=いとう").body
    assert search.by_text(member.number) == [member_id]
    (entry,) = (each for each in entries(Month(2026, 11)) if each.action == "enter member")
    assert (entry.record, entry.reason) == (f"members/{member_id}", "phone")


@pytest.mark.parametrize(
    ("field", "advice"), [("origin", "申込みの受け方を選んで"), ("consented", "同意をどのように得たか")]
)
def test_an_entry_says_how_it_came_and_how_they_consented(desk: Browser, field: str, advice: str) -> None:
    refused = enter(desk, **{field: ""})
    assert refused.status == 422
    assert advice in refused.body


def test_an_entry_wants_the_consent_that_the_form_wants(desk: Browser) -> None:
    assert enter(desk, terms="").status == 422


def test_an_address_that_is_somebody_elses_is_told(desk: Browser) -> None:
    registered("hana", "髙橋 はな", "タカハシ ハナ")
    refused = enter(desk, email="HANA@example.jp")
    assert refused.status == 409
    assert "すでに別の登録に使われています" in refused.body
    assert "サインインしてください" not in refused.body


def test_an_entry_with_an_address_is_told_by_mail(desk: Browser, platform: object) -> None:
    post_office = PostOffice()
    wiring.use(clock=Clock(NOW), mailer=post_office)
    assert platform
    enter(desk, email="fumi@example.jp")
    (mail,) = post_office.deliver()
    assert mail.to == "fumi@example.jp"


def both() -> tuple[Member, Member]:
    kept = registered("kept", "髙橋 はな", "タカハシ ハナ", consents=("terms",))
    gone = registered(
        "gone", "高橋 ハナ", "タカハシ ハナ", consents=("terms", "interview"), answers=ANSWERS | {"motivation": "lead"}
    )
    return kept, gone


def merge(browser: Browser, **taken: str) -> Answered:
    page = f"/members/kept/merge?with={store.get('gone').number}"
    shown = browser.get(page).body
    seen = {name: re.search(rf'name="{name}" value="(\d+)"', shown) for name in ("revision", "gone_revision")}
    revisions = {name: found[1] for name, found in seen.items() if found}
    return browser.submit(page, "/members/kept/merge", {"gone": "gone", **revisions, **taken})


def test_who_may_be_the_same_person_is_suggested_and_compared(manager: Browser) -> None:
    _, gone = both()
    registered(
        "other", "高橋 はな", "タカハシ ハナ", answers=ANSWERS | {"birth_date": "2000-01-01", "phone": "053-000-0003"}
    )
    page = manager.get("/members/kept").body
    assert f"/members/kept/merge?with={gone.number}" in page
    assert "/members/other" not in page
    compared = manager.get(f"/members/kept/merge?with={gone.number}").body
    for words in ("活動を手伝いたい", "自分で企画・実施したい", "kept@example.jp", "gone@example.jp"):
        assert words in compared


def test_one_survives_with_the_chosen_answers_and_answers_to_both_numbers_and_addresses(manager: Browser) -> None:
    kept, gone = both()
    assert merge(manager, take_motivation="gone").location == "/members/kept?done=merged"

    one = store.get("kept")
    assert (one.name, one.answers["motivation"], one.email) == ("髙橋 はな", "lead", "kept@example.jp")
    assert one.consents_to("interview")
    for typed in (kept.number, gone.number, "kept@example.jp", "gone@example.jp", "たかはし"):
        assert search.by_text(typed) == ["kept"]
    stub = store.get("gone")
    assert (stub.name, stub.email, stub.answers, stub.merged_into) == ("", "", {}, "kept")
    assert manager.get("/members/gone").location == "/members/kept?done=was-merged"
    assert store.names_of(["gone"]) == {"gone": "髙橋 はな"}
    assert "高橋 ハナ" not in manager.get("/members?find=1").body
    assert [each.action for each in entries(Month(2026, 11))].count("merge members") == 1


def test_what_the_other_one_did_is_told_on_the_survivors_page(manager: Browser) -> None:
    both()
    draft = EventDraft("交流会", "話します。", "会議室", NOW.replace(hour=5), NOW.replace(hour=6), 20)
    event = events.publish(draft, nonce="1", by="staff-1", source="192.0.2.1", now=NOW)
    events.sign_up(event.event_id, store.get("gone"), nonce="2", now=NOW)
    merge(manager)
    page = manager.get("/members/kept").body
    assert "申込み：交流会" in page
    assert "の登録と統合" in page
    assert "髙橋 はな" in manager.get(f"/events/{event.event_id}").body


def test_an_undone_merge_leaves_both_as_they_were(manager: Browser) -> None:
    kept, gone = both()
    merge(manager, take_motivation="gone", take_email="gone", take_given_name="gone")
    assert store.get("kept").email == "gone@example.jp"

    undone = manager.submit("/members/kept", "/members/kept/unmerge", {"gone": "gone"})
    assert undone.location == "/members/kept?done=unmerged"
    for was in (kept, gone):
        now = store.get(was.member_id)
        assert replace(now, revision=was.revision, ends_on=was.ends_on) == was
        assert search.by_text(was.number) == search.by_text(was.email) == [was.member_id]
    assert sorted(search.by_text("たかはし")) == ["gone", "kept"]
    assert store.elsewhere("kept") == []
    assert store.absorbed("kept") == []


def test_a_second_press_leads_on(manager: Browser) -> None:
    both()
    merge(manager)
    again = manager.submit("/members", "/members/kept/merge", {"gone": "gone"})
    assert again.status == 422
    assert "統合できるのは、登録中の、別々の二つの登録です" in again.body
    assert 'href="/members/kept"' in again.body


def test_what_a_merge_notes_of_the_other_one_goes_with_them(manager: Browser) -> None:
    _, gone = both()
    merge(manager)
    manager.submit("/members/kept", "/members/kept/unmerge", {"gone": "gone"})
    assert f"登録番号 {gone.number} の登録との統合を取消し" in manager.get("/members/kept").body
    assert gone.number not in str([step.details for step in history.steps("kept")])

    with transaction() as t:
        store.remove(t, store.get("gone"))
    assert "退会した方の登録との統合を取消し" in manager.get("/members/kept").body


def test_undoing_the_later_of_two_merges_leaves_the_earlier_one(manager: Browser) -> None:
    _, gone = both()
    merge(manager)
    later = registered("later", "高橋 華", "タカハシ ハナ")
    page = f"/members/kept/merge?with={later.number}"
    seen = {"revision": str(store.get("kept").revision), "gone_revision": str(later.revision)}
    manager.submit(page, "/members/kept/merge", {"gone": "later", **seen})

    manager.submit("/members/kept", "/members/kept/unmerge", {"gone": "later"})
    assert sorted(store.elsewhere("kept")) == [f"EMAIL#{gone.email}", f"NUMBER#{gone.number}"]
    assert search.by_text(later.email) == search.by_text(later.number) == ["later"]


def test_after_thirty_days_or_a_change_a_merge_stays(manager: Browser) -> None:
    both()
    merge(manager)
    page = manager.get("/members/kept").body
    assert "元に戻せます" in page
    wiring.use(clock=lambda: NOW + timedelta(minutes=1))
    changed = manager.submit(
        "/members/kept", "/members/kept/stage", {"revision": "2", "stage": "interested", "reason": "x"}
    )
    assert changed.status == 303
    late = manager.submit("/members/kept", "/members/kept/unmerge", {"gone": "gone"})
    assert late.status == 409
    assert "元に戻せません" in late.body


def test_a_page_that_is_out_of_date_merges_nothing(manager: Browser) -> None:
    _, gone = both()
    page = f"/members/kept/merge?with={gone.number}"
    late = manager.submit(page, "/members/kept/merge", {"gone": "gone", "revision": "7", "gone_revision": "1"})
    assert late.status == 409
    assert store.get("gone").status == "active"


def test_nobody_is_merged_with_themselves(manager: Browser) -> None:
    kept, _ = both()
    assert manager.get(f"/members/kept/merge?with={kept.number}").status == 422
    assert programme().module_on("events")
