"""The booking form: what was typed, as a wish or as errors, and the choices that it offers."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from madoguchi.japan.time import day_text
from madoguchi.members.rules import Member
from madoguchi.office.plan import office_on
from madoguchi.office.refusals import (
    PartySizeError,
    UnknownAreaError,
    UnreadableDayError,
    UnreadableTimeError,
)
from madoguchi.office.rules import (
    Booker,
    Booking,
    Slot,
    Wish,
    day_of,
    each_end,
    each_start,
    opening_quarters,
    quarter_of,
    quarter_text,
)
from madoguchi.programme.definition import programme
from madoguchi.programme.places import Office
from madoguchi.refusals import Refusal
from madoguchi.web.visits import FormData

HOUR_IN_QUARTERS = 4
END_MISSING = "終了時刻を一覧から選んでください。予約は15分きざみです。"


@dataclass(frozen=True, slots=True)
class BookingForm:
    """The five values as typed."""

    area: str
    day: str
    start: str
    end: str
    party: str

    @classmethod
    def read(cls, form: FormData) -> Self:
        """Take the values as they came; nobody has to say that they come alone."""
        return cls(form.get("area"), form.get("day"), form.get("start"), form.get("end"), form.get("party") or "1")

    @classmethod
    def of(cls, booking: Booking) -> Self:
        """The form filled in with a booking."""
        slot = booking.slot
        return cls(
            booking.area, slot.day.isoformat(), quarter_text(slot.start), quarter_text(slot.end), str(booking.party)
        )

    def with_an_end(self) -> Self:
        """The form with an hour offered when only the start was chosen."""
        if self.end or not self.start:
            return self
        try:
            _, closes = opening_quarters(self._office())
            end = min(quarter_of(self.start) + HOUR_IN_QUARTERS, closes)
        except UnreadableTimeError:
            return self
        return replace(self, end=quarter_text(end))

    def wish(self) -> Wish | list[tuple[str, str]]:
        """What is wished, or every field that cannot be read with its message."""
        errors = [error for check in (self._area, self._day, self._start, self._end, self._party) if (error := check())]
        if errors:
            return errors
        try:
            slot = Slot.of(date.fromisoformat(self.day), self.start, self.end)
        except Refusal as refusal:
            return [error_of(refusal)]
        return Wish(self.area, slot, int(self.party))

    def _office(self) -> Office:
        """The office on the day that was typed, or as it is now."""
        day = day_of(self.day)
        return office_on(day) if day else programme().office

    def _area(self) -> tuple[str, str] | None:
        return None if self._office().area(self.area) else error_of(UnknownAreaError())

    def _day(self) -> tuple[str, str] | None:
        return None if day_of(self.day) else error_of(UnreadableDayError())

    def _start(self) -> tuple[str, str] | None:
        return None if _is_time(self.start) else error_of(UnreadableTimeError())

    def _end(self) -> tuple[str, str] | None:
        return None if _is_time(self.end) else ("end", END_MISSING)

    def _party(self) -> tuple[str, str] | None:
        is_number = self.party.isascii() and self.party.isdigit() and len(self.party) <= len("999")
        return None if is_number else error_of(PartySizeError())


def error_of(refusal: Refusal) -> tuple[str, str]:
    """The field that the refusal is about, and its message."""
    return getattr(refusal, "field", ""), refusal.message


def booker_of(member: Member) -> Booker:
    """The member as a booking records them."""
    return Booker(
        member_id=member.member_id,
        number=member.number,
        member_class=member.class_id,
        home=member.home,
        facts=member.facts,
    )


def choices(days: list[date]) -> dict[str, Any]:
    """What the select boxes offer: (value, label) pairs."""
    office = programme().office
    most = max(area.seats_per_unit for area in office.areas)
    return {
        "areas": [(area.id, area.label) for area in office.areas],
        "days": [(day.isoformat(), day_text(day)) for day in days],
        "starts": [(text, text) for text in each_start(office)],
        "ends": [(text, text) for text in each_end(office)],
        "parties": [(str(each), f"{each}人") for each in range(1, most + 1)],
    }


def _is_time(text: str) -> bool:
    try:
        quarter_of(text)
    except UnreadableTimeError:
        return False
    return True
