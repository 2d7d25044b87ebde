"""A list of 10,000 members from the upload to the last line, through the console of a stack of its own.

    python -m tests.load.import_members --lines 10000

Proxy, functions, workers and database share this machine's cores.
"""

import argparse
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from madoguchi import wiring
from madoguchi.exchange import import_store, importing
from madoguchi.exchange.import_store import State
from madoguchi.programme.definition import programme
from madoguchi.settings import settings
from madoguchi.staff import store as accounts
from madoguchi.staff.rules import StaffMember
from madoguchi.web.access import Role
from operations.stack import act_as
from tests.load.measuring import show
from tests.load.visitors import a_stack
from tests.support.lists import ARRANGED, BOUNDARY, COLUMN, SELECTED, a_line, a_list, multipart

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
SESSION = "token-of-the-load-test"
LONGEST_SECONDS = 1800
FAMILIES, PREFECTURES = ("山田", "髙橋", "佐藤", "渡邊", "鈴木"), ("東京都", "山口県", "広島県", "大阪府")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that each step took."""

    upload: float
    check: float
    start: float
    run: float


def the_list(lines: int) -> bytes:
    """A list of that many people, every one different; the same at each run."""
    dice = random.Random(1)  # noqa: S311 a made-up list
    return a_list(_people(lines, dice)).encode("utf-8-sig")


def _people(lines: int, dice: random.Random) -> Iterator[dict[str, str]]:
    for number in range(lines):
        month, day = dice.randint(1, 12), dice.randint(1, 28)
        yield a_line(
            number,
            氏=dice.choice(FAMILIES),
            お住まいの都道府県=dice.choice(PREFECTURES),
            登録日時=f"{dice.randint(2021, 2025)}-{month:02}-{day:02}",
        )


def take_over(browser: httpx.Client, content: bytes) -> Times:
    """Import a file as staff do, and wait for its end."""
    started = time.perf_counter()
    form = multipart({"csrf": _token(browser, "/imports/new"), "form_id": "person"}, content)
    kind = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = browser.post("/imports/new", content=form, headers=kind)
    assert answer.status_code == 303, answer.text
    import_id, uploaded = answer.headers["location"].split("/")[2], time.perf_counter()
    page = browser.get(f"/imports/{import_id}/columns").text
    columns = {name: "".join(SELECTED.findall(options)) for name, options in COLUMN.findall(page)}
    fields = {**columns, **ARRANGED, "csrf": _token(browser, f"/imports/{import_id}/columns")}
    assert browser.post(f"/imports/{import_id}/columns", data=fields).status_code == 303
    _wait(import_id, State.CHECKED)
    checked = time.perf_counter()
    token = {"csrf": _token(browser, f"/imports/{import_id}")}
    assert browser.post(f"/imports/{import_id}/start", data=token).status_code == 303
    queued = time.perf_counter()
    _wait(import_id, State.DONE)
    found = importing.progress(import_store.get(import_id))
    assert found.tally["created"] == found.total, found
    return Times(uploaded - started, checked - uploaded, queued - checked, time.perf_counter() - queued)


def a_browser(url: str) -> httpx.Client:
    """The browser of a manager who is signed in."""
    staff, now = StaffMember("sub-load", "鈴木 太郎", "manager@example.jp", Role.MANAGER), wiring.clock()
    accounts.add(staff, by="command", now=now)
    accounts.accept(staff.staff_id, programme().staff_notice.version, source="127.0.0.1", now=now)
    accounts.open_session(SESSION, staff.staff_id, now)
    return httpx.Client(base_url=url, cookies={f"{settings().programme}-staff-session": SESSION}, timeout=60)


def _token(browser: httpx.Client, page: str) -> str:
    found = TOKEN.search(browser.get(page).text)
    assert found, page
    return found[1]


def _wait(import_id: str, state: State) -> None:
    ends = time.perf_counter() + LONGEST_SECONDS
    while (known := import_store.get(import_id)).state is not state:
        assert time.perf_counter() < ends, f"still {known.state}: {importing.progress(known)}"
        time.sleep(0.5)


def main(arguments: list[str] | None = None) -> int:
    """Print how long each step took."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.import_members", description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    asked = parser.parse_args(arguments)
    content = the_list(asked.lines)
    with a_stack() as stack:
        act_as(stack, "staff")
        times = take_over(a_browser(stack.staff_url), content)
    heads = ("upload s", "check s", "start s", "import s", "members per second", "whole s")
    whole = times.upload + times.check + times.start + times.run
    row = (*(f"{each:.1f}" for each in (times.upload, times.check, times.start, times.run)),
           f"{asked.lines / times.run:.0f}", f"{whole:.0f}")  # fmt: skip
    show(f"{asked.lines:,} members in a file of {len(content) / 1e6:.1f} MB", heads, [row])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
