"""The daily job: what was kept is erased in time, classes and registrations end, people are reminded once."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace as with_values

from daily.handler import handler
from madoguchi.japan.time import day_text, tokyo_day
from madoguchi.members import sessions, store
from madoguchi.members.rules import Member
from madoguchi.office import reception, usecases
from madoguchi.programme import definition
from madoguchi.programme.definition import Programme, programme
from madoguchi.programme.membership import Expiry
from madoguchi.settings import settings
from madoguchi.storage import transaction
from madoguchi.web.access import Role
from madoguchi.web.counter import Counter
from tests.support.definitions import running_named
from tests.support.events import an_event
from tests.support.gateway import Browser
from tests.support.leaver import DESK, Leaver
from tests.support.members import a_member
from tests.support.office import a_booker, a_wish
from tests.support.post_office import Clock, PostOffice
from tests.support.staff import signed_in as staff_signed_in
from tests.support.stored import everything_stored

# Monday 30 November 2026, 10:00 in Tokyo.
START = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
WITH_TERMS = "konan-jinzai"


@pytest.fixture
def platform(post_office: PostOffice, clock: Clock) -> Iterator[Programme]:  # noqa: ARG001
    """A programme whose registrations last a year."""
    clock.now = START
    with running_named(WITH_TERMS) as running:
        yield running


@pytest.fixture
def short_class(monkeypatch: pytest.MonkeyPatch, clock: Clock, post_office: PostOffice) -> Programme:  # noqa: ARG001
    """The office's programme, with a class that lasts six months from the first use."""
    clock.now = START
    plain = programme()
    first, *others = plain.members.classes
    lasting = with_values(
        first, id="outside", when={}, unless={}, expires=Expiry(months=6, counted_from="first_use", reminders=[30, 7])
    )
    classes = [lasting, *(each for each in others if each.id != "outside")]
    changed = with_values(plain, members=with_values(plain.members, classes=classes))
    monkeypatch.setattr(definition, "_versions", lambda: (changed,))
    definition._shaped.cache_clear()
    monkeypatch.setattr(definition, "_shaped", lambda *_: changed)
    return changed


def a_registered(name: str = "member-1", **changes: object) -> Member:
    plain = a_member(name, email=f"{name}@example.jp")
    member = replace(plain, number=f"0000-000{name[-1]}", registered_at=START, **changes)  # type: ignore[arg-type]
    with transaction() as t:
        store.add(t, member)
    return store.get(name)


def signed_in(app: Counter, now: datetime, name: str = "member-1") -> Browser:
    browser = Browser(app)
    with transaction() as t:
        browser.cookies[f"{settings().programme}-public-session"] = sessions.begin(t, name, now)
    return browser


def standing_shown(clock: Clock) -> dict[str, str]:
    """What staff read on the page about terms."""
    from staff.counter_app import app as console  # noqa: PLC0415 it reads the settings when it is made

    page = staff_signed_in(console, Role.AUDITOR, now=clock.now).get("/reports/terms").body
    tiles = re.findall(r'tiles__label">([^<]+)</dt>\s*<dd class="tiles__value">(\d+)', page)
    return dict(tiles)


def run_until(day: date, clock: Clock, post_office: PostOffice) -> list[tuple[date, str]]:
    """Let the hourly tick come twice a day until that day; the mails that left, with their days."""
    mails = []
    while tokyo_day(clock.now) <= day:
        for _ in range(2):
            handler({}, None)  # type: ignore[arg-type]
            mails += [(tokyo_day(clock.now), each.subject.partition("】")[2]) for each in post_office.deliver()]
        clock.forward(days=1)
    clock.forward(days=-1)
    return mails


def test_what_was_kept_is_erased_on_its_day_and_not_before(leaver: Leaver, clock: Clock) -> None:
    leaver.register()
    leaver.withdraw()
    leaver.sweep()
    end = date(2027, 11, 30)

    def kept() -> list[str]:
        return [where for where, _ in everything_stored() if "RETAINED#" in where]

    clock.now = START + timedelta(days=364)
    handler({}, None)  # type: ignore[arg-type]
    assert tokyo_day(clock.now) < end
    assert kept()
    clock.forward(days=3)
    counts = handler({}, None)  # type: ignore[arg-type]

    assert (counts["erased"], counts["days"]) == (1, 3)
    assert kept() == []
    assert handler({}, None) == {}  # type: ignore[arg-type]


