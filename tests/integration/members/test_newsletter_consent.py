"""Taking newsletters and leaving them: on one's own page, by link, and by the mail service itself."""

import pytest

from madoguchi.members import store
from madoguchi.web.counter import Counter
from tests.support.applicant import Applicant
from tests.support.gateway import Browser
from tests.support.post_office import Clock


@pytest.fixture
def member_id(applicant: Applicant) -> str:
    applicant.register(newsletter="yes")
    found = store.id_of_address("hanako@example.jp")
    assert found
    return found


@pytest.fixture
def token(member_id: str) -> str:
    found = store.unsubscribe_token(member_id)
    assert found
    return found


def words_of(member_id: str) -> list[tuple[bool, str]]:
    return [(each.given, each.page) for each in store.get(member_id).consent_history if each.consent_id == "newsletter"]


def test_the_link_shows_a_button_and_changes_nothing(app: Counter, member_id: str, token: str) -> None:
    page = Browser(app).get(f"/unsubscribe/{token}")
    assert "配信を停止する" in page.body
    assert "hanako" not in page.body
    assert store.unsubscribe_token(member_id) == token


def test_the_button_stops_them_and_is_recorded(app: Counter, member_id: str, token: str, clock: Clock) -> None:
    clock.forward(days=3)
    browser = Browser(app)
    assert browser.submit(f"/unsubscribe/{token}", f"/unsubscribe/{token}", {}).status == 200
    assert store.unsubscribe_token(member_id) is None
    assert list(store.subscribers()) == []
    assert words_of(member_id) == [(True, "/register"), (False, "/unsubscribe")]
    assert store.get(member_id).consents["newsletter"].at == clock.now


def test_a_mail_service_stops_them_with_one_click(app: Counter, member_id: str, token: str) -> None:
    service = Browser(app)
    answer = service.post(f"/unsubscribe/{token}", {"List-Unsubscribe": "One-Click"})
    assert answer.status == 200
    assert list(store.subscribers()) == []
    multipart = service.post(f"/unsubscribe/{token}", {}, **{"content-type": "multipart/form-data; boundary=x"})
    assert multipart.status == 200
    assert len(words_of(member_id)) == 2


def test_an_invented_link_stops_nobody(app: Counter, member_id: str) -> None:
    assert Browser(app).get("/unsubscribe/invented").status == 404
    assert Browser(app).post("/unsubscribe/invented", {}).status == 404
    assert store.unsubscribe_token(member_id)


def test_a_member_chooses_on_the_own_page(browser: Browser, member_id: str, token: str, app: Counter) -> None:
    for revision, choice, takers in (
        (1, {}, []),
        (2, {"newsletter": "yes"}, [member_id]),
        (2, {"newsletter": "yes"}, [member_id]),
    ):
        form = {"revision": str(revision), **choice}
        assert browser.submit("/me/consents", "/me/consents", form).location == "/me?done=consents"
        assert [each.member_id for each in store.subscribers()] == takers
    assert [given for given, _ in words_of(member_id)] == [True, False, True]

    old_link = Browser(app).post(f"/unsubscribe/{token}", {})
    assert old_link.status == 200
    assert list(store.subscribers()) == []


def test_names_are_found_by_id(member_id: str) -> None:
    assert store.names_of([member_id, member_id, "nobody"]) == {member_id: "山田 花子"}
