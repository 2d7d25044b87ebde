"""The family of refusals: what the counter says no to, and how the person can mend it.

Anything outside this family is a bug and becomes a faceless 500.
"""


class Refusal(Exception):  # noqa: N818 a refusal is an answer, not an error
    """The counter says no. `message` is Japanese and says how to mend it; `code` is stable."""

    code = "refused"
    message = "この操作は受け付けられませんでした。"

    def __init__(self, message: str | None = None) -> None:
        """Take a message of its own where the class's is too general."""
        self.message = message or type(self).message
        super().__init__(self.code)


class InvalidError(Refusal):
    """What was typed cannot be accepted as it is."""

    code = "invalid"
    message = "入力内容を確認してください。"


class NotFoundError(Refusal):
    """There is no such thing, or it is not the viewer's."""

    code = "not_found"
    message = "お探しのページまたは記録が見つかりません。"


class ForbiddenError(Refusal):
    """The viewer's role does not allow this."""

    code = "forbidden"
    message = "この操作を行う権限がありません。"


class ConflictError(Refusal):
    """Somebody or something else was there first."""

    code = "conflict"
    message = "ほかの操作と重なったため、受け付けられませんでした。最新の状態を確認してください。"


class GoneError(Refusal):
    """The link was used already or is too old."""

    code = "gone"
    message = "このリンクは使用済みか、期限が切れています。もう一度はじめから手続きをしてください。"


class TooManyError(Refusal):
    """Too many attempts in a short time."""

    code = "too_many"
    message = "短い時間に操作がくり返されました。しばらく時間をおいてから、もう一度お試しください。"
