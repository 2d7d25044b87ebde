"""What counts is checked in the write: two who read the same state at the same moment."""

import pytest

from madoguchi.members import links, store, usecases
from madoguchi.members.rules import AlreadyConfirmedError, Link, LinkGoneError, Place
from madoguchi.settings import settings
from madoguchi.storage import client
from tests.support.applicant import Applicant
from tests.support.members import NOW
from tests.support.post_office import PostOffice, link_in


def count(kind: str) -> int:
    items = client("dynamodb").scan(TableName=settings().table("members"))["Items"]
    keys = [(item["pk"]["S"], item["sk"]["S"]) for item in items]
    return sum(pk.startswith(f"{kind}#") and (kind != "MEMBER" or sk == "PROFILE") for pk, sk in keys)


def test_two_presses_that_both_saw_the_registration_waiting_make_one_member(
    applicant: Applicant, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = applicant.link(newsletter="yes").rpartition("/")[2]
    seen = links.pending_of(Link.read(token), NOW)
    monkeypatch.setattr(links, "pending_of", lambda _link, _now: seen)
    usecases.confirm_registration(token, NOW)
    with pytest.raises(AlreadyConfirmedError):
        usecases.confirm_registration(token, NOW)
    assert [count(kind) for kind in ("MEMBER", "EMAIL", "NUMBER", "SESSION", "CONSENT")] == [1] * 5


def test_two_uses_that_both_saw_the_link_unused_are_one_session(
    applicant: Applicant, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    applicant.register()
    usecases.ask_to_sign_in("hanako@example.jp", leads_to="/me", source="192.0.2.1", now=NOW)
    (mail,) = post_office.deliver()
    token = link_in(mail).rpartition("/")[2]
    seen = links.sign_in_of(Link.read(token), NOW)
    monkeypatch.setattr(links, "sign_in_of", lambda _link, _now: seen)
    before = count("SESSION")
    usecases.sign_in(token, NOW)
    with pytest.raises(LinkGoneError):
        usecases.sign_in(token, NOW)
    assert count("SESSION") == before + 1


def test_consent_given_twice_at_once_is_one_word(applicant: Applicant) -> None:
    applicant.register()
    member_id = store.id_of_address("hanako@example.jp")
    assert member_id
    place = Place("/me", "hash")
    for _ in range(2):
        usecases.subscribe(member_id, place=place, now=NOW)
    assert [each.given for each in store.get(member_id).consent_history if each.consent_id == "newsletter"] == [
        False,
        True,
    ]
    for _ in range(2):
        usecases.unsubscribe(member_id, place=place, now=NOW)
    assert not store.get(member_id).consents_to("newsletter")
    assert len(store.get(member_id).consent_history) == 5
