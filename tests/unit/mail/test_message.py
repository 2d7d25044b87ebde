from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from madoguchi.mail.message import Attachment, Message
from madoguchi.mail.mime import to_mime

SENDER = "office@telework.example.jp"
SUBJECT = "12月のお知らせ　移住とテレワークの交流会を開きます"


def issue_for(member: str) -> Message:
    url = f"https://telework.example.jp/unsubscribe/{member * 12}"
    headers = {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Message(f"{member}@example.jp", SUBJECT, f"本文\n{url}\n", f"<p>本文 {url}</p>", headers=headers)


def sent(message: Message) -> EmailMessage:
    raw = to_mime(message, sender_name="山あいテレワークオフィス", sender=SENDER)
    assert raw.isascii()
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_mails_of_one_issue_share_the_subject_and_nothing_personal() -> None:
    mails = {member: sent(issue_for(member)) for member in ("hanako", "taro", "jiro", "hanako")}

    for member, mail in mails.items():
        assert mail["From"].addresses[0].display_name == "山あいテレワークオフィス"
        assert mail["Subject"] == SUBJECT
        assert mail["To"] == f"{member}@example.jp"
        assert mail["List-Unsubscribe"] == issue_for(member).headers["List-Unsubscribe"]
        for kind in ("plain", "html"):
            body = mail.get_body((kind,))
            assert body is not None
            assert [other for other in mails if other * 12 in body.get_content()] == [member]


@pytest.mark.parametrize("header", ["to", "subject", "name"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_break_in_a_header_is_refused_again_and_again(header: str, end: str) -> None:
    sent(issue_for("hanako"))
    hostile = {"to": "hanako@example.jp", "subject": SUBJECT, "name": "山あい"}
    hostile[header] += f"{end}Bcc: taro@example.jp"

    for _ in range(2):
        with pytest.raises(ValueError, match=r"(?i)linefeed|CR or LF|invalid|line"):
            to_mime(Message(hostile["to"], hostile["subject"], "本文"), sender_name=hostile["name"], sender=SENDER)


def test_attachments_keep_their_names_and_parameters_beside_each_other() -> None:
    calendar = Attachment("予約.ics", "text/calendar", "BEGIN:VCALENDAR", {"method": "REQUEST"})
    for method in ("REQUEST", "CANCEL", "REQUEST"):
        calendar.parameters["method"] = method
        (part,) = sent(Message("hanako@example.jp", "予約", "本文", attachments=(calendar,))).iter_attachments()
        assert (part.get_filename(), part["Content-Type"].params["method"]) == ("予約.ics", method)
