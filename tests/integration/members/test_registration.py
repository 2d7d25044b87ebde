"""Registration through the public app: form, mail, link, button."""

import re
from typing import Any

import pytest

from madoguchi.japan.time import Month
from madoguchi.members import rules, store
from madoguchi.settings import settings
from madoguchi.storage import client
from madoguchi.web.counter import Counter
from tests.support.applicant import Applicant
from tests.support.gateway import Browser
from tests.support.members import GOOD_FORM, NOW
from tests.support.post_office import Clock, PostOffice, link_in, queued


def everything_stored() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client("dynamodb").scan(TableName=settings().table("members"))["Items"]
    return items


def kinds_stored() -> list[str]:
    kinds = [(item["pk"]["S"].partition("#")[0], item["sk"]["S"].partition("#")[0]) for item in everything_stored()]
    return sorted(below if kind == "MEMBER" else kind for kind, below in kinds)


def test_the_form_ticks_nothing_and_says_what_for(browser: Browser) -> None:
    page = browser.get("/register").body
    assert " checked" not in page
    assert page.index("利用登録、予約の受付と連絡") < page.index("内容を確認する")


def test_the_confirmation_page_shows_what_will_be_stored(browser: Browser) -> None:
    page = browser.submit("/register", "/register", GOOD_FORM | {"step": "check", "email": "Ｈａｎａｋｏ＠example.jp"})
    assert page.status == 200
    assert all(words in page.body for words in ("ヤマダ", "Hanako@example.jp", "東京都", "企業などの従業員"))
    assert all(words in page.body for words in ("修正する", "登録する"))
    assert kinds_stored() == []


def test_going_back_to_mend_keeps_everything(browser: Browser) -> None:
    page = browser.submit("/register", "/register", GOOD_FORM | {"step": "edit", "newsletter": "yes"})
    assert page.status == 200
    assert all(f'value="{typed}"' in page.body for typed in ("山田", "やまだ", "hanako@example.jp"))
    assert re.search(r'value="13" selected', page.body)
    assert page.body.count(" checked") == 3


def test_errors_are_listed_with_links_and_everything_is_kept(browser: Browser) -> None:
    wrong = GOOD_FORM | {"step": "send", "email": "hanako", "family_kana": "山田", "terms": "", "newsletter": "yes"}
    page = browser.submit("/register", "/register", wrong)
    assert page.status == 422
    assert all(f'href="#{field}"' in page.body for field in ("email", "family_kana", "terms"))
    assert 'value="hanako"' in page.body
    assert page.body.count(" checked") == 2
    assert kinds_stored() == []


def test_a_person_becomes_a_member(applicant: Applicant, browser: Browser, post_office: PostOffice) -> None:
    sent = applicant.apply(newsletter="yes", family_name="\u3000髙﨑 ")
    assert (sent.status, sent.location) == (303, "/register/sent")
    (mail,) = post_office.deliver()
    assert mail.to == "hanako@example.jp"
    assert "髙﨑" not in mail.text + (mail.html or "")

    path = link_in(mail)
    assert "登録を完了する" in browser.get(path).body
    assert "MEMBER" not in kinds_stored()
    assert browser.submit(path, path, {}).location == "/me?done=registered"
    (welcome,) = post_office.deliver()

    member_id = store.id_of_address("HANAKO@EXAMPLE.JP")
    assert member_id
    member = store.get(member_id)
    assert (member.family_name, member.family_kana, member.class_id) == ("髙﨑", "ヤマダ", "outside")
    assert re.fullmatch(r"\d{4}-\d{4}", member.number)
    assert member.number in welcome.text
    assert "髙﨑 花子 様" in welcome.text
    own_page = browser.get("/me?done=registered").body
    assert all(words in own_page for words in (member.number, "県外勤務者", "利用登録が完了しました", "髙﨑"))
    assert [each.member_id for each in store.registrations(Month(2026, 11))] == [member_id]
    assert [each.member_id for each in store.subscribers()] == [member_id]


def test_each_consent_is_recorded_with_version_time_and_place(applicant: Applicant) -> None:
    applicant.register()
    member = store.get(store.id_of_address("hanako@example.jp") or "")
    terms, newsletter = member.consents["terms"], member.consents["newsletter"]
    assert (terms.given, terms.version, terms.at, terms.page) == (True, "2026-04-01", NOW, "/register")
    assert not newsletter.given
    assert len(terms.source) == 32
    assert "192.0.2.1" not in str(everything_stored())
    assert list(store.subscribers()) == []


