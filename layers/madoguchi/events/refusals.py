"""Why a sign-up is refused, and what the person can do instead."""

from madoguchi.refusals import ConflictError, GoneError, InvalidError, NotFoundError


class NoSuchEventError(NotFoundError):
    """There is no event of that id."""

    code = "no_such_event"
    message = "お探しのイベントが見つかりません。イベントの一覧をご覧ください。"


class NoSuchSignUpError(NotFoundError):
    """The mailed link leads to no sign-up."""

    code = "no_such_sign_up"
    message = "このリンクの申込みが見つかりません。メールのリンクを最後までそのまま開いているか、確かめてください。"


class EventFullError(ConflictError):
    """Every seat is taken."""

    code = "event_full"
    message = "満席です。最後の席まで申込みがありました。取消しが出ると、また申し込めるようになります。"


class EventStartedError(ConflictError):
    """The event has begun, or is over."""

    code = "event_started"
    message = "このイベントの受付は終了しました。"


class AlreadySignedUpError(ConflictError):
    """This person has a seat already."""

    code = "already_signed_up"
    message = "このイベントには、すでに申し込まれています。くわしくは、お送りしたメールをご覧ください。"


class SameSignUpError(ConflictError):
    """The sign-up was recorded already: the same form was sent again."""

    code = "same_sign_up"


class SignUpChangedError(ConflictError):
    """The sign-up is no longer in the state that was read."""

    code = "sign_up_changed"
    message = "申込みの状態が変わっていました。ページを読み込み直して、確かめてください。"


class HoldExpiredError(GoneError):
    """The guest's seat was held for a limited time, which is over."""

    code = "hold_expired"
    message = (
        "確認の期限を過ぎたため、お取りしていた席は、ほかの方が申し込めるようになりました。"
        "席が残っていれば、もう一度お申し込みいただけます。"
    )


class InvalidEventError(InvalidError):
    """The form of a new event cannot be accepted; `problems` are (field id, message) pairs."""

    code = "invalid_event"

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        """Keep the problems, in the order of the form."""
        self.problems = problems
        super().__init__()
