"""What the SES adapter refuses before anything leaves."""

import pytest

from madoguchi.mail.message import MailRefusedError, Message
from madoguchi.mail.ses import SesMailer


def test_an_address_that_no_header_can_carry_is_refused_for_good() -> None:
    with pytest.raises(MailRefusedError):
        SesMailer().send(Message("=?utf-8?q?a?=@example.jp", "件名", "本文"))
