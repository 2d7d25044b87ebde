"""Free places and bookings through the public app, as a browser sees them."""

import re
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from madoguchi import wiring
from madoguchi.members import sessions
from madoguchi.members import store as members
from madoguchi.office import store
from madoguchi.office.outlook import next_days
from madoguchi.office.rules import State
from madoguchi.office.usecases import book
from madoguchi.settings import settings
from madoguchi.storage import transaction
from public import office
from public.counter_app import app
from tests.support.gateway import Browser
from tests.support.members import a_member
from tests.support.office import NOW, TUESDAY, WEDNESDAY, a_booker, a_wish, tokyo

WISH = {"area": "personal", "day": "2026-11-24", "start": "10:00", "end": "12:00", "party": "1"}
GRID_CELL = re.compile(r'<span class="visually-hidden">(?:([^<]*?) )?(空きあり|残りわずか|満席|受付終了)(?: (\d+))?')

PAGES = (office,)  # importing a route file adds its pages to the app


@pytest.fixture
def visitor(tables: None) -> Browser:  # noqa: ARG001 the pages read the tables
    """A browser in which nobody is signed in, on Saturday 21 November 2026."""
    wiring.use(clock=lambda: NOW)
    return Browser(app)


@pytest.fixture
def browser(visitor: Browser) -> Browser:
    """A browser in which Hanako is signed in, who works outside the prefecture."""
    with transaction() as t:
        members.add(t, a_member("member-1"), mail="registration-done")
        session = sessions.begin(t, "member-1", NOW)
    visitor.cookies[f"{settings().programme}-public-session"] = session
    return visitor


def booked_by(browser: Browser, **changes: str) -> str:
    """Book through form and confirmation page; the booking's id."""
    answer = browser.submit("/bookings/new", "/bookings/new", WISH | changes | {"step": "book"})
    assert answer.status == 303, answer.body
    return answer.location.removeprefix("/bookings/").partition("?")[0]


@pytest.mark.meets("B-057")
def test_anybody_sees_how_many_places_are_left_in_words(visitor: Browser) -> None:
    for each in range(7):
        book(a_wish("personal", "10:15", "10:30"), booker=a_booker(f"p-{each}"), nonce="n", at=NOW)
    book(a_wish("meeting", "10:00", "12:00"), booker=a_booker("m"), nonce="n", at=NOW)

    page = visitor.get("/availability?day=2026-11-24")

    assert page.status == 200
    rows = {
        row[0]: GRID_CELL.findall(row[1])
        for row in re.findall(r'class="grid__area">([^<]+)(.*?)</tr>', page.body, re.DOTALL)
    }
    assert [words for _, words, _ in rows["パーソナルデスク"]][:4] == ["空きあり", "空きあり", "残りわずか", "空きあり"]
    assert [left for _, _, left in rows["パーソナルデスク"]][:4] == ["8", "8", "1", "8"]
    assert [words for _, words, _ in rows["会議室"]] == ["空きあり"] * 2 + ["満席"] * 2 + ["空きあり"] * 6
    assert {left for _, _, left in rows["オープンデスク"]} == {"22"}


@pytest.mark.meets("B-007")
def test_each_place_says_whether_it_has_power(visitor: Browser) -> None:
    notes = re.findall(r'class="grid__note">([^<]+)<', visitor.get("/availability").body)

    assert notes == ["全8席・電源・仕切り", "全22席・電源", "全2席・電源・防音", "1室（4人まで）・電源・防音", "全6席"]


def test_the_page_of_free_places_may_be_kept_by_a_cache_and_sets_no_cookie(visitor: Browser) -> None:
    page = visitor.get("/availability")

    assert page.headers["Cache-Control"] == "public, max-age=0, s-maxage=15"
    assert page.cookies == []
    assert "2026年11月24日（火）の空席" in page.body


def test_a_members_page_of_free_places_is_not_kept(browser: Browser) -> None:
    assert browser.get("/availability").headers["Cache-Control"] == "no-store"


def test_hours_that_began_are_closed(visitor: Browser) -> None:
    wiring.use(clock=lambda: tokyo(TUESDAY, 10, 30))

    body = visitor.get("/availability?day=2026-11-24&area=booth").body

    assert [words for _, words, _ in GRID_CELL.findall(body)] == ["受付終了"] * 3 + ["空きあり"] * 7
    assert "パーソナルデスク 空きあり" not in body


@pytest.mark.meets("B-035")
def test_each_day_of_the_fiscal_year_is_open_or_says_why_it_is_closed(visitor: Browser) -> None:
    is_open: dict[int, int] = {}
    for offset in range(365):
        day = date(2026, 4, 1) + timedelta(days=offset)
        wiring.use(clock=lambda day=day: tokyo(day, 8))  # type: ignore[misc]
        body = visitor.get(f"/availability?day={day}").body
        assert ("grid__slot" in body) != ("この日は休館日です（" in body), day
        is_open[day.month] = is_open.get(day.month, 0) + ("grid__slot" in body)

    assert list(is_open.values()) == [21, 18, 22, 22, 20, 19, 21, 19, 20, 19, 18, 22]
    assert sum(is_open.values()) == 241


