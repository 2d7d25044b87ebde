"""Registration by each form of a definition: several forms, languages, sources, light, minors, consents."""

import pytest

from madoguchi.events import store as events
from madoguchi.japan.time import tokyo_day
from madoguchi.members import store
from madoguchi.members.rules import Member
from madoguchi.programme import overrides
from madoguchi.programme.definition import Programme
from madoguchi.programme.overrides import Held, Override
from madoguchi.web.counter import Counter
from tests.support.applicant import Applicant
from tests.support.events import an_event
from tests.support.gateway import Browser
from tests.support.members import NOW
from tests.support.platform import CHILD, COMPANY, PERSON, Newcomer
from tests.support.post_office import PostOffice


@pytest.fixture
def newcomer(platform: Programme, browser: Browser, post_office: PostOffice) -> Newcomer:  # noqa: ARG001
    return Newcomer(browser, post_office)


def member_with(email: str) -> Member:
    found = store.id_of_address(email)
    assert found
    return store.get(found)


def test_the_page_lists_the_forms_when_there_are_several(newcomer: Newcomer) -> None:
    page = newcomer.browser.get("/register").body
    assert all(f'href="/register?form={each}"' in page for each in ("person", "light", "group", "company"))
    assert "人財登録" in page
    assert "企業・事業者の登録" in page


def test_a_form_that_there_is_not_leads_to_the_choice(newcomer: Newcomer) -> None:
    assert "登録の種類を選んでください" in newcomer.browser.get("/register?form=invented").body


@pytest.mark.meets("D-003")
def test_people_groups_and_businesses_register(newcomer: Newcomer, app: Counter) -> None:
    newcomer.register("person", PERSON)
    group = {**COMPANY, "organisation_name": "湖あい野鳥の会", "email": "group@example.jp", "activity": "観察会"}
    for form_id, values in (("group", group), ("company", COMPANY)):
        Newcomer(Browser(app), newcomer.post_office).register(form_id, values)
    kinds = {email: member_with(email) for email in ("mirai@example.jp", "group@example.jp", "company@example.jp")}
    assert [each.form_id for each in kinds.values()] == ["person", "group", "company"]
    assert [each.form.subject for each in kinds.values()] == ["person", "organisation", "organisation"]
    assert kinds["company@example.jp"].answers["organisation_name"] == "株式会社みずうみ製作所"


@pytest.mark.meets("D-001")
def test_the_switch_changes_every_word_and_stays(newcomer: Newcomer) -> None:
    browser = newcomer.browser
    english = browser.get("/register?form=person&lang=en").body
    assert '<html lang="en"' in english
    assert all(words in english for words in ("Family name", "Next", "Umiai People Bank", "Sign in", "Contact"))
    easy = browser.get("/register?form=person&lang=easy").body
    assert '<html lang="ja"' in easy
    assert all(words in easy for words in ("みょうじ", "やさしい日本語", "つぎへ"))
    wrong = browser.submit("/register?form=person", "/register?form=person", {"step": "next", "section": "0"})
    assert wrong.status == 422
    assert "みょうじを 書いてください" in wrong.body
    assert "もういちど 見てください" in wrong.body
    child = PERSON | {"birth_date_year": "2010"}
    refused = newcomer.post("person", "send", **child)
    assert all(f'href="#{field}"' in refused.body for field in ("guardian_name", "guardian_phone"))
    path = newcomer.link("person", PERSON | CHILD | {"guardian": "yes", "lang": "easy"})
    assert "とうろくを おわらせるには" in newcomer.post_office.sent[-1].text
    assert "とうろくを おわらせる" in browser.get(path).body
    browser.submit(path, path, {})
    member = member_with("mirai@example.jp")
    assert (member.language, member.answers["guardian_name"]) == ("easy", "湖東 母")
    assert member.consents["guardian"].given


def test_nobody_below_18_registers_without_a_guardian(newcomer: Newcomer) -> None:
    refused = newcomer.post("person", "send", **(PERSON | CHILD))
    assert refused.status == 422
    assert 'href="#guardian"' in refused.body
    assert newcomer.post_office.deliver() == []


def test_a_grown_up_is_not_asked_for_a_guardian(newcomer: Newcomer) -> None:
    newcomer.register("person", PERSON)
    member = member_with("mirai@example.jp")
    assert "guardian" not in member.consents
    assert "guardian_name" not in member.answers


