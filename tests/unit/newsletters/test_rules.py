"""Reading an issue's forms, and what an outcome means as time goes by."""

from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.content import markdown
from madoguchi.mail.message import Message
from madoguchi.mail.mime import to_mime
from madoguchi.newsletters.refusals import InvalidIssueError
from madoguchi.newsletters.rules import Delivery, Draft, Outcome, Tally, read_draft, read_schedule

NOW = datetime(2026, 11, 21, 3, 0, 30, tzinfo=UTC)  # 12:00:30 in Tokyo
WHEN = {"due_year": "2026", "due_month": "11", "due_day": "21", "due_time": "12:00", "recipients": "3"}


def scheduled(subscribers: int = 3, **changed: str) -> datetime:
    form = WHEN | changed
    return read_schedule(lambda field: form.get(field, ""), subscribers, NOW)


def problems(subscribers: int = 3, **changed: str) -> list[str]:
    with pytest.raises(InvalidIssueError) as refused:
        scheduled(subscribers, **changed)
    return [field for field, _ in refused.value.problems]


def test_the_time_is_tokyos_and_the_running_minute_may_be_chosen() -> None:
    assert scheduled() == datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def test_a_past_time_is_refused() -> None:
    assert problems(due_time="11:59") == ["due_year"]


def test_the_number_of_recipients_must_be_typed() -> None:
    assert problems(recipients="2") == ["recipients"]
    assert problems(recipients="") == ["recipients"]
    assert problems(recipients="9" * 5000) == ["recipients"]
    assert scheduled(recipients="３") == scheduled()


@pytest.mark.parametrize("year", ["1", "9999"])
def test_a_year_that_nobody_means_is_refused(year: str) -> None:
    assert problems(due_year=year, due_time="24:00") == ["due_year"]


def test_nothing_is_scheduled_for_nobody() -> None:
    assert problems(0, recipients="0") == ["recipients"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert problems(due_month="13", due_time="noon", recipients="x") == ["due_year", "due_time", "recipients"]


def test_a_subject_is_one_line() -> None:
    form = {"subject": " 12月の\r\nBcc: all@example.jp ", "body": "本文"}

    assert read_draft(lambda field: form[field]) == Draft("12月の Bcc: all@example.jp", "本文")


def test_an_empty_draft_is_refused() -> None:
    with pytest.raises(InvalidIssueError) as refused:
        read_draft(lambda _: " ")
    assert [field for field, _ in refused.value.problems] == ["subject", "body"]


def test_a_claim_becomes_unknown_after_fifteen_minutes() -> None:
    delivery = Delivery("m", Outcome.SENDING, claim="c", claimed_at=NOW)

    assert delivery.at(NOW + timedelta(minutes=15, seconds=-1)) is Outcome.SENDING
    assert delivery.at(NOW + timedelta(minutes=15)) is Outcome.UNKNOWN


def test_a_tally_counts_everybody_once() -> None:
    deliveries = [Delivery("a", Outcome.SENT), Delivery("b", Outcome.PLANNED), Delivery("c", Outcome.SENDING, "c", NOW)]

    assert Tally.of(deliveries, NOW + timedelta(hours=1)) == Tally(sent=1, planned=1, unknown=1)


def test_markdown_is_made_safe() -> None:
    html = markdown.to_html("# 題\n<script>alert(1)</script> [x](javascript:void) ![p](https://example.jp/p.png)")

    assert html.startswith("<h2>題</h2>")
    assert "<script" not in html
    assert "javascript:" not in html.replace("](javascript:", "")
    assert "<img" not in html
    assert "alert" not in html


def test_the_text_part_holds_no_html() -> None:
    text = markdown.to_text("本文<script>alert(1)</script>\n\n<div>\n枠\n</div>\n\n1 < 2 です")

    assert "<script>" not in text
    assert "<div>" not in text
    assert "1 < 2 です" in text


def test_the_unsubscribe_address_stays_readable_for_mail_services() -> None:
    url = "<http://localhost:8100/unsubscribe/" + "x" * 64 + ">"
    mime = to_mime(
        Message("a@example.jp", "件名", "本文", headers={"List-Unsubscribe": url}),
        sender_name="事務局",
        sender="office@example.jp",
    )

    assert f"\r\nList-Unsubscribe: {url}\r\n".encode() in mime
    assert mime.isascii()
