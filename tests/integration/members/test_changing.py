"""A member changes what is held about them: answers, consents, the address; and sees everything."""

import json
import re
from urllib.parse import unquote

import pytest

from madoguchi.members import addresses, changes, store
from madoguchi.members.changes import Wanted
from madoguchi.members.rules import ACTIVE, Member, Place
from madoguchi.office.rules import Booker
from madoguchi.office.rules import Wish as Booking
from madoguchi.office.usecases import book
from madoguchi.settings import settings
from madoguchi.storage import client
from madoguchi.web.counter import Counter
from tests.support.applicant import Applicant
from tests.support.events import an_event
from tests.support.gateway import Answered, Browser
from tests.support.members import GOOD_FORM, NOW
from tests.support.office import TUESDAY, a_slot
from tests.support.post_office import LINK, Clock, PostOffice

FORM = {name: value for name, value in GOOD_FORM.items() if name not in {"email", "terms"}}
OLD, NEW = "hanako@example.jp", "hanako.new@example.jp"


@pytest.fixture
def member_id(applicant: Applicant) -> str:
    """A member who is signed in in `browser`."""
    applicant.register()
    found = store.id_of_address(OLD)
    assert found
    return found


def change(browser: Browser, revision: int = 1, **changed: str) -> Answered:
    return browser.submit("/me/change", "/me/change", FORM | {"step": "send", "revision": str(revision)} | changed)


def links(post_office: PostOffice) -> dict[str, str]:
    """The links that were mailed, by address."""
    found = {}
    for mail in post_office.deliver():
        link = LINK.search(mail.text)
        if link and link[1].startswith("/address/"):
            found[mail.to] = link[1]
    return found


def ask_for(browser: Browser, post_office: PostOffice, email: str = NEW) -> dict[str, str]:
    asked = browser.submit("/me/address", "/me/address", {"email": email})
    assert asked.location == "/me/address?done=asked", asked.body
    return links(post_office)


def press(browser: Browser, path: str, choice: str = "agree") -> Answered:
    return browser.submit(path, path, {"choice": choice})


@pytest.mark.usefixtures("member_id")
class TestAnswers:
    def test_the_form_is_filled_in_and_asks_neither_address_nor_consent(self, browser: Browser) -> None:
        page = browser.get("/me/change").body
        assert all(f'value="{value}"' in page for value in ("山田", "ヤマダ"))
        assert 'value="13" selected' in page
        assert 'name="email"' not in page
        assert 'id="terms"' not in page

    def test_the_confirmation_page_changes_nothing_yet(self, browser: Browser, member_id: str) -> None:
        check = change(browser, step="check", family_name="例示")
        assert check.status == 200
        assert "変更する" in check.body
        assert store.get(member_id).family_name == "山田"
        assert 'value="例示"' in change(browser, step="edit", family_name="例示").body

    def test_mistakes_are_listed_and_everything_is_kept(self, browser: Browser, member_id: str) -> None:
        wrong = change(browser, family_kana="山田", given_name="はな")
        assert wrong.status == 422
        assert 'href="#family_kana"' in wrong.body
        assert 'value="はな"' in wrong.body
        assert store.get(member_id).revision == 1

    def test_a_change_moves_the_class_and_is_told_without_values(
        self, browser: Browser, member_id: str, post_office: PostOffice
    ) -> None:
        done = change(browser, family_name="例示", work_prefecture="35")
        assert done.location == "/me?done=changed"
        member = store.get(member_id)
        assert (member.family_name, member.class_id, member.revision) == ("例示", "inside", 2)
        (mail,) = post_office.deliver()
        assert mail.to == OLD
        assert "・氏\n" in mail.text
        assert "お勤め先（通学先）の都道府県" in mail.text
        assert "例示 花子" not in mail.text.partition("様")[2]
        assert "東京都" not in mail.text

    def test_what_it_was_before_is_kept_with_who_and_when(self, browser: Browser, member_id: str) -> None:
        change(browser, aim="daily")
        (correction,) = changes.history(member_id)
        assert (correction.at, correction.by, correction.fields) == (NOW, member_id, ("aim",))
        assert correction.before == {"aim": "two_bases"}
        page = browser.get("/me/data").body
        assert "前の内容：二地域居住でのテレワーク" in page

    def test_a_second_device_with_an_old_form_is_refused_and_keeps_what_was_typed(
        self, browser: Browser, member_id: str, app: Counter
    ) -> None:
        other = Browser(app, cookies=dict(browser.cookies))
        stale = {"revision": re.findall(r'name="revision" value="(\d+)"', other.get("/me/change").body)[0]}
        change(browser, family_name="例示")
        late = change(other, int(stale["revision"]), given_name="はな")
        assert late.status == 409
        assert 'value="はな"' in late.body
        assert "例示" in late.body
        assert 'name="revision" value="2"' in late.body
        assert store.get(member_id).given_name == "花子"
        assert change(other, 2, given_name="はな").status == 303

    @pytest.mark.parametrize("page", ["/me/change", "/me/consents"])
    def test_a_revision_that_never_was_is_an_old_one(self, browser: Browser, member_id: str, page: str) -> None:
        forged = FORM | {"step": "send", "given_name": "はな", "newsletter": "yes", "revision": "9" * 5000}
        assert browser.submit(page, page, forged).status == 409
        assert store.get(member_id).revision == 1

    def test_a_double_press_is_one_change(self, browser: Browser, member_id: str, post_office: PostOffice) -> None:
        assert [change(browser, given_name="はな").location for _ in range(2)] == ["/me?done=changed"] * 2
        assert len(changes.history(member_id)) == 1
        assert len(post_office.deliver()) == 1

    def test_sending_it_unchanged_writes_nothing(self, browser: Browser, member_id: str) -> None:
        assert change(browser).status == 303
        assert store.get(member_id).revision == 1

    def test_a_change_by_staff_names_nobody_in_the_mail(self, member_id: str, post_office: PostOffice) -> None:
        old = store.get(member_id)
        wanted = Wanted({**old.all_answers, "aim": "daily"})
        changes.change(member_id, wanted, revision=1, by="staff-1", place=Place("/members", "hash"), now=NOW)
        (mail,) = post_office.deliver()
        assert "変更した人：運営事務局" in mail.text


