"""A programme definition is checked before it is published, with errors that lead to the line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from madoguchi.programme.schema import DefinitionError, compile_definition

DEFINITION = Path(__file__).resolve().parents[3] / "layers" / "programmes" / "telework-office" / "programme.yaml"
AIM_PURPOSE = "purpose: 利用者区分の集計と、施設の運営の改善"

Edit = Callable[[str, str], Path]


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


def problem_of(path: Path) -> str:
    with pytest.raises(DefinitionError) as refused:
        compile_definition(path)
    assert len(refused.value.problems) == 1
    return str(refused.value)


def test_the_real_definition_compiles() -> None:
    assert compile_definition(DEFINITION)["id"] == "telework-office"


@pytest.mark.meets("A-064")
@pytest.mark.parametrize("without", ["", "purpose: ''"])
def test_a_field_without_a_purpose_cannot_be_published(edited: Edit, without: str) -> None:
    problem = problem_of(edited(AIM_PURPOSE, without))
    assert "registration.forms.0.sections.1.fields.3.purpose" in problem
    lines = DEFINITION.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines, 1) if "id: aim" in line)
    assert start <= int(problem.split(":")[1]) <= start + 6


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("kind: prefecture", "kind: county", "kind"),
        ("version: 1\n", "version: 1\nversoin: 2\n", "misspelt"),
        ('opens: "08:30"', 'opens: "08:40"', "quarter-hour"),
        ('closes: "17:15"', 'closes: "08:00"', "closes must lie after opens"),
        (
            "{id: inside, label: 県内勤務者, days_ahead: 30}",
            "{id: inside, label: 県内勤務者, days_ahead: 30, when: {aim: [daily]}}",
            "last class",
        ),
        ("affiliation: [student]}}", "affiliation: [pupil]}}", "pupil"),
        ("consent: newsletter", "consent: letters", "letters"),
        ("id: booth", "id: open", "twice"),
        ("{block: email, required: true", "{block: phone, required: true", "email"),
    ],
)
def test_a_mistake_is_explained(edited: Edit, old: str, new: str, complaint: str) -> None:
    assert complaint in problem_of(edited(old, new))


def test_broken_yaml_is_explained(edited: Edit) -> None:
    assert "programme.yaml:" in problem_of(edited("id: telework-office", "id: [telework-office"))
