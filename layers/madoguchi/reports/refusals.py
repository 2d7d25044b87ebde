"""Why a report is refused."""

from madoguchi.refusals import ConflictError, InvalidError, NotFoundError


class MonthNotOverError(ConflictError):
    """Only a month that is over can be frozen."""

    code = "month_not_over"
    message = "この月はまだ終わっていないため、集計を確定できません。"


class NotFrozenError(NotFoundError):
    """The month has no frozen figures."""

    code = "not_frozen"
    message = "この月の報告はまだ確定していません。"


class ReasonMissingError(InvalidError):
    """A download needs a reason."""

    code = "reason_missing"
    message = "取り出す目的を入力してください。例）10月分を委託者へ提出するため"
