"""Why a booking is refused, and how the person can mend it.

`field` names the form field that the person should change.
"""

from madoguchi.refusals import ConflictError, InvalidError


class UnknownAreaError(InvalidError):
    """The office has no such area."""

    code = "unknown_area"
    field = "area"
    message = "場所を一覧から選んでください。"


class UnreadableDayError(InvalidError):
    """The day is not a calendar day."""

    code = "unreadable_day"
    field = "day"
    message = "利用日を確認してください。2026-11-24のように、実際にある日付が必要です。"


class UnreadableTimeError(InvalidError):
    """The time is not a time of day on a quarter-hour."""

    code = "unreadable_time"
    field = "start"
    message = "時刻を一覧から選んでください。予約は15分きざみです。"


class BackwardTimeError(InvalidError):
    """The end does not lie after the start."""

    code = "backward_time"
    field = "end"
    message = "終了時刻は、開始時刻より後の時刻を選んでください。"


class ClosedDayError(InvalidError):
    """The office is closed on that day."""

    code = "closed_day"
    field = "day"
    message = "この日は休館日です。開館している日を選んでください。"


class OutsideHoursError(InvalidError):
    """The slot is not inside the opening hours."""

    code = "outside_hours"
    field = "end"
    message = "開館時間の中で、開始時刻と終了時刻を選んでください。"


class PastTimeError(InvalidError):
    """The slot starts before now."""

    code = "past_time"
    field = "start"
    message = "開始時刻を過ぎているため、予約できません。これから始まる時刻を選んでください。"


class WindowNotOpenError(InvalidError):
    """The booking window of the member's class has not opened for that day."""

    code = "window_not_open"
    field = "day"
    message = "この日の予約は、まだ受け付けていません。もっと近い日を選んでください。"


class TooLongError(InvalidError):
    """The slot is longer than the area allows."""

    code = "too_long"
    field = "end"
    message = "この場所を一度に使える時間を超えています。終了時刻を早めてください。"


class PartySizeError(InvalidError):
    """More people than the unit has seats, or nobody."""

    code = "party_size"
    field = "party"
    message = "利用人数を確認してください。"


class DailyLimitError(ConflictError):
    """The member would be above the limit of that day."""

    code = "daily_limit"
    field = "end"
    message = "1日に予約できる時間の上限を超えます。時間を短くするか、ほかの日を選んでください。"


class OverlapError(ConflictError):
    """The member has another booking at that time."""

    code = "overlap"
    field = "start"
    message = (
        "同じ時間に、ほかの予約をお持ちです。時間を変えるか、「予約の一覧」から前の予約を変更または取り消してください。"
    )


class TooManyBookingsError(ConflictError):
    """The member booked (and cancelled) too often in one month."""

    code = "too_many_bookings"
    field = "day"
    message = "この月の予約と取消しの回数が上限に達しました。予約が必要なときは、受付にご連絡ください。"


class TooManyChangesError(ConflictError):
    """One booking was changed too often."""

    code = "too_many_changes"
    field = "day"
    message = "この予約の変更回数が上限に達しました。取り消して、新しく予約してください。"


class AreaFullError(ConflictError):
    """No unit of the area is free for the whole slot."""

    code = "area_full"
    field = "area"
    message = "この時間は満席になりました。時間または場所を変えて、もう一度お試しください。"


class MemberBlockedError(ConflictError):
    """The member has withdrawn and books no more."""

    code = "member_blocked"
    field = "area"
    message = "退会の手続きが済んでいるため、予約できません。"


class TooLateError(ConflictError):
    """The booking has started."""

    code = "too_late"
    field = "start"
    message = "開始時刻を過ぎた予約は、変更も取り消しもできません。受付にお申し出ください。"


class NotActiveError(ConflictError):
    """The booking was cancelled, moved or checked in, and cannot be changed."""

    code = "not_active"
    field = "start"
    message = "この予約は、すでに取り消されたか受付が済んでいるため、変更できません。"


class NotTodayError(ConflictError):
    """Check-in belongs to the day of the booking."""

    code = "not_today"
    field = "day"
    message = "受付できるのは、利用日が今日の予約だけです。"


class CannotCheckInError(ConflictError):
    """The booking was cancelled or moved."""

    code = "cannot_check_in"
    field = "day"
    message = "この予約は取り消しまたは変更されているため、受付できません。"