@pytest.mark.meets("D-014")
def test_an_address_is_enough_for_a_light_registration_and_for_events(newcomer: Newcomer) -> None:
    newcomer.register("light", {"email": "light@example.jp", "terms": "yes"})
    member = member_with("light@example.jp")
    assert (member.name, dict(member.answers), member.stage) == ("", {}, "interested")
    page = newcomer.browser.get("/me?done=registered")
    assert page.status == 200
    assert member.number in page.body
    event_id = an_event().event_id
    path = f"/events/{event_id}/sign-up"
    assert newcomer.browser.submit(path, path, {}).status == 303
    assert [each.member_id for each in events.sign_ups_of(event_id)] == [member.member_id]


def test_a_light_registration_is_completed_later(newcomer: Newcomer) -> None:
    newcomer.register("light", {"email": "mirai@example.jp", "terms": "yes"})
    page = "/me/change?form=person"
    assert f'href="{page}"' in newcomer.browser.get("/me").body
    asked = newcomer.browser.get(page).body
    assert 'name="email"' not in asked
    assert 'id="terms"' not in asked
    form = {name: value for name, value in PERSON.items() if name != "email"}
    child = newcomer.browser.submit(page, page, form | CHILD | {"step": "send", "revision": "1"})
    assert 'href="#guardian"' in child.body
    done = newcomer.browser.submit(page, page, form | {"step": "send", "revision": "1", "profile": "yes"})
    assert done.location == "/me?done=changed"
    member = member_with("mirai@example.jp")
    assert (member.form_id, member.name, member.consents_to("profile")) == ("person", "湖東 みらい", True)
    assert newcomer.browser.get("/me/change?form=company").status == 404


@pytest.mark.meets("D-047")
def test_who_must_show_something_for_a_class_is_told_what(newcomer: Newcomer) -> None:
    newcomer.register("person", PERSON | {"occupation": "student"})
    page = newcomer.browser.get("/me").body
    assert "「学生登録」になるには" in page
    assert "学生証、在学証明書" in page


def test_who_need_show_nothing_is_told_nothing(newcomer: Newcomer) -> None:
    newcomer.register("person", PERSON)
    assert "になるには" not in newcomer.browser.get("/me").body


def test_what_one_gains_stands_above_the_form_and_staff_can_change_it(platform: Programme, newcomer: Newcomer) -> None:
    page = newcomer.browser.get("/register?form=person").body
    lead = platform.registration.forms[0].lead
    assert lead in page
    assert page.index(lead) < page.index('name="family_name"')
    key, text = "registration.forms.person.lead", "登録すると、活動の場と仲間が見つかります。"
    assert key in {each.key for each in platform.overridable}
    today = tokyo_day(NOW)
    change = Override("change-1", key, text, lead, today, "案内を分かりやすくする", "staff-1", NOW)
    overrides.add(change, Held("change-1", key, text, text, today), revision=0)
    overrides.forget()
    changed = newcomer.browser.get("/register?form=person").body
    assert changed.index(text) < changed.index('name="family_name"')
    assert lead not in changed


def test_the_scheme_and_the_purpose_stand_on_the_form(platform: Programme, newcomer: Newcomer) -> None:
    page = newcomer.browser.get("/register?form=company").body
    assert platform.members.scheme in page
    assert platform.registration.form("company").purpose in page
    assert 'href="/privacy"' in page


def test_where_somebody_came_from_is_kept_until_they_register(applicant: Applicant) -> None:
    applicant.browser.get("/register?from=poster")
    applicant.browser.get("/register?from=somewhere-unknown")
    applicant.register()
    assert member_with("hanako@example.jp").source == "poster"
    applicant.browser.submit("/me", "/sign-out", {})
    applicant.register(email="taro@example.jp")
    assert member_with("taro@example.jp").source == ""


def test_a_source_that_is_not_known_is_not_kept(applicant: Applicant) -> None:
    applicant.browser.get("/register?from=<script>")
    applicant.register()
    assert member_with("hanako@example.jp").source == ""


def test_each_consent_is_stored_with_its_text_version_and_place(newcomer: Newcomer) -> None:
    newcomer.register("person", PERSON | {"newsletter": "yes"})
    words = member_with("mirai@example.jp").consents
    assert {name: each.given for name, each in words.items()} == {
        "terms": True, "profile": False, "newsletter": True, "interview": False,
    }  # fmt: skip
    assert {(each.version, each.page, each.at, len(each.source)) for each in words.values()} == {
        ("2026-06-01", "/register", NOW, 32)
    }
