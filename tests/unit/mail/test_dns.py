"""Which DNS records must stand together when several services send mail for one domain."""

from madoguchi.mail.dns import domains_of
from madoguchi.programme.definition import MailSender

OURS = MailSender("SES", "town.example.jp", "include:amazonses.com", ["a._domainkey"])
THEIRS = MailSender("既存のメールサーバ", "town.example.jp", "include:spf.host.example.jp", ["b._domainkey"])
ELSEWHERE = MailSender("別の送信元", "news.example.jp", "ip4:192.0.2.1", [])


def test_services_of_one_domain_share_one_spf_record_and_keep_their_own_keys() -> None:
    town, news = domains_of([OURS, THEIRS, ELSEWHERE], reports_to="office@town.example.jp")

    assert town.spf.value == "v=spf1 include:amazonses.com include:spf.host.example.jp ~all"
    assert town.spf.services == ("SES", "既存のメールサーバ")
    assert [each.name for each in town.dkim] == ["a._domainkey.town.example.jp", "b._domainkey.town.example.jp"]
    assert (town.dmarc.name, town.dmarc.value) == (
        "_dmarc.town.example.jp",
        "v=DMARC1; p=none; rua=mailto:office@town.example.jp",
    )
    assert (news.name, news.look_ups) == ("news.example.jp", 0)


def test_too_many_look_ups_can_be_seen() -> None:
    many = [MailSender(f"{n}", "town.example.jp", f"include:spf{n}.example.jp", []) for n in range(11)]
    (town,) = domains_of([*many, many[0]], reports_to="office@town.example.jp")

    assert town.look_ups == 11
