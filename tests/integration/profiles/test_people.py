"""Profiles: who has one, who finds it, what each viewer sees of it, and that it goes at once."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from madoguchi.members import merging, store, withdrawal
from madoguchi.members.casework import Clerk
from madoguchi.members.directory import MOST_LOOKS, PAGE_SIZE
from madoguchi.members.profiles import PROFILES, ProfileItem
from madoguchi.members.withdrawal import Wish
from madoguchi.programme.definition import Programme
from madoguchi.programme.questions import Field
from madoguchi.storage import transaction
from madoguchi.web.access import Role
from madoguchi.web.counter import Counter
from staff.counter_app import app as console
from sweep.handler import handler as sweep
from tests.support.gateway import Answered, Browser
from tests.support.members import NOW
from tests.support.platform import PERSON, Newcomer
from tests.support.post_office import Clock, PostOffice
from tests.support.staff import signed_in
from tests.support.stored import every_item
from tests.support.versions import add_version

PRIVATE = ("mirai@example.jp", "090-8765-4321", "1990", "筆談", "company@example.jp", "大津")
LINK = re.compile(r'href="(/people/[\w-]+)"')
CLERK = Clerk("staff-1", "192.0.2.9")


def links(page: Answered) -> list[str]:
    assert page.status == 200, page.body
    return LINK.findall(page.body)


def profile_of(member_id: str) -> str:
    return f"/people/{store.get(member_id).profile_id}"


def stored() -> list[ProfileItem]:
    return list(ProfileItem.query(PROFILES))


def choose(browser: Browser, **consents: str) -> None:
    revision = re.findall(r'name="revision" value="(\d+)"', browser.get("/me/consents").body)[0]
    done = browser.submit("/me/consents", "/me/consents", {"revision": revision} | consents)
    assert done.location == "/me?done=consents"


@pytest.fixture
def sora(mirai: Browser, app: Counter, post_office: PostOffice) -> Browser:  # noqa: ARG001
    """Another person, who shows nothing."""
    browser = Browser(app)
    names = {"family_name": "例示", "given_name": "そら", "email": "sora@example.jp", "sector": "media"}
    Newcomer(browser, post_office).register("person", {**PERSON, **names})
    return browser


def test_the_form_asks_by_itself_and_ticks_nothing(platform: Programme, browser: Browser) -> None:  # noqa: ARG001
    page = browser.get("/register?form=company").body

    (box,) = re.findall(r'<input[^>]*name="profile"[^>]*>', page)
    assert "checked" not in box
    assert "required" not in box
    assert "だれでも見られるページに載せてもかまいません" in page


def chart(page: str, label: str) -> dict[str, tuple[str, int]]:
    """A chart of the console: for each answer how many gave it, and how long its bar is (100: everybody)."""
    part = page.partition(f">{label}</h2>")[2].partition("</section>")[0]
    row = r'<th scope="row"><a[^>]*>([^<]+)</a></th>.*?(\d+)人（.*?<rect class="bar__value" width="([\d.]+)"'
    return {answer: (number, round(float(width))) for answer, number, width in re.findall(row, part, re.DOTALL)}


@pytest.mark.meets("D-042")
@pytest.mark.usefixtures("mirai", "company")
def test_staff_see_charts_and_each_viewer_what_each_field_allows(sora: Browser, browser: Browser) -> None:
    # The dashboard of the staff: attributes, skills and motivation of all three, drawn as bars.
    overview = signed_in(console, Role.DESK, now=NOW).get("/members/overview").body
    assert chart(overview, "業種") == {"製造業": ("1", 33)}
    assert chart(overview, "得意なこと・経験")["IT・デザイン・動画"] == ("2", 67)
    assert chart(overview, "いまの気持ちに近いもの") == {"活動を手伝いたい": ("2", 67)}

    seen = {path: sora.get(path).body for path in links(sora.get("/people"))}
    (person,) = [body for body in seen.values() if "湖東 みらい" in body]
    (organisation,) = [body for body in seen.values() if "株式会社みずうみ製作所" in body]
    public = [browser.get(path).body for path in links(browser.get("/people"))]

    # To members: what members may see, by the labels that people read.
    assert all(words in person for words in ("市民・市民活動団体", "その他（人形劇）", "北学区", "人形劇の公演"))
    assert not any(words in person for words in ("会社員", "滋賀県", "市内に住んでいる", "活動を手伝いたい"))
    assert all(words in organisation for words in ("製造業", "会議室"))
    # To visitors: of organisations only, and no page of a person.
    assert len(public) == 1
    assert "株式会社みずうみ製作所" in public[0]
    (own,) = [path for path, body in seen.items() if body == person]
    assert browser.get(own).location.startswith("/sign-in?next=")
    # To nobody: how to reach them, when they were born, what is sensitive.
    pages = [*seen.values(), *public, sora.get("/people").body, browser.get("/people").body]
    assert not [(words, page) for words in PRIVATE for page in pages if words in page]
    # Whoever shows nothing is found by nobody.
    assert len(seen) == 2
    assert not any("例示" in page for page in pages)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("skills=it", 1),
        ("skills=it&sector=citizen&council=north", 1),
        ("skills=care", 0),
        ("sector=industry", 1),
        ("form=company", 1),
        ("form=person&sector=industry", 0),
        # What one may not see finds nobody: it is not even a filter.
        ("occupation=student", 2),
        ("motivation=lead", 2),
        ("skills=nonsense", 2),
    ],
)
@pytest.mark.usefixtures("company")
def test_the_search_asks_only_for_what_the_viewer_may_see(mirai: Browser, query: str, number: int) -> None:
    assert len(links(mirai.get(f"/people?{query}"))) == number


@pytest.mark.usefixtures("mirai", "company")
def test_a_visitor_cannot_search_for_what_only_members_see(browser: Browser) -> None:
    page = browser.get("/people?skills=it&sector=citizen")

    assert 'name="skills"' not in page.body
    assert links(page) == []  # by sector, which companies show to everybody and people do not
    assert len(links(browser.get("/people?skills=it"))) == 1


def test_pages_follow_one_another_without_a_scan(mirai: Browser, mirai_id: str, operations: list[str]) -> None:
    member = store.get(mirai_id)
    for number in range(PAGE_SIZE + 3):
        other = replace(member, member_id=f"m{number}", number=f"9999-{number:04}", email=f"m{number}@example.jp")
        with transaction() as t:
            store.add(t, replace(other, profile_id=""))
    operations.clear()

    first = mirai.get("/people?skills=it")
    (following,) = re.findall(r'href="(/people\?[^"]*after=[^"]+)"', first.body)
    second = mirai.get(following.replace("&amp;", "&"))

    assert (len(links(first)), len(links(second))) == (PAGE_SIZE, 4)
    assert not set(links(first)) & set(links(second))
    assert "続きを見る" not in second.body
    assert "Scan" not in operations


def test_a_member_sees_how_others_see_them_and_decides(mirai: Browser, mirai_id: str, sora: Browser) -> None:
    page = mirai.get("/me").body
    preview = page.partition("ほかの人にこう見えます")[2].partition("サインアウトと退会")[0]
    to_members, _, to_everybody = preview.partition("どなたでも")
    assert all(words in to_members for words in ("見せています", "湖東 みらい", "その他（人形劇）", "人形劇の公演"))
    assert "見えるものはありません" in to_everybody
    path = profile_of(mirai_id)
    assert not any(key in path for key in (mirai_id, store.get(mirai_id).number))
    assert sora.get(path).status == 200

    choose(mirai)
    assert (links(sora.get("/people")), sora.get(path).status, stored()) == ([], 404, [])
    assert "見せていません" in mirai.get("/me").body

    choose(mirai, profile="yes")
    assert links(sora.get("/people")) == [profile_of(mirai_id)]
    assert profile_of(mirai_id) != path  # an old link leads nowhere


def test_a_correction_is_seen_and_found_at_once(mirai: Browser, mirai_id: str) -> None:
    member = store.get(mirai_id)
    with transaction() as t:
        store.replace(t, member, replace(member, answers={**member.answers, "sector": "media"}))

    assert len(links(mirai.get("/people?sector=media"))) == 1
    assert links(mirai.get("/people?sector=citizen")) == []
    assert "言（報道機関）" in mirai.get(profile_of(mirai_id)).body


def test_it_goes_with_the_first_step_of_leaving(mirai_id: str, sora: Browser) -> None:
    path = profile_of(mirai_id)

    withdrawal.withdraw(mirai_id, Wish(), now=NOW)

    assert (links(sora.get("/people")), sora.get(path).status, stored()) == ([], 404, [])
    sweep({}, None)  # type: ignore[arg-type]
    assert not [where for where, text in every_item() if path.removeprefix("/people/") in where + text]


def test_removing_a_member_removes_the_profile(mirai_id: str) -> None:
    with transaction() as t:
        store.remove(t, store.get(mirai_id))

    assert stored() == []


def test_it_ends_with_the_registration_and_comes_back_when_renewed(
    mirai: Browser, mirai_id: str, sora: Browser, clock: Clock
) -> None:
    member = store.get(mirai_id)
    path = profile_of(mirai_id)
    with transaction() as t:
        store.replace(t, member, replace(member, ends_on=NOW.date() + timedelta(days=1)))
    assert links(sora.get("/people")) == [path]

    clock.forward(days=2)

    assert (links(sora.get("/people")), sora.get(path).status) == ([], 404)
    assert mirai.get("/people").status == 409  # whose registration is over looks at nobody
    assert mirai.submit("/me", "/me/renew", {}).status == 303
    assert links(sora.get("/people")) == [path]


def test_of_two_that_are_one_only_the_survivor_has_a_profile(mirai_id: str, sora: Browser) -> None:
    sora_id = store.id_of_address("sora@example.jp")
    assert sora_id
    choose(sora, profile="yes")
    old = profile_of(mirai_id)

    merging.merge(store.get(sora_id), store.get(mirai_id), (), by=CLERK, now=NOW)
    assert links(sora.get("/people")) == [profile_of(sora_id)]
    assert sora.get(old).status == 404

    merging.undo(sora_id, mirai_id, by=CLERK, now=NOW)
    assert set(links(sora.get("/people"))) == {profile_of(sora_id), old}


def test_an_id_that_is_nobodys_leads_nowhere(mirai: Browser, browser: Browser) -> None:
    assert mirai.get("/people/nobody").status == 404
    # A visitor is not told which ids are somebody's.
    assert browser.get("/people/nobody").location == "/sign-in?next=%2Fpeople%2Fnobody"


def test_without_the_key_there_are_no_such_pages(
    mirai: Browser, mirai_id: str, platform: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = profile_of(mirai_id)
    add_version(monkeypatch, holds_from=NOW.date(), members=structs.replace(platform.members, profile_consent=""))

    assert [mirai.get(each).status for each in ("/people", path)] == [404, 404]
    page = mirai.get("/me").body
    assert "ほかの人にこう見えます" not in page
    assert "/people" not in page


def test_a_later_definition_that_shows_less_holds_at_once(
    mirai: Browser, mirai_id: str, platform: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    registration = platform.registration
    forms = [
        structs.replace(
            form,
            sections=[
                structs.replace(section, fields=[_hidden(field) for field in section.fields])
                for section in form.sections
            ],
        )
        for form in registration.forms
    ]
    add_version(monkeypatch, holds_from=NOW.date(), registration=structs.replace(registration, forms=forms))

    page = mirai.get(profile_of(mirai_id)).body
    assert "人形劇の公演" in page
    assert "その他（人形劇）" not in page
    assert len(links(mirai.get("/people?skills=care"))) == 1


def _hidden(field: Field) -> Field:
    return structs.replace(field, seen_by="staff") if field.id == "skills" else field


def test_nobody_copies_the_list(mirai: Browser, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madoguchi.members.directory.MOST_LOOKS", 2)
    assert MOST_LOOKS > 2

    assert [mirai.get("/people").status for _ in range(3)] == [200, 200, 429]
    assert [browser.get("/people").status for _ in range(3)] == [200, 200, 429]


def test_a_programme_without_profiles_has_no_such_page(browser: Browser, post_office: PostOffice) -> None:  # noqa: ARG001
    assert browser.get("/people").status == 404
