"""The DNS records that must stand together when several services send mail for one domain.

They are derived from the definition (`mail_senders:`); whether the domain has them is looked up by people.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from madoguchi.programme.definition import MailSender

# RFC 7208: a receiver gives up after ten look-ups. Each of these mechanisms is at least one.
MOST_LOOK_UPS = 10
LOOKS_UP = ("include:", "a", "mx", "ptr", "exists:", "redirect=")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a domain, and which service needs it. `name` is what to look up."""

    name: str
    kind: str
    value: str
    services: tuple[str, ...]
    is_exact: bool = True
    """Whether `value` is the record itself, and not a word about where to find it."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain from which mail is sent, and the records that let all its services send."""

    name: str
    spf: Record
    dkim: tuple[Record, ...]
    dmarc: Record

    @property
    def look_ups(self) -> int:
        """How many look-ups the SPF record costs by itself; the services' own records may cost more."""
        return sum(_looks_up(each) for each in self.spf.value.split())


def domains_of(senders: Iterable[MailSender], *, reports_to: str) -> list[Domain]:
    """The domains of the services, each with one SPF record for all of them."""
    found: dict[str, list[MailSender]] = {}
    for sender in senders:
        found.setdefault(sender.domain, []).append(sender)
    return [_domain(name, together, reports_to) for name, together in found.items()]


def _domain(name: str, senders: list[MailSender], reports_to: str) -> Domain:
    services = tuple(sender.service for sender in senders)
    # A domain may have one SPF record only: a second one makes both worthless.
    spf = " ".join(["v=spf1", *dict.fromkeys(sender.spf for sender in senders), "~all"])
    dkim = tuple(_dkim(sender, f"{selector}.{name}") for sender in senders for selector in sender.dkim)
    dmarc = f"v=DMARC1; p=none; rua=mailto:{reports_to}"
    return Domain(name, Record(name, "TXT", spf, services), dkim, Record(f"_dmarc.{name}", "TXT", dmarc, services))


def _dkim(sender: MailSender, name: str) -> Record:
    where = f"{sender.service}の管理画面に示される値"
    return Record(name, "TXTかCNAME", where, (sender.service,), is_exact=False)


def _looks_up(mechanism: str) -> bool:
    plain = mechanism.lstrip("+-~?")
    return plain in LOOKS_UP or plain.startswith(tuple(each for each in LOOKS_UP if each[-1] in ":="))