@pytest.mark.parametrize("day", ["2026-13-40", "tomorrow", "20261124", "2026-11-20", "2027-11-24", "<script>"])
def test_a_day_that_cannot_be_shown_says_how_to_mend_it(visitor: Browser, day: str) -> None:
    page = visitor.get(f"/availability?day={day}")

    assert page.status == 422
    assert "<title>エラー：" in page.body
    assert 'href="#day"' in page.body
    assert "<script>" not in page.body.replace('<script src="/static/js/madoguchi.js"', "")


def test_the_days_beside_skip_closed_days(visitor: Browser) -> None:
    body = visitor.get("/availability?day=2026-11-20").body
    assert "空席を見られるのは、2026年11月21日（土）から2027年1月20日（水）まで" in body

    body = visitor.get("/availability?day=2026-11-23&area=open").body

    assert "この日は休館日です（勤労感謝の日）" in body
    assert 'href="/availability?day=2026-11-24&amp;area=open"' in body


@pytest.mark.meets("B-038")
def test_nobody_books_without_being_registered_and_signed_in(visitor: Browser) -> None:
    refused = [visitor.get("/bookings/new?area=open"), visitor.post("/bookings/new", WISH | {"step": "book"})]

    assert [each.status for each in refused] == [303, 303]
    assert all(each.location.startswith("/sign-in?next=%2Fbookings%2Fnew") for each in refused)
    assert store.bookings_of_day(TUESDAY) == []


def test_a_member_books_after_a_confirmation_page(browser: Browser) -> None:
    form = browser.get("/bookings/new?area=personal&day=2026-11-24&start=10:00").body
    for chosen in (
        'value="personal" selected',
        'value="2026-11-24" selected',
        'value="10:00" selected',
        'value="11:00" selected',
    ):
        assert chosen in form
    check = browser.submit("/bookings/new", "/bookings/new", WISH | {"step": "check"})
    assert check.status == 200
    assert "まだ予約は終わっていません" in check.body
    assert store.bookings_of_day(TUESDAY) == []

    booking_id = booked_by(browser)

    shown = browser.get(f"/bookings/{booking_id}?done=booked").body
    assert "予約を承りました" in shown
    assert "10:00～12:00" in shown
    assert booking_id in browser.get("/bookings").body
    (made,) = store.bookings_of_day(TUESDAY)
    assert (made.booker.member_id, made.booker.member_class, made.booker.home) == ("member-1", "outside", "13")


@pytest.mark.meets("B-005")
def test_no_page_of_a_booking_asks_for_money(browser: Browser) -> None:
    pages = [
        browser.get("/bookings/new").body,
        browser.submit("/bookings/new", "/bookings/new", WISH | {"step": "check"}).body,
        browser.get(f"/bookings/{booked_by(browser)}").body,
    ]

    for body in pages:
        assert "無料" in body
        assert not re.search(r"円|支払|決済|クレジット", body)


def test_editing_keeps_what_was_chosen(browser: Browser) -> None:
    page = browser.submit("/bookings/new", "/bookings/new", WISH | {"step": "edit"})

    assert page.status == 200
    for chosen in ('value="personal" selected', 'value="12:00" selected'):
        assert chosen in page.body


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"area": ""}, "area", "場所を一覧から選んでください"),
        ({"day": "2026-11-31"}, "day", "利用日を確認してください"),
        ({"day": "2026-11-23"}, "day", "休館日です（勤労感謝の日）"),
        ({"start": ""}, "start", "時刻を一覧から選んでください"),
        ({"start": "10:07"}, "start", "15分きざみ"),
        ({"end": ""}, "end", "終了時刻を一覧から選んでください"),
        ({"end": "09:00"}, "end", "開始時刻より後"),
        ({"start": "17:00", "end": "17:30"}, "end", "開館時間は08:30から17:15まで"),
        ({"area": "booth", "end": "13:00"}, "end", "2時間まで"),
        ({"area": "meeting", "party": "5"}, "party", "1人から4人まで"),
        ({"party": "２"}, "party", "利用人数を確認してください"),
        ({"day": "2027-02-01"}, "day", "から受け付けます"),
    ],
)
@pytest.mark.parametrize("step", ["check", "book"])
def test_bad_input_is_said_beside_its_field_and_kept(
    browser: Browser, step: str, changes: dict[str, str], field: str, words: str
) -> None:
    typed = WISH | changes

    page = browser.submit("/bookings/new", "/bookings/new", typed | {"step": step})

    assert page.status == 422
    assert "<title>エラー：" in page.body
    assert f'<a href="#{field}">' in page.body
    assert words in page.body
    assert f'id="{field}-error"' in page.body
    kept = [typed[name] for name in WISH if name != field]
    assert all(f'value="{value}" selected' in page.body for value in kept)
    assert store.bookings_of_day(TUESDAY) == []