@pytest.mark.usefixtures("member_id")
class TestConsents:
    def test_every_optional_consent_can_be_given_and_taken_back(self, browser: Browser, member_id: str) -> None:
        page = browser.get("/me/consents").body
        assert all(f'id="{each}"' in page for each in ("newsletter", "interview"))
        assert 'id="terms"' not in page
        form = {"revision": "1", "newsletter": "yes", "interview": "yes"}
        assert browser.submit("/me/consents", "/me/consents", form).location == "/me?done=consents"
        member = store.get(member_id)
        assert (member.consents_to("newsletter"), member.consents_to("interview")) == (True, True)
        assert [each.member_id for each in store.subscribers()] == [member_id]
        browser.submit("/me/consents", "/me/consents", {"revision": "2", "interview": "yes"})
        assert list(store.subscribers()) == []
        words = [
            (each.given, each.page) for each in store.get(member_id).consent_history if each.consent_id == "newsletter"
        ]
        assert words == [(False, "/register"), (True, "/me/consents"), (False, "/me/consents")]

    def test_an_old_form_is_refused(self, browser: Browser, member_id: str) -> None:
        change(browser, aim="daily")
        late = browser.submit("/me/consents", "/me/consents", {"revision": "1", "newsletter": "yes"})
        assert late.status == 409
        assert not store.get(member_id).consents_to("newsletter")


