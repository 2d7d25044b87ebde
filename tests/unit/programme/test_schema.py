"""A programme definition is checked before it is published, with errors that lead to the line."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from madoguchi.programme.schema import DefinitionError, compile_definition, compile_programme

DEFINITION = Path(__file__).resolve().parents[3] / "layers" / "programmes" / "telework-office" / "programme.yaml"
AIM_PURPOSE = "purpose: 利用者区分の集計と、施設の運営の改善"
FORM = "registration.forms.0"

Edit = Callable[[str, str], Path]


class Broken(NamedTuple):
    """One thing wrong in the real definition: what is replaced, and what the message must say.

    `at` stands in the line that the message must name.
    """

    name: str
    old: str
    new: str
    at: str
    key: str
    says: tuple[str, ...]


BROKEN = [
    Broken(
        "misspelt key", "version: 1\n", "version: 1\nversoin: 2\n", "versoin", "versoin", ("'version'", "holds_from")
    ),
    Broken(
        "misspelt key of a field",
        "counted: true\n",
        "conted: true\n",
        "conted",
        f"{FORM}.sections.1.fields.0.conted",
        ("did you mean 'counted'",),
    ),
    Broken("missing key", "  mail: office@telework.example.jp\n", "", "site:", "site.mail", ("missing", "phone_hours")),
    Broken(
        "unknown kind",
        "kind: prefecture",
        "kind: county",
        "kind: county",
        f"{FORM}.sections.1.fields.2.kind",
        ("'county'", "prefecture", "checkboxes"),
    ),
    Broken(
        "unknown block",
        "{block: kana,",
        "{block: furigana,",
        "furigana",
        f"{FORM}.sections.0.fields.1.block",
        ("'furigana'", "name_latin"),
    ),
    Broken(
        "unknown field of a block",
        "{block: kana,",
        "{block: kana, fields: {mother: {}},",
        "mother",
        f"{FORM}.sections.0.fields.1.fields",
        ("'mother'", "family_kana, given_kana"),
    ),
    Broken(
        "facts with a period",
        "label: 予約と利用の記録, months: 0",
        "label: 予約と利用の記録, months: 12",
        "months: 12, keeps",
        "retention.2.months",
        ("keeps: facts", "allowed: 0"),
    ),
    Broken(
        "yes or no",
        "closed_on_holidays: true",
        "closed_on_holidays: sometimes",
        "sometimes",
        "office.closed_on_holidays",
        ("true or false",),
    ),
    Broken(
        "no number",
        "daily_limit_minutes: 525",
        "daily_limit_minutes: long",
        "minutes: long",
        "office.daily_limit_minutes",
        ("whole number",),
    ),
    Broken(
        "too big a number",
        "guest_hold_minutes: 30",
        "guest_hold_minutes: 300",
        "300",
        "events.guest_hold_minutes",
        ("300", "30 or less"),
    ),
    Broken(
        "no quarter-hours",
        "daily_limit_minutes: 525",
        "daily_limit_minutes: 520",
        "520",
        "office.daily_limit_minutes",
        ("multiples of 15",),
    ),
    Broken("no quarter-hour", 'opens: "08:30"', 'opens: "08:40"', "08:40", "office.opens", ("quarter-hour", ":15")),
    Broken("no time of day", 'opens: "08:30"', "opens: morning", "morning", "office.opens", ("'morning'", "'08:30'")),
    Broken("no date", "holds_from: 2026-04-01", "holds_from: April", "holds_from", "holds_from", ("2026-04-01",)),
    Broken(
        "a month without a day",
        "{starts: 12-29,",
        "{starts: 12月29日,",
        "starts: 12月29日",
        "office.yearly_closures.0.starts",
        ("12-29",),
    ),
    Broken(
        "a prefecture without its zero",
        'prefectures: ["35"]',
        "prefectures: [35]",
        "[35]",
        "reports.regions.3.prefectures.0",
        ("in quotes",),
    ),
    Broken(
        "no such prefecture",
        'prefectures: ["35"]',
        'prefectures: ["48"]',
        '"48"',
        "reports.regions.3.prefectures.0",
        ("'48'", "'01' to '47'"),
    ),
    Broken(
        "an id with a capital", "{id: booth,", "{id: Booth,", "Booth", "office.areas.2.id", ("'Booth'", "small letters")
    ),
    Broken(
        "no mail address",
        "mail: office@telework.example.jp",
        "mail: office",
        "mail: office",
        "site.mail",
        ("'office'", "office@town.example.jp"),
    ),
    Broken(
        "an empty text",
        "name: 山あいテレワークオフィス\n",
        "name: ''\n",
        "name: ''",
        "site.name",
        ("must not be empty",),
    ),
    Broken(
        "closes before it opens", 'closes: "17:15"', 'closes: "08:00"', "closes:", "office.closes", ("after opens",)
    ),
    Broken(
        "ends before it starts",
        "ends: 2027-03-31",
        "ends: 2025-03-31",
        "2025-03-31",
        "contract.ends",
        ("before starts (2026-04-01)",),
    ),
    Broken(
        "the same id twice",
        "{id: booth,",
        "{id: open,",
        "Web会議用ブース, units",
        "office.areas.2",
        ("'open'", "twice"),
    ),
    Broken(
        "choices of what is typed",
        "kind: radio",
        "kind: text",
        "options:",
        f"{FORM}.sections.1.fields.0.options",
        ("takes no options", "radio"),
    ),
    Broken(
        "an answer that cannot be given",
        "affiliation: [student]}}",
        "affiliation: [pupil]}}",
        "pupil",
        "members.classes.0.unless.affiliation",
        ("'pupil'", "company, other, sole, student"),
    ),
    Broken(
        "a rule about no field",
        "days_ahead: 30, when: {affiliation: [student]}",
        "days_ahead: 30, when: {job: [student]}",
        "job:",
        "members.classes.2.when",
        ("'job'", "affiliation"),
    ),
    Broken(
        "nobody is left over",
        "{id: inside, label: 県内勤務者, days_ahead: 30}",
        "{id: inside, label: 県内, days_ahead: 30, when: {aim: [daily]}}",
        "label: 県内,",
        "members.classes.3",
        ("last class", "everybody"),
    ),
    Broken(
        "no such consent",
        "consent: newsletter",
        "consent: letters",
        "consent: letters",
        "newsletters.consent",
        ("'letters'", "terms, newsletter, interview"),
    ),
    Broken(
        "no address to write to",
        "{block: email, required: true",
        "{block: phone, required: true",
        "- id: person",
        FORM,
        ("exactly one field of kind 'email'",),
    ),
    Broken(
        "nobody to call by a name",
        "{block: name, required: true",
        "{block: phone, required: true",
        "- id: person",
        FORM,
        ("the block 'name'", "`light: true`"),
    ),
    Broken(
        "a part without its module",
        "modules: [office, events, newsletters]",
        "modules: [office, events]",
        "modules:",
        "modules",
        ("'newsletters'", "both or not at all"),
    ),
    Broken(
        "no such module",
        "modules: [office,",
        "modules: [offices,",
        "modules:",
        "modules.0",
        ("'offices'", "'office'", "'events'"),
    ),
    Broken(
        "data without an end",
        "  - {id: evidence,",
        "  - {id: proof,",
        "retention:",
        "retention",
        ("no period", "evidence"),
    ),
    Broken(
        "a change of nothing", "key: site.lead", "key: site.leed", "site.leed", "overridable.6.key", ("no 'site.leed'",)
    ),
    Broken(
        "no such role", "roles: [manager]}", "roles: [boss]}", "boss", "overridable.0.roles.0", ("'boss'", "'manager'")
    ),
    Broken(
        "a list that is none",
        "weekdays: [1, 2, 3, 4, 5]",
        "weekdays: 1-5",
        "1-5",
        "office.weekdays",
        ("a list: [a, b]",),
    ),
    Broken(
        "a text instead of a part",
        "staff_notice:\n",
        "staff_notice: 秘密を守ります\nold_notice:\n",
        "staff_notice: 秘密",
        "staff_notice",
        ("keys and values",),
    ),
]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """The real definition with one place changed."""

    def edit(old: str, new: str) -> Path:
        text = DEFINITION.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "programme.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return edit


def problems_of(path: Path) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        compile_definition(path)
    return str(refused.value).splitlines()


def test_the_real_definition_compiles() -> None:
    assert compile_definition(DEFINITION)["id"] == "telework-office"


@pytest.mark.meets("A-064")
@pytest.mark.parametrize("without", ["", "purpose: ''"])
def test_a_field_without_a_purpose_cannot_be_published(edited: Edit, without: str) -> None:
    (problem,) = problems_of(edited(AIM_PURPOSE, without))
    assert "registration.forms.0.sections.1.fields.4.purpose" in problem
    lines = DEFINITION.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines, 1) if "id: aim" in line)
    assert start <= int(problem.split(":")[1]) <= start + 6


def test_a_form_without_a_purpose_cannot_be_published(edited: Edit) -> None:
    path = edited("      purpose:\n        ja: ご記入", "      intent:\n        ja: ご記入")
    problems = problems_of(path)
    assert any(f"{FORM}.purpose: this key is missing" in problem for problem in problems)


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_mistake_is_explained_with_its_file_line_and_key_and_what_is_allowed(edited: Edit, broken: Broken) -> None:
    path = edited(broken.old, broken.new)
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if broken.at in text)

    problem = problems_of(path)[0]

    assert problem.startswith(f"{path}:{line}: {broken.key}: ")
    message = problem.partition(f"{broken.key}: ")[2]
    assert all(word in message for word in broken.says), message
    # Nothing of the machinery: no types, no addresses of manuals, no input_value.
    assert not re.search(r"https?:|input_|pydantic|Input should|valid (string|integer|dictionary)", message), message


def test_broken_yaml_is_explained(edited: Edit) -> None:
    (problem,) = problems_of(edited("id: telework-office", "id: [telework-office"))
    assert re.search(r"programme\.yaml:\d+: -: ", problem)


def test_a_file_of_another_encoding_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "programme.yaml"
    path.write_bytes("site: 山あい".encode("cp932"))
    (problem,) = problems_of(path)
    assert "UTF-8" in problem


def test_every_mistake_is_told_at_once(edited: Edit) -> None:
    path = edited('opens: "08:30"', 'opens: "08:40"')
    path.write_text(path.read_text(encoding="utf-8").replace("mail: office@", "mail: office-at-"), encoding="utf-8")
    assert [problem.split(": ")[1] for problem in problems_of(path)] == ["site.mail", "office.opens"]


def test_a_later_version_follows_the_earlier_ones(edited: Edit, tmp_path: Path) -> None:
    current = edited("version: 1\nholds_from: 2026-04-01", "version: 11\nholds_from: 2026-11-01")
    for version, day in ((2, "2026-05-01"), (10, "2026-10-01")):
        earlier = edited_text(version, day)
        (tmp_path / "versions").mkdir(exist_ok=True)
        (tmp_path / "versions" / f"{version}.yaml").write_text(earlier, encoding="utf-8")
    current.write_text(edited_text(11, "2026-11-01"), encoding="utf-8")
    assert [each["version"] for each in compile_programme(tmp_path)["versions"]] == [2, 10, 11]

    (tmp_path / "versions" / "10.yaml").write_text(edited_text(10, "2026-12-01"), encoding="utf-8")
    with pytest.raises(DefinitionError, match="version 11 from 2026-11-01 does not follow version 10 from 2026-12-01"):
        compile_programme(tmp_path)


def edited_text(version: int, holds_from: str) -> str:
    text = DEFINITION.read_text(encoding="utf-8")
    return text.replace("version: 1\nholds_from: 2026-04-01", f"version: {version}\nholds_from: {holds_from}", 1)