def test_a_full_place_is_a_conflict_and_the_form_comes_back(browser: Browser) -> None:
    book(a_wish("meeting"), booker=a_booker("other"), nonce="n", at=NOW)

    for step in ("check", "book"):
        page = browser.submit("/bookings/new", "/bookings/new", WISH | {"area": "meeting", "step": step})
        assert page.status == 409
        assert "満席になりました" in page.body
        assert 'value="meeting" selected' in page.body


def test_the_same_form_posted_twice_is_one_booking(browser: Browser) -> None:
    form = WISH | {"step": "book", "nonce": "n", "csrf": csrf_of(browser)}

    first, second = browser.post("/bookings/new", form), browser.post("/bookings/new", form)

    assert first.location == second.location
    assert len(store.bookings_of_day(TUESDAY)) == 1


def csrf_of(browser: Browser) -> str:
    """The token of the member's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get("/bookings/new").body)
    assert found
    return found[1]


def test_a_form_without_its_token_books_nothing(browser: Browser) -> None:
    assert browser.post("/bookings/new", WISH | {"step": "book", "nonce": "n"}).status == 403
    assert store.bookings_of_day(TUESDAY) == []


def test_a_member_changes_a_booking_within_its_desk_and_to_another_day(browser: Browser) -> None:
    first = booked_by(browser)
    page = f"/bookings/{first}/change"
    assert 'value="10:00" selected' in browser.get(page).body

    within = browser.submit(page, page, WISH | {"start": "13:00", "end": "15:00"})
    assert within.location == f"/bookings/{first}?done=changed"
    elsewhere = browser.submit(page, page, WISH | {"area": "open", "day": "2026-11-25"})

    second = elsewhere.location.removeprefix("/bookings/").partition("?")[0]
    assert second != first
    assert "予約を変更しました" in browser.get(elsewhere.location).body
    assert browser.get(f"/bookings/{first}").location == f"/bookings/{second}"
    assert [each.area for each in store.bookings_of_day(WEDNESDAY)] == ["open"]


def test_a_refused_change_shows_the_form_again_and_keeps_the_booking(browser: Browser) -> None:
    book(a_wish("meeting"), booker=a_booker("other"), nonce="n", at=NOW)
    booking_id = booked_by(browser)
    page = f"/bookings/{booking_id}/change"

    full = browser.submit(page, page, WISH | {"area": "meeting"})
    bad = browser.submit(page, page, WISH | {"end": "09:00"})

    assert (full.status, bad.status) == (409, 422)
    assert 'value="meeting" selected' in full.body
    assert "開始時刻より後" in bad.body
    assert store.booking(booking_id).slot == a_wish().slot


def test_a_member_cancels_by_a_button(browser: Browser) -> None:
    booking_id = booked_by(browser)
    page = f"/bookings/{booking_id}/cancel"
    assert "この予約を取り消す" in browser.get(page).body
    assert store.booking(booking_id).state is State.BOOKED

    done = browser.submit(page, page, {})

    assert done.location == f"/bookings/{booking_id}?done=cancelled"
    assert "予約を取り消しました" in browser.get(done.location).body
    assert store.booking(booking_id).state is State.CANCELLED
    assert browser.get(page).status == 409
    assert browser.get(f"/bookings/{booking_id}/change").status == 409


def test_an_old_form_does_not_say_that_a_cancelled_booking_was_made(browser: Browser) -> None:
    form = WISH | {"step": "book", "nonce": "n", "csrf": csrf_of(browser)}
    booking_id = browser.post("/bookings/new", form).location.removeprefix("/bookings/").partition("?")[0]
    browser.submit(f"/bookings/{booking_id}/cancel", f"/bookings/{booking_id}/cancel", {})

    page = browser.get(browser.post("/bookings/new", form).location).body

    assert "予約を承りました" not in page
    assert "取消し済み" in page


def test_the_calendar_file_is_downloaded(browser: Browser) -> None:
    answer = browser.get(f"/bookings/{booked_by(browser)}/calendar")

    (event,) = Calendar.from_ical(answer.body).events
    assert answer.headers["Content-Type"] == "text/calendar"
    assert event.start == tokyo(TUESDAY, 10)


@pytest.mark.parametrize("page", ["", "/calendar", "/change", "/cancel"])
def test_somebody_elses_booking_is_not_there(browser: Browser, page: str) -> None:
    theirs = book(a_wish(), booker=a_booker("other"), nonce="n", at=NOW)
    url = f"/bookings/{theirs.booking_id}{page}"

    assert browser.get(url).status == 404
    if page in {"/change", "/cancel"}:
        assert browser.post(url, WISH | {"csrf": csrf_of(browser), "nonce": "n"}).status == 404
    assert store.booking(theirs.booking_id) == theirs
    assert theirs.booking_id not in browser.get("/bookings").body


@pytest.mark.usefixtures("tables")
def test_the_next_days_are_told_at_a_glance() -> None:
    days = next_days(date(2026, 11, 22), at=NOW, most=3)

    assert [(each.day.day, each.state, each.note) for each in days] == [
        (22, "closed", "日曜日"),
        (24, "plenty", ""),
        (25, "plenty", ""),
    ]
    assert next_days(TUESDAY, at=tokyo(TUESDAY, 17, 1), most=1)[0].state == "past"
