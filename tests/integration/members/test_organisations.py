"""Organisations: who registers one represents it, invites others, and hands nothing to strangers."""

import pytest

from madoguchi.audit import store as audit
from madoguchi.japan.time import Month
from madoguchi.members import store
from madoguchi.organisations import usecases
from madoguchi.programme.definition import Programme
from madoguchi.web.access import Role
from madoguchi.web.counter import Counter
from tests.support.gateway import Browser
from tests.support.members import NOW
from tests.support.platform import COMPANY, PERSON, Newcomer
from tests.support.post_office import Clock, PostOffice, link_in
from tests.support.staff import signed_in

PAGE = "/me/organisation"


@pytest.fixture
def company(platform: Programme, browser: Browser, post_office: PostOffice) -> str:  # noqa: ARG001
    """A company whose contact person is signed in in `browser`; its id."""
    Newcomer(browser, post_office).register("company", COMPANY)
    found = store.id_of_address("company@example.jp")
    assert found
    return found


@pytest.fixture
def person(company: str, app: Counter, post_office: PostOffice) -> Browser:  # noqa: ARG001
    """Somebody else's browser, signed in."""
    other = Browser(app)
    Newcomer(other, post_office).register("person", PERSON)
    return other


def invitation(browser: Browser, post_office: PostOffice, email: str = "mirai@example.jp") -> str:
    sent = browser.submit(PAGE, PAGE, {"choice": "invite", "email": email})
    assert sent.location == f"{PAGE}?done=invited", sent.body
    (mail,) = post_office.deliver()
    assert mail.to == email
    assert "株式会社みずうみ製作所" in mail.text
    return link_in(mail)


def join(browser: Browser, person: Browser, post_office: PostOffice) -> str:
    path = invitation(browser, post_office)
    assert person.submit(path, path, {}).location == f"{PAGE}?done=joined"
    found = store.id_of_address("mirai@example.jp")
    assert found
    return found


def names(company: str) -> list[str]:
    return [each.name for each in usecases.representatives(store.get(company))]


def test_who_registers_it_sees_it_and_represents_it(browser: Browser, company: str) -> None:
    page = browser.get(PAGE).body
    assert all(words in page for words in ("株式会社みずうみ製作所", "製造業", "大津 一郎", "（登録した担当者）"))
    assert names(company) == ["大津 一郎"]


def test_somebody_who_is_invited_and_registered_joins(
    browser: Browser, company: str, person: Browser, post_office: PostOffice
) -> None:
    path = invitation(browser, post_office)
    assert "担当者になる" in person.get(path).body
    assert names(company) == ["大津 一郎"]
    assert person.submit(path, path, {}).location == f"{PAGE}?done=joined"
    assert names(company) == ["大津 一郎", "湖東 みらい"]
    assert "株式会社みずうみ製作所" in person.get(PAGE).body
    assert person.get(path).status == 410


def test_somebody_who_has_not_registered_is_brought_back_after_registering(
    browser: Browser, company: str, app: Counter, post_office: PostOffice
) -> None:
    path = invitation(browser, post_office)
    newcomer = Newcomer(Browser(app), post_office)
    page = newcomer.browser.get(path).body
    assert 'href="/register?form=person"' in page
    assert "担当者になる</button>" not in page
    link = newcomer.link("person", PERSON)
    assert newcomer.browser.submit(link, link, {}).location == path
    newcomer.browser.submit(path, path, {})
    assert names(company) == ["大津 一郎", "湖東 みらい"]


def test_a_representative_changes_the_organisation_and_it_is_noted_by_whom(
    browser: Browser, company: str, person: Browser, post_office: PostOffice
) -> None:
    joined = join(browser, person, post_office)
    page = f"{PAGE}/change"
    assert 'value="株式会社みずうみ製作所"' in person.get(page).body
    form = {name: value for name, value in COMPANY.items() if name != "email"}
    changed = form | {"offer": "会議室と工具", "step": "send", "revision": "1"}
    assert person.submit(page, page, changed).location == f"{PAGE}?done=changed"
    assert store.get(company).answers["offer"] == "会議室と工具"
    (mail,) = post_office.deliver()
    assert mail.to == "company@example.jp"
    assert "変更した人：団体・企業の担当者" in mail.text
    assert "団体・企業の担当者" in browser.get("/me/data").body
    assert store.get(joined).name == "湖東 みらい"


