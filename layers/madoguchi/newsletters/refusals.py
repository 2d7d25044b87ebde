"""Why something cannot be done with an issue, and what to do instead."""

from madoguchi.refusals import ConflictError, InvalidError, NotFoundError


class NoSuchIssueError(NotFoundError):
    """There is no issue of that id."""

    code = "no_such_issue"
    message = "お探しの号が見つかりません。一覧をご覧ください。"


class InvalidIssueError(InvalidError):
    """A form about an issue cannot be accepted; `problems` are (field id, message) pairs."""

    code = "invalid_issue"

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        """Keep the problems, in the order of the form."""
        self.problems = problems
        super().__init__()


class NotADraftError(ConflictError):
    """The issue is scheduled or sent; its text and time are fixed."""

    code = "not_a_draft"
    message = "この号は、配信の予約か配信が済んでいるため、変更できません。最新の状態を確認してください。"


class AlreadyStartedError(ConflictError):
    """Sending began, so the issue cannot be taken back."""

    code = "already_started"
    message = "配信が始まっているため、取り消せません。最新の状態を確認してください。"


class SameIssueError(ConflictError):
    """The issue was saved already: the same form was sent again."""

    code = "same_issue"


class AlreadyPlannedError(ConflictError):
    """Another run planned one of these recipients, or finished planning."""

    code = "already_planned"


class NothingChosenError(InvalidError):
    """Nobody was chosen among the recipients whose outcome is unknown."""

    code = "nothing_chosen"
    message = "宛先を1件以上選んでください。"


class DeliveryChangedError(ConflictError):
    """The outcome became known, or somebody decided, in the meantime."""

    code = "delivery_changed"
    message = "結果が分かったか、ほかの人が処理した宛先があります。最新の状態を確認してください。"
