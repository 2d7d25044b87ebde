"""A stack of the benchmarks' own, and visitors who ask it for pages over real HTTP on this machine."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from threading import Barrier
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from madoguchi import wiring
from madoguchi.mail import owed
from madoguchi.members import sessions, store
from madoguchi.members.rules import ACTIVE, Member, draw_number
from madoguchi.settings import settings
from madoguchi.storage import transaction
from operations import lifecycle
from operations.stack import Ports, Stack, act_as
from tests.load.built import use_built_layers
from tests.support.gateway import TOKEN

LABEL, PROGRAMME = "load", "telework-office"
EARLY_CLASS = "outside"
TIMEOUT_SECONDS = 120
IDLE_SECONDS = 2
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Result = TypeVar("Result")


@contextmanager
def a_stack() -> Iterator[Stack]:
    """A stack on free ports, erased at the end: no benchmark leaves anything in a stack that people use."""
    use_built_layers()
    lifecycle.erase(Stack.find(PROGRAMME, LABEL))  # what an interrupted benchmark left
    stack = Stack(PROGRAMME, ports=Ports.free(), label=LABEL)
    lifecycle.start(stack)
    try:
        act_as(stack, "public")
        yield stack
    finally:
        lifecycle.erase(stack)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor got, and after how many seconds."""

    status: int
    body: str
    location: str
    seconds: float


@dataclass(slots=True)
class Visitor:
    """One browser: a connection that stays open and, for a member, a session. Not for two threads."""

    url: str
    session_id: str = ""
    member: Member | None = None
    _csrf: str = ""
    _last_asked: float = 0.0
    _connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._connection = HTTPConnection(urlsplit(self.url).netloc, timeout=TIMEOUT_SECONDS)

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """Post a form with its token and a fresh nonce, as the page that `learn_token` saw would."""
        filled = {"csrf": self._csrf, "nonce": secrets.token_urlsafe(12), **form}
        return self._ask("POST", path, urlencode(filled))

    def learn_token(self, page: str) -> None:
        """Read the token of this visitor's forms from a page."""
        found = TOKEN.search(self.get(page).body)
        assert found, f"{page} has no form for this visitor"
        self._csrf = found[1]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {} if body is None else dict(FORM)
        if self.session_id:
            headers["Cookie"] = f"{settings().programme}-public-{sessions.COOKIE}={self.session_id}"
        if time.perf_counter() - self._last_asked > IDLE_SECONDS:
            self._connection.close()  # the proxy ends idle connections; a request opens a new one
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self._last_asked = time.perf_counter()
        return Answer(answer.status, text, answer.headers.get("Location", ""), self._last_asked - started)


def members(url: str, number: int) -> list[Visitor]:
    """Members who are signed in, each with a browser of their own."""
    made = [_a_member(url) for _ in range(number)]
    together([partial(visitor.learn_token, "/bookings/new") for visitor in made], at_once=8)
    return made


def _a_member(url: str) -> Visitor:
    now, member_id = wiring.clock(), secrets.token_urlsafe(12)
    member = Member(
        member_id=member_id,
        number=draw_number(),
        family_name="試験",
        given_name="太郎",
        family_kana="シケン",
        given_kana="タロウ",
        email=f"{member_id.lower()}@example.jp",
        class_id=EARLY_CLASS,
        answers={"affiliation": "company", "home_prefecture": "13", "work_prefecture": "13", "aim": "two_bases"},
        consent_history=(),
        status=ACTIVE,
        registered_at=now,
        version=1,
    )
    with transaction() as t:
        store.add(t, member, mail="registration-done")
        session_id = sessions.begin(t, member_id, now)
    owed.settle(store.get_item(member_id))  # nobody reads the welcome of an invented member
    return Visitor(url, session_id, member)


def together(works: Sequence[Callable[[], Result]], *, at_once: int) -> list[Result]:
    """Do all works, so many at the same time."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda work: work(), works))


def at_the_same_moment(works: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do all works at once: every thread waits until the last one is ready."""
    ready = Barrier(len(works))

    def start(work: Callable[[], Result]) -> Result:
        ready.wait()
        return work()

    return together([partial(start, work) for work in works], at_once=len(works))
