"""Reading the form of a new event, and what an event says about itself."""

from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.events.refusals import InvalidEventError
from madoguchi.events.rules import Event, EventDraft, read_draft
from madoguchi.japan.time import Month

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FORM = {
    "title": "交流会",
    "description": "説明です",
    "place": "会議室",
    "day_year": "2026",
    "day_month": "12",
    "day_day": "5",
    "starts": "14:00",
    "ends": "16:00",
    "capacity": "10",
}


def read(**changed: str) -> EventDraft:
    form = FORM | changed
    return read_draft(lambda field: form.get(field, ""), NOW)


def problems(**changed: str) -> list[str]:
    with pytest.raises(InvalidEventError) as refused:
        read(**changed)
    return [field for field, _ in refused.value.problems]


def an_event(*, taken: int, capacity: int = 10, starts: datetime = NOW + timedelta(days=1)) -> Event:
    return Event("e", "交流会", "", "", "会議室", starts, starts + timedelta(hours=2), capacity, taken)


def test_times_are_typed_in_tokyo_and_kept_in_utc() -> None:
    draft = read()

    assert draft.starts == datetime(2026, 12, 5, 5, 0, tzinfo=UTC)
    assert draft.ends == datetime(2026, 12, 5, 7, 0, tzinfo=UTC)


def test_full_width_digits_are_understood() -> None:
    assert read(day_day="５", starts="１４：００", capacity="１０") == read()


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert problems(title="", day_month="13", starts="25:99", capacity="0") == [
        "title",
        "day_year",
        "starts",
        "capacity",
    ]


@pytest.mark.parametrize("capacity", ["-1", "1001", "ten", ""])
def test_a_capacity_that_is_none_is_refused(capacity: str) -> None:
    assert problems(capacity=capacity) == ["capacity"]


def test_an_event_ends_after_it_starts() -> None:
    assert problems(starts="16:00", ends="16:00") == ["ends"]


def test_an_event_lies_in_the_future() -> None:
    assert problems(day_year="2025") == ["day_year"]


@pytest.mark.parametrize("year", ["1", "9999", "9" * 30])
def test_a_year_that_nobody_means_is_refused(year: str) -> None:
    assert problems(day_year=year, starts="00:00", ends="24:00") == ["day_year"]


def test_a_title_is_one_line_without_control_characters() -> None:
    draft = read(title="交流\r\n会\x00\x1b", description="一\r\n二\x00")

    assert (draft.title, draft.description) == ("交流 会", "一\n二")


def test_a_text_that_is_too_long_says_how_long_it_is() -> None:
    with pytest.raises(InvalidEventError) as refused:
        read(title="あ" * 61)
    assert refused.value.problems == [("title", "イベント名は60文字以内で入力してください（いまは61文字です）。")]


@pytest.mark.parametrize(
    ("taken", "state", "text"), [(0, "plenty", "残り10席"), (7, "few", "残り3席"), (10, "full", "満席")]
)
def test_seats_are_told_as_text(taken: int, state: str, text: str) -> None:
    event = an_event(taken=taken)

    assert (event.state, event.seats_text) == (state, text)


def test_an_event_belongs_to_the_month_of_tokyo() -> None:
    last_evening_of_november_in_utc = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)

    assert an_event(taken=0, starts=last_evening_of_november_in_utc).month == Month(2026, 12)


def test_the_time_reads_as_one_line() -> None:
    event = an_event(taken=0, starts=datetime(2026, 12, 5, 5, 0, tzinfo=UTC))

    assert event.time_text == "2026年12月5日（土）14:00～16:00"
