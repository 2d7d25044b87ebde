"""Mails per second: the templates filled in, and the MIME message built by the standard library.

    python -m tests.load.mail

The record and the member are at hand: neither DynamoDB nor SES is measured. Each newsletter has another
recipient and another link to unsubscribe.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from itertools import count, cycle
from unittest.mock import patch

from madoguchi.mail.message import Message
from madoguchi.mail.mime import to_mime
from madoguchi.members.rules import Member
from madoguchi.newsletters import mails as newsletters
from madoguchi.newsletters.rules import Draft
from madoguchi.office import mails
from madoguchi.office.items import to_item
from madoguchi.office.rules import Booking
from madoguchi.settings import settings
from tests.load.built import use_built_layers
from tests.load.measuring import cpu_seconds, interleaved, show, spread
from tests.support.members import NOW, a_member
from tests.support.office import a_booker, a_slot

BOOKING = Booking("20261124-AAAAAAAAAAAAAAAA", a_booker(), "open", 7, a_slot(), 1, 1, NOW, "20261124-AAAAAAAAAAAAAAAA")
ARTICLE = """## 先輩移住者に聞く

山あいの暮らしと仕事について、**三人の方**にお話をうかがいました。くわしくは[案内のページ](https://telework.example.jp/)をご覧ください。

- 使える席と設備
- 予約のしかた
"""
ISSUE = Draft("12月のお知らせ　移住とテレワークの交流会を開きます", ARTICLE * 8)
MEMBER = a_member()
numbers = count()


def confirmation() -> Message:
    """The mail of a booking, with its calendar entry."""
    item = to_item(BOOKING)
    item.owe("booking-confirmed", NOW)
    with patch("madoguchi.office.store.item_at", return_value=item):
        found = mails.message_for(str(item.pk), str(item.sk))
    assert found is not None
    assert found[1] is not None
    return found[1]


def newsletter() -> Message:
    """An issue as the next recipient gets it; its body was turned into HTML for the first one."""
    message = newsletters.message_for(ISSUE, f"member-{next(numbers)}")
    assert message is not None
    return message


def recipient(member_id: str) -> Member:
    """A member with an address of their own."""
    return replace(MEMBER, email=f"{member_id}@example.jp")


def token(member_id: str) -> str:
    """As long as the tokens in real links."""
    return f"{member_id:A<43}"


def mime(message: Message) -> bytes:
    """The mail as it leaves."""
    return to_mime(message, sender_name="山あいテレワークオフィス", sender=settings().mail_from)


def per_second(work: Callable[[], object], mails_at_once: int) -> float:
    """How many of these one core does in a second."""
    return mails_at_once / cpu_seconds(lambda: [work() for _ in range(mails_at_once)])


def main(arguments: list[str] | None = None) -> int:
    """Print mails per second."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.mail", description=__doc__)
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args(arguments)
    use_built_layers()
    with patch("madoguchi.members.store.get", recipient), patch("madoguchi.members.store.unsubscribe_token", token):
        message = confirmation()
        issues = [newsletter() for _ in range(asked.mails)]
        turns = cycle(issues)
        cases = {
            "confirmation: fill in the templates, make the calendar entry": lambda: per_second(
                confirmation, asked.mails
            ),
            "confirmation: build the MIME message": lambda: per_second(lambda: mime(message), asked.mails),
            "confirmation: both": lambda: per_second(lambda: mime(confirmation()), asked.mails),
            "newsletter: fill in the templates": lambda: per_second(newsletter, asked.mails),
            "newsletter: build the MIME message": lambda: per_second(lambda: mime(next(turns)), asked.mails),
            "newsletter: both": lambda: per_second(lambda: mime(newsletter()), asked.mails),
        }
        found = interleaved(cases, asked.rounds)
    rows = [(name, spread(values)) for name, values in found.items()]
    show(
        f"Confirmation of a booking, {asked.rounds} rounds of {asked.mails}",
        ("Step", "mails per second of one core"),
        rows,
    )
    print(f"\nOne confirmation: {len(mime(message)):,} bytes; one newsletter: {len(mime(issues[0])):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