def test_no_secret_is_kept_after_its_mail_has_left(applicant: Applicant) -> None:
    path = applicant.link()
    secret = rules.Link.read(path.rpartition("/")[2]).secret
    assert secret not in str(everything_stored())


def test_the_same_form_sent_twice_is_one_registration(browser: Browser, post_office: PostOffice) -> None:
    browser.get("/register")
    form = GOOD_FORM | {"step": "send", "nonce": "the-nonce", "csrf": csrf_of(browser)}
    assert [browser.post("/register", form).status for _ in range(2)] == [303, 303]
    assert kinds_stored() == ["PENDING", "WAITING"]
    assert len(post_office.deliver()) == 1


def test_a_corrected_form_with_the_same_nonce_is_another(browser: Browser, post_office: PostOffice) -> None:
    form = GOOD_FORM | {"step": "send", "nonce": "the-nonce", "csrf": csrf_of(browser)}
    for email in ("hanoko@example.jp", "hanako@example.jp"):
        browser.post("/register", form | {"email": email})
    assert [mail.to for mail in post_office.deliver()] == ["hanoko@example.jp", "hanako@example.jp"]


@pytest.mark.parametrize("again", ["HANAKO@example.jp", "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ"])
def test_a_second_registration_gets_a_friendly_mail_to_the_stored_address(
    applicant: Applicant, app: Counter, post_office: PostOffice, again: str
) -> None:
    applicant.register()
    stranger = Browser(app, source="192.0.2.9")
    sent = stranger.submit("/register", "/register", GOOD_FORM | {"step": "send", "email": again})
    assert (sent.status, sent.location) == (303, "/register/sent")
    (mail,) = post_office.deliver()
    assert mail.to == "hanako@example.jp"
    assert "すでに登録がお済みです" in mail.text
    assert "/register/" not in mail.text
    assert kinds_stored().count("PROFILE") == 1


def test_two_links_of_one_address_make_one_member(applicant: Applicant, app: Counter) -> None:
    first, second = applicant.link(), applicant.link(given_name="はなこ")
    assert applicant.browser.submit(first, first, {}).status == 303
    other = Browser(app)
    late = other.submit(second, second, {})
    assert late.status == 409
    assert "すでに利用登録されています" in late.body
    assert kinds_stored().count("PROFILE") == kinds_stored().count("EMAIL") == kinds_stored().count("NUMBER") == 1


def test_a_second_press_is_answered_kindly(applicant: Applicant, app: Counter) -> None:
    path = applicant.link()
    applicant.browser.submit(path, path, {})
    elsewhere = Browser(app)
    assert "登録は完了しています" in elsewhere.get(path).body
    again = elsewhere.post(path, {"csrf": csrf_of(elsewhere)})
    assert again.status == 409
    assert "サインイン" in again.body
    assert applicant.browser.get(path).location == "/me"


def test_an_old_link_is_refused_although_still_stored(applicant: Applicant, browser: Browser, clock: Clock) -> None:
    path = applicant.link()
    token = csrf_of(browser)
    clock.forward(hours=24)
    assert browser.get(path).status == 410
    assert browser.post(path, {"csrf": token}).status == 410
    assert "MEMBER" not in kinds_stored()


@pytest.mark.parametrize("token", ["x", "x" * 65, "../me"])
def test_an_invented_link_is_refused(browser: Browser, token: str) -> None:
    assert browser.get(f"/register/{token}").status in {404, 410}


def test_a_number_that_is_taken_is_drawn_again(applicant: Applicant, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(["1111-1111", "1111-1111", "2222-2222"])
    monkeypatch.setattr("madoguchi.members.usecases.draw_number", lambda: next(numbers))
    assert applicant.register() == "1111-1111"
    applicant.browser.cookies.clear()
    assert applicant.register(email="taro@example.jp") == "2222-2222"


def test_an_address_gets_few_mails_and_the_page_does_not_tell(applicant: Applicant, post_office: PostOffice) -> None:
    answers = [applicant.apply(given_name=f"花子{each}") for each in range(5)]
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/register/sent")}
    assert len(post_office.deliver()) == 3


def test_a_source_that_asks_too_often_is_told_to_wait(applicant: Applicant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.members.usecases.MOST_PER_SOURCE", 2)
    answers = [applicant.apply(email=f"person{each}@example.jp") for each in range(3)]
    assert [answer.status for answer in answers] == [303, 303, 429]


def test_a_posted_form_needs_its_token(browser: Browser) -> None:
    assert browser.post("/register", GOOD_FORM | {"step": "send"}).status == 403
    assert queued() == []


def csrf_of(browser: Browser) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get("/register").body)
    assert found
    return found[1]
