"""The tables about people: who registered, by class, region, source and every counted answer, and stages."""

from collections.abc import Callable, Iterable, Iterator

from madoguchi.japan.prefectures import PREFECTURES
from madoguchi.programme.definition import Programme
from madoguchi.programme.questions import Field
from madoguchi.reports.activity import Joiner, Move
from madoguchi.reports.counting import ELSEWHERE, region_of
from madoguchi.reports.figures import Figure, percent

BY_CLASS = "新規登録（利用者区分別）"
BY_REGION = "新規登録（居住地別）"
BY_FORM = "新規登録（登録の種類別）"
BY_SOURCE = "新規登録（登録のきっかけ別）"
BY_ANSWER = "新規登録（{label}別）"
IN_TARGET = "新規登録に占める対象者"
STAGE_MOVES = "段階の移行"
UNKNOWN = "不明・未回答"
NO_STAGE = "（なし）"


def tables(joiners: tuple[Joiner, ...], moves: tuple[Move, ...], programme: Programme) -> Iterator[Figure]:
    """Every table about people that the definition has something to say about."""
    members, registration = programme.members, programme.registration
    yield from _table(BY_CLASS, {each.id: each.label for each in members.classes}, joiners, _class_of)
    if programme.reports.region_fields:
        labels = {label: label for label in regions(programme)}
        yield from _table(BY_REGION, labels, joiners, lambda one: [region_of(one.home, programme)])
    if len(registration.forms) > 1:
        labels = {form.id: form.label for form in registration.forms}
        yield from _table(BY_FORM, labels, joiners, lambda one: [one.form_id or registration.usual.id])
    if members.sources:
        labels = {each.id: each.label for each in members.sources} | {"": UNKNOWN}
        yield from _table(BY_SOURCE, labels, joiners, lambda one: [one.source])
    for field in registration.counted:
        yield from _by_answer(field, joiners)
    yield from _in_target(joiners, programme)
    yield from _stage_moves(moves, programme)


def regions(programme: Programme) -> list[str]:
    """The region groups, and everywhere else."""
    return [*(region.label for region in programme.reports.regions), ELSEWHERE]


def _class_of(joiner: Joiner) -> list[str]:
    return [joiner.member_class]


def _by_answer(field: Field, joiners: tuple[Joiner, ...]) -> Iterator[Figure]:
    """A field of several choices counts a person once for each; prefectures only where somebody came from."""

    def answers(joiner: Joiner) -> list[str]:
        return joiner.facts.get(field.id, "").split(",")

    labels = {option.value: option.label for option in field.options}
    if field.kind == "prefecture":
        labels = PREFECTURES
    if not labels:
        labels = {answer: answer for joiner in joiners for answer in sorted(answers(joiner)) if answer}
    if field.kind == "prefecture":
        found = {answer for joiner in joiners for answer in answers(joiner)}
        labels = {code: name for code, name in labels.items() if code in found}
    yield from _table(BY_ANSWER.format(label=field.label), labels | {"": UNKNOWN}, joiners, answers)


def _in_target(joiners: tuple[Joiner, ...], programme: Programme) -> Iterator[Figure]:
    """The share of the people whom the programme is for among those who registered."""
    target = programme.reports.target
    if target is None:
        return
    wanted = {field: set(values) for field, values in target.when.items()}
    ids = tuple(
        one.member_id
        for one in joiners
        if all(set(one.facts.get(field, "").split(",")) & values for field, values in wanted.items())
    )
    everybody = tuple(one.member_id for one in joiners)
    yield Figure(IN_TARGET, target.label, "対象者", len(ids), "人", ids)
    yield Figure(IN_TARGET, target.label, "新規登録", len(everybody), "人", everybody)
    yield Figure(IN_TARGET, target.label, "割合", percent(len(ids), len(everybody)), "%", ids)


def _stage_moves(moves: tuple[Move, ...], programme: Programme) -> Iterator[Figure]:
    """From each stage (row) to each stage (column)."""
    stages = {each.id: each.label for each in programme.members.stages}
    if not stages:
        return
    for before, label in ({"": NO_STAGE} | stages).items():
        for after, group in stages.items():
            ids = tuple(move.member_id for move in moves if (move.before, move.after) == (before, after))
            yield Figure(STAGE_MOVES, label, group, len(ids), "人", ids)


def _table(
    title: str, labels: dict[str, str], joiners: Iterable[Joiner], keys_of: Callable[[Joiner], list[str]]
) -> Iterator[Figure]:
    """One row per label; whoever has none of them counts as unknown where there is such a row."""
    found: dict[str, list[str]] = {key: [] for key in labels}
    for joiner in joiners:
        for key in keys_of(joiner):
            place = found.get(key, found.get(""))
            if place is not None:
                place.append(joiner.member_id)
    for key, label in labels.items():
        yield Figure(title, label, "", len(found[key]), "人", tuple(found[key]))