@pytest.mark.meets("D-002")
def test_a_registration_ends_after_its_term_unless_it_is_renewed_by_a_button(
    platform: Programme, clock: Clock, post_office: PostOffice, app: Counter
) -> None:
    form = platform.registration.usual.id
    assert a_registered(class_id="everybody", form_id=form).ends_on == date(2027, 11, 30)
    end, forgotten = date(2027, 1, 31), date(2027, 1, 20)
    a_registered("member-2", class_id="everybody", form_id=form, ends_on=end)
    a_registered("member-3", class_id="everybody", form_id=form, ends_on=forgotten)
    page = signed_in(app, clock.now).get("/me").body
    assert f"{platform.members.scheme}（第{platform.version}版）" in page
    assert "2027年11月30日（火）" in page
    assert "登録を更新する" not in page

    mails = run_until(date(2027, 1, 30), clock, post_office)

    reminder = f"登録の期限が近づいています（{day_text(end)}まで）"
    assert [day for day, title in mails if title == reminder] == [end - timedelta(days=each) for each in (60, 30, 7)]
    assert "登録を更新する" in post_office.sent[-1].text
    assert standing_shown(clock) == {"有効": "2", "うち、期限が近い": "1", "期限切れ": "1"}

    browser = signed_in(app, clock.now, "member-2")
    for _ in range(2):  # a double click is one renewal
        assert browser.submit("/me", "/me/renew", {}).location == "/me?done=renewed"
    (renewed,) = post_office.deliver()
    assert renewed.subject.endswith("登録を更新しました（2028年1月31日（月）まで）")
    assert store.get("member-2").ends_on == date(2028, 1, 31)
    clock.forward(minutes=1)
    assert standing_shown(clock) == {"有効": "2", "うち、期限が近い": "0", "期限切れ": "1"}


def test_who_did_not_renew_uses_nothing_until_they_do(platform: Programme, clock: Clock, app: Counter) -> None:
    a_registered(class_id="everybody", form_id=platform.registration.usual.id, ends_on=date(2026, 11, 29))
    event = an_event(starts_in=timedelta(days=30))
    browser = signed_in(app, clock.now)
    where = f"/events/{event.event_id}/sign-up"
    assert "登録の期限が過ぎています" in browser.get("/me").body
    assert "登録の期限が過ぎています" in browser.submit(where, where, {}).body

    browser.submit("/me", "/me/renew", {})

    assert store.get("member-1").ends_on == date(2027, 11, 30)
    assert browser.submit(where, where, {}).status == 303


def test_an_early_press_of_the_renewal_button_changes_nothing(platform: Programme, app: Counter, clock: Clock) -> None:
    a_registered(class_id="everybody", form_id=platform.registration.usual.id)

    signed_in(app, clock.now).submit("/me", "/me/renew", {})

    assert store.get("member-1").ends_on == date(2027, 11, 30)


def test_a_class_with_evidence_ends_with_the_fiscal_year(
    platform: Programme, clock: Clock, post_office: PostOffice
) -> None:
    member = a_registered(class_id="student", form_id=platform.registration.usual.id, shown=frozenset({"student"}))
    assert member.class_ends_on == date(2027, 3, 31)

    mails = run_until(date(2027, 3, 31), clock, post_office)
    assert store.get("member-1").class_id == "student"
    run_until(date(2027, 4, 1), clock, post_office)

    title = "「学生登録」の期限が近づいています（2027年3月31日（水）まで）"
    assert mails == [(date(2027, 3, 1), title), (date(2027, 3, 24), title)]
    after = store.get("member-1")
    assert (after.class_id, after.shown, after.class_ends_on) == ("everybody", frozenset(), None)


def test_a_class_lasts_from_the_first_use_and_does_not_come_back(
    short_class: Programme, clock: Clock, post_office: PostOffice
) -> None:
    a_registered(class_id="outside")
    booker = a_booker("member-1", member_class="outside")
    first = usecases.book(a_wish(day=date(2026, 12, 1)), booker=booker, nonce="1", at=clock.now)
    again = usecases.book(a_wish(day=date(2026, 12, 2)), booker=booker, nonce="2", at=clock.now)
    assert store.get("member-1").class_ends_on is None

    for booking in (first, again):
        clock.forward(days=1)
        reception.check_in(booking.booking_id, clerk=DESK, at=clock.now)
    post_office.deliver()

    member = store.get("member-1")
    assert (member.first_used_on, member.class_ends_on) == (date(2026, 12, 1), date(2027, 6, 1))
    mails = run_until(date(2027, 6, 2), clock, post_office)
    assert [day for day, _ in mails] == [date(2027, 5, 2), date(2027, 5, 25)]
    after = store.get("member-1")
    assert after.class_id == short_class.members.classes[-1].id
    assert after.ended == {"outside"}


def test_days_that_the_job_missed_are_seen_to_later(platform: Programme, clock: Clock, post_office: PostOffice) -> None:
    a_registered(class_id="everybody", form_id=platform.registration.usual.id)
    handler({}, None)  # type: ignore[arg-type]

    clock.now = datetime(2027, 11, 24, 1, 0, tzinfo=UTC)
    handler({}, None)  # type: ignore[arg-type]

    assert len(post_office.deliver()) == 3
