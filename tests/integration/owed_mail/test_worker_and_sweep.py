"""Owed mail: the worker sends it once, the sweep finds what was lost on the way."""

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from madoguchi import wiring
from madoguchi.mail import owed
from madoguchi.mail.message import Message
from madoguchi.members import links, store
from madoguchi.members.rules import Link
from madoguchi.settings import settings
from madoguchi.storage import transaction
from owed_mail.handler import handler as work
from sweep.handler import handler as sweep
from tests.support.members import NOW, a_member
from tests.support.post_office import Clock, PostOffice, an_sqs_record, queued

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def post_office(clock: Clock) -> PostOffice:
    office = PostOffice()
    wiring.use(clock=clock, mailer=office)
    return office


def welcomed(name: str = "member-1") -> owed.OwedMail:
    """A new member who is owed the welcoming mail."""
    member = replace(a_member(name, email=f"{name}@example.jp"), number=f"0000-000{name[-1]}")
    with transaction() as t:
        return store.add(t, member, mail="registration-done")


def test_a_mail_is_sent_and_its_mark_cleared(post_office: PostOffice) -> None:
    owed.post(welcomed())
    assert len(post_office.deliver()) == 1
    item = store.get_item("member-1")
    assert {item.owed, item.owed_at, item.mail} == {None}


def test_a_message_that_arrives_twice_is_sent_once(post_office: PostOffice) -> None:
    mark = welcomed()
    owed.post(mark)
    owed.post(mark)
    assert len(post_office.deliver()) == 1


def test_a_record_that_is_gone_is_no_failure(post_office: PostOffice) -> None:
    owed.post(owed.OwedMail("members", "MEMBER#nobody", "PROFILE"))
    assert post_office.deliver() == []


def test_a_refused_address_is_remembered_and_not_tried_again(post_office: PostOffice) -> None:
    post_office.refuses.add("member-1@example.jp")
    mark = welcomed()
    owed.post(mark)
    post_office.deliver()
    assert store.get_item("member-1").mail_refused == "registration-done"
    post_office.refuses.clear()
    owed.post(mark)
    assert post_office.deliver() == []


def test_one_bad_record_harms_only_itself(post_office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    send = post_office.send

    def fail_for_one(message: Message) -> str:
        if message.to == "member-1@example.jp":
            raise TimeoutError
        return send(message)

    monkeypatch.setattr(post_office, "send", fail_for_one)
    records = [
        an_sqs_record({"capability": mark.capability, "pk": mark.pk, "sk": mark.sk}, f"message-of-{name}")
        for name in ("member-1", "member-2")
        for mark in [welcomed(name)]
    ]
    answer = work({"Records": records}, None)  # type: ignore[arg-type]
    assert answer["batchItemFailures"] == [{"itemIdentifier": "message-of-member-1"}]
    assert [message.to for message in post_office.sent] == ["member-2@example.jp"]
    assert store.get_item("member-1").owed == "mail"


def test_a_failure_comes_back_and_no_address_is_logged(
    post_office: PostOffice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(message: Message) -> str:
        raise ValueError(message.to)

    monkeypatch.setattr(post_office, "send", fail)
    mark = welcomed()
    record = an_sqs_record({"capability": mark.capability, "pk": mark.pk, "sk": mark.sk}, "message-1")
    answer = work({"Records": [record]}, None)  # type: ignore[arg-type]
    assert answer["batchItemFailures"] == [{"itemIdentifier": "message-1"}]
    assert "example.jp" not in "".join(capsys.readouterr())


def test_the_sweep_posts_what_a_crash_left_behind(post_office: PostOffice, clock: Clock) -> None:
    welcomed()
    assert sweep({}, None)["members"] == 0  # type: ignore[arg-type]
    clock.forward(minutes=3)
    assert sweep({}, None)["members"] == 1  # type: ignore[arg-type]
    assert len(post_office.deliver()) == 1
    assert sweep({}, None)["members"] == 0  # type: ignore[arg-type]


def test_the_sweep_finds_sign_in_links_too(post_office: PostOffice, clock: Clock) -> None:
    welcomed()
    links.keep_sign_in(Link.new(), "member-1@example.jp", leads_to="/me", now=clock.now)
    clock.forward(minutes=3)
    sweep({}, None)  # type: ignore[arg-type]
    assert sorted(message.subject.partition("】")[2] for message in post_office.deliver()) == [
        "サインイン用のリンク",
        "利用登録が完了しました",
    ]


def test_posting_never_fails_a_request_that_was_committed(clock: Clock) -> None:
    boto3.client("sqs").delete_queue(QueueUrl=settings().owed_mail_queue_url)
    mark = welcomed()
    owed.post(mark)
    assert list(owed.still_owed("members", clock.now + timedelta(seconds=1))) == [mark]


def test_nothing_is_queued_by_itself() -> None:
    welcomed()
    assert queued() == []