@pytest.mark.usefixtures("member_id")
class TestAddress:
    def test_it_changes_when_both_mailboxes_agreed(
        self, browser: Browser, app: Counter, member_id: str, post_office: PostOffice
    ) -> None:
        mailed = ask_for(browser, post_office)
        assert set(mailed) == {OLD, NEW}
        assert "取り消す" not in browser.get(mailed[NEW]).body
        assert "変更を取り消す" in browser.get(mailed[OLD]).body
        assert "もう一方のメールアドレスでも" in press(Browser(app), mailed[NEW]).body
        assert store.get(member_id).email == OLD
        assert "済み" in browser.get("/me/address").body
        assert "新しいメールアドレスにご連絡します" in press(Browser(app), mailed[OLD]).body
        member = store.get(member_id)
        assert member.email == NEW
        assert (store.id_of_address(NEW), store.id_of_address(OLD)) == (member_id, None)
        (told,) = post_office.deliver()
        assert (told.to, "・メールアドレス" in told.text) == (NEW, True)
        assert [Browser(app).get(path).status for path in mailed.values()] == [410, 410]

    def test_one_mailbox_alone_changes_nothing_however_often(
        self, browser: Browser, app: Counter, member_id: str, post_office: PostOffice
    ) -> None:
        mailed = ask_for(browser, post_office)
        for _ in range(3):
            press(Browser(app), mailed[NEW])
        assert store.get(member_id).email == OLD

    def test_the_address_so_far_stops_it(
        self, browser: Browser, app: Counter, member_id: str, post_office: PostOffice
    ) -> None:
        mailed = ask_for(browser, post_office)
        press(Browser(app), mailed[NEW])
        assert "変更を取り消しました" in press(Browser(app), mailed[OLD], "stop").body
        assert Browser(app).get(mailed[NEW]).status == 410
        assert store.get(member_id).email == OLD
        assert NEW not in everything()

    def test_the_new_address_cannot_stop_or_pose_as_the_old_one(
        self, browser: Browser, app: Counter, member_id: str, post_office: PostOffice
    ) -> None:
        mailed = ask_for(browser, post_office)
        press(Browser(app), mailed[NEW], "stop")
        assert addresses.waiting(member_id, NOW)
        assert store.get(member_id).email == OLD

    def test_the_member_stops_it_on_the_page(self, browser: Browser, post_office: PostOffice) -> None:
        mailed = ask_for(browser, post_office)
        assert browser.submit("/me/address", "/me/address", {"choice": "stop"}).location == "/me/address?done=stopped"
        assert browser.get(mailed[OLD]).status == 410

    def test_both_presses_at_once_change_it_once(
        self, browser: Browser, member_id: str, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mailed = ask_for(browser, post_office)
        tokens = {email: path.rpartition("/")[2] for email, path in mailed.items()}
        before, real = addresses._both(member_id), addresses._both
        assert addresses.agree(tokens[NEW], NOW) is False
        # The other button was pressed when nobody had agreed yet, as far as it saw.
        seen = [before, before]
        monkeypatch.setattr(addresses, "_both", lambda each: seen.pop() if seen else real(each))
        assert addresses.agree(tokens[OLD], NOW) is True
        assert store.get(member_id).email == NEW

    def test_an_address_that_became_anothers_in_between_is_refused(
        self, browser: Browser, app: Counter, member_id: str, post_office: PostOffice
    ) -> None:
        mailed = ask_for(browser, post_office)
        press(Browser(app), mailed[NEW])
        Applicant(Browser(app), post_office).register(email=NEW, given_name="次郎")
        refused = press(Browser(app), mailed[OLD])
        assert refused.status == 409
        assert "すでに利用登録されています" in refused.body
        assert store.get(member_id).email == OLD

    def test_whose_address_it_is_is_told_to_that_mailbox_only(
        self, browser: Browser, app: Counter, post_office: PostOffice
    ) -> None:
        Applicant(Browser(app), post_office).register(email=NEW, given_name="次郎")
        mailed = ask_for(browser, post_office)
        assert set(mailed) == {OLD}
        assert "別の登録で使われている" in next(mail.text for mail in post_office.sent[-2:] if mail.to == NEW)

    def test_a_link_is_too_old_after_a_day(
        self, browser: Browser, app: Counter, post_office: PostOffice, clock: Clock
    ) -> None:
        mailed = ask_for(browser, post_office)
        token = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/me/address").body)[0]
        clock.forward(hours=24)
        assert Browser(app).get(mailed[NEW]).status == 410
        assert browser.post(mailed[OLD], {"csrf": token, "choice": "agree"}).status == 410

    def test_a_later_wish_replaces_an_earlier_one(
        self, browser: Browser, app: Counter, post_office: PostOffice
    ) -> None:
        first = ask_for(browser, post_office)
        ask_for(browser, post_office, "another@example.jp")
        assert [Browser(app).get(path).status for path in first.values()] == [410, 410]

    @pytest.mark.parametrize("token", ["x", "x" * 59, "member-1" + "x" * 43])
    def test_an_invented_link_is_refused(self, browser: Browser, token: str) -> None:
        assert browser.get(f"/address/{token}").status == 410

    def test_another_members_link_does_nothing_for_me(
        self, browser: Browser, member_id: str, post_office: PostOffice
    ) -> None:
        mailed = ask_for(browser, post_office)
        secret = mailed[NEW].removeprefix(f"/address/{member_id}")
        assert browser.get(f"/address/somebody-else-12{secret}").status == 410

    @pytest.mark.parametrize(
        ("typed", "said"), [("hanako", "@とその後ろも必要です"), (OLD, "と同じです"), ("", "必要です")]
    )
    def test_a_mistake_is_explained(self, browser: Browser, typed: str, said: str) -> None:
        wrong = browser.submit("/me/address", "/me/address", {"email": typed})
        assert wrong.status == 422
        assert said in wrong.body

    def test_no_mailbox_is_flooded(self, browser: Browser, post_office: PostOffice) -> None:
        answers = [browser.submit("/me/address", "/me/address", {"email": NEW}).status for _ in range(4)]
        assert answers == [303, 303, 303, 429]
        assert len(post_office.deliver()) == 2


class TestEverything:
    def test_the_page_and_the_file_hold_everything(self, browser: Browser, member_id: str, clock: Clock) -> None:
        clock.forward(days=1)
        change(browser, aim="daily")
        page = browser.get("/me/data").body
        member = store.get(member_id)
        for words in (
            "山田",
            "ヤマダ",
            OLD,
            member.number,
            "県外勤務者",
            "お勤め先（通学先）の都道府県",
            "2026-04-01版",
            "サインイン",
        ):
            assert words in page
        file = browser.get("/me/data/download")
        assert file.headers["Content-Type"] == "application/json"
        held = json.loads(file.body)
        typed = {name: value for name, value in GOOD_FORM.items() if name != "terms"}
        assert held["answers"] == typed | {"family_kana": "ヤマダ", "aim": "daily"}
        assert held["corrections"][0]["before"] == {"aim": "two_bases"}
        assert {each["consent"] for each in held["consents"]} == {"terms", "newsletter", "interview"}
        assert "madoguchi-2026-11-22.json" in unquote(file.headers["Content-Disposition"])

    def test_what_the_member_used_stands_there(self, browser: Browser, member_id: str) -> None:
        number = store.get(member_id).number
        booker = Booker(member_id, number, "outside", "13", {})
        book(Booking("personal", a_slot(day=TUESDAY)), booker=booker, nonce="nonce", at=NOW)
        event_id = an_event().event_id
        browser.submit(f"/events/{event_id}/sign-up", f"/events/{event_id}/sign-up", {})
        page = browser.get("/me/data").body
        assert "予約：パーソナルデスク" in page
        assert "申込み：" in page
        kinds = {each["kind"] for each in json.loads(browser.get("/me/data/download").body)["history"]}
        assert {"booking", "event", "registration", "consent"} <= kinds

    def test_nobody_else_sees_it(self, app: Counter, member_id: str) -> None:  # noqa: ARG002
        for path in ("/me/data", "/me/data/download", "/me/card", "/me/change", "/me/consents", "/me/address"):
            assert Browser(app).get(path).location.startswith("/sign-in?next=")

    def test_signing_out_everywhere_ends_every_session(
        self, browser: Browser, app: Counter, member_id: str, post_office: PostOffice
    ) -> None:
        other = Browser(app)
        other.submit("/sign-in", "/sign-in", {"email": OLD})
        path = LINK.search(post_office.deliver()[0].text)
        assert path
        other.submit(path[1], path[1], {})
        assert other.get("/me").status == 200
        assert browser.submit("/me", "/me/sign-out", {}).location == "/sign-in"
        assert [each.get("/me").status for each in (browser, other)] == [303, 303]
        assert "SESSION" not in {item["pk"]["S"].partition("#")[0] for item in items()}
        assert store.get(member_id).status == ACTIVE


class TestCard:
    def test_the_card_shows_the_number_and_a_code_with_nothing_else(self, browser: Browser, member_id: str) -> None:
        from madoguchi.web.qr import qr_of  # noqa: PLC0415

        page = browser.get("/me/card").body
        member: Member = store.get(member_id)
        assert member.number in page
        assert f'd="{qr_of(member.number).path}"' in page
        assert "<script" not in page.partition("<main")[2]


def items() -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = client("dynamodb").scan(TableName=settings().table("members"))["Items"]
    return found


def everything() -> str:
    return str(items())
