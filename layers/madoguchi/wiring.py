"""Which implementation stands behind each port that leaves the system: the clock and the mail."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from madoguchi.mail.message import Message


class Mailer(Protocol):
    """Sends one mail."""

    def send(self, message: "Message") -> str:
        """Send; returns the service's message id, raises MailRefusedError when it says no."""


def _now() -> datetime:
    return datetime.now(UTC)


_clock: Callable[[], datetime] = _now
_mailer: Mailer | None = None


def clock() -> datetime:
    """The current instant, aware, in UTC."""
    return _clock()


def mailer() -> Mailer:
    """Where mail goes: SES, on AWS and on the local cloud alike."""
    global _mailer  # noqa: PLW0603 the wiring is this module's state
    if _mailer is None:
        from madoguchi.mail.ses import SesMailer  # noqa: PLC0415 most requests send no mail

        _mailer = SesMailer()
    return _mailer


def use(*, clock: Callable[[], datetime] | None = None, mailer: Mailer | None = None) -> None:
    """Put other implementations behind the ports (tests); without arguments, the real ones."""
    global _clock, _mailer  # noqa: PLW0603
    _clock = clock or _now
    _mailer = mailer