def test_a_representative_is_removed_and_the_first_never(
    browser: Browser, company: str, person: Browser, post_office: PostOffice
) -> None:
    joined = join(browser, person, post_office)
    refused = person.submit(PAGE, PAGE, {"choice": "remove", "member_id": company})
    assert refused.status == 409
    assert "登録した担当者は外せません" in refused.body
    assert browser.submit(PAGE, PAGE, {"choice": "remove", "member_id": joined}).location == f"{PAGE}?done=removed"
    assert names(company) == ["大津 一郎"]
    assert person.get(f"{PAGE}/change").status == 404
    assert store.get(joined).name == "湖東 みらい"


def test_nobody_removes_a_representative_of_another_organisation(
    browser: Browser, company: str, person: Browser, app: Counter, post_office: PostOffice
) -> None:
    joined = join(browser, person, post_office)
    stranger = Browser(app)
    other = COMPANY | {"organisation_name": "合同会社ほか", "email": "other@example.jp"}
    Newcomer(stranger, post_office).register("company", other)
    assert stranger.submit(PAGE, PAGE, {"choice": "remove", "member_id": joined}).status == 404
    assert len(names(company)) == 2
    path = invitation(browser, post_office, "other@example.jp")
    assert stranger.submit(path, path, {}).status == 409


def test_somebody_who_represents_nobody_may_do_nothing(person: Browser, company: str) -> None:
    assert "担当者になっている団体・企業はありません" in person.get(PAGE).body
    assert person.get(f"{PAGE}/change").status == 404
    assert person.submit(PAGE, PAGE, {"choice": "invite", "email": "a@example.jp"}).status == 404
    assert names(company) == ["大津 一郎"]


@pytest.mark.parametrize("token", ["x", "x" * 65])
def test_an_invented_invitation_is_refused(person: Browser, token: str) -> None:
    assert person.get(f"/invitations/{token}").status == 410


def test_an_old_invitation_is_refused(
    browser: Browser, company: str, person: Browser, clock: Clock, post_office: PostOffice
) -> None:
    path = invitation(browser, post_office)
    clock.forward(days=7)
    assert person.get(path).status == 410
    assert names(company) == ["大津 一郎"]


def test_a_mistyped_address_is_explained(browser: Browser, company: str) -> None:  # noqa: ARG001
    wrong = browser.submit(PAGE, PAGE, {"choice": "invite", "email": "mirai"})
    assert wrong.status == 422
    assert 'value="mirai"' in wrong.body


def test_staff_see_organisations_and_that_is_noted(
    browser: Browser, company: str, person: Browser, post_office: PostOffice
) -> None:
    from staff.counter_app import app as console  # noqa: PLC0415 it reads the settings when it is made

    join(browser, person, post_office)
    desk = signed_in(console, Role.DESK, now=NOW)
    listed = desk.get("/organisations").body
    assert "株式会社みずうみ製作所" in listed
    assert "湖東" not in listed
    assert "株式会社みずうみ製作所" not in desk.get("/organisations?kind=group").body
    view = desk.get(f"/organisations/{company}").body
    assert all(words in view for words in ("製造業", "大津 一郎", "湖東 みらい"))
    member = store.id_of_address("mirai@example.jp")
    assert desk.get(f"/organisations/{member}").status == 404
    noted = [(each.action, each.record) for each in audit.entries(Month(2026, 11))]
    assert ("see organisation", f"members/{company}") in noted
    assert ("see organisations", "organisations") in noted


def test_sources_are_listed_with_what_came_by_them_and_their_posters(
    platform: Programme, browser: Browser, post_office: PostOffice
) -> None:
    from madoguchi.web.qr import qr_of  # noqa: PLC0415
    from staff.counter_app import app as console  # noqa: PLC0415

    assert platform.members.source("forum")
    browser.get("/register?from=forum")
    Newcomer(browser, post_office).register("person", PERSON)
    desk = signed_in(console, Role.DESK, now=NOW)
    page = desk.get("/sources").body
    link = "http://localhost:8100/register?from=forum"
    row = page[page.index(link) :]
    assert row.index("1件") < row.index("</tr>")
    poster = desk.get("/sources/forum").body
    assert f'd="{qr_of(link).path}"' in poster
    assert "湖あい人財バンク" in poster
    assert desk.get("/sources/invented").status == 404
