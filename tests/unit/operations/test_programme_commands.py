"""The commands `madoguchi programme …`, as an operator types them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from madoguchi.programme.definition import decode
from madoguchi.programme.schema import compile_programme
from operations import cli, definitions, new_programme, programmes
from operations.stack import ROOT, OperationError

MINATO = (
    "programme", "new", "minato", "--yes", "--name", "みなと: 「海」の窓口", "--client", "みなと市",
    "--starts", "2026-10-01", "--hours", "8:30~20:00", "--weekdays", "2-5,7", "--seats", "24",
    "--address", "神奈川県みなと市一丁目1番1号",
)  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository without any programme."""
    monkeypatch.setattr(programmes, "FOLDER", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli.app, words, input=typed)


def refusal_of(*words: str, typed: str = "") -> str:
    result = run(*words, typed=typed)
    assert isinstance(result.exception, OperationError), result.output
    return str(result.exception)


def test_a_new_programme_is_right_at_once(folder: Path) -> None:
    made = run(*MINATO)

    assert "Written: minato/programme.yaml" in made.output
    checked = run("programme", "check", "minato/programme.yaml")
    assert checked.exit_code == 0
    assert checked.output.startswith("OK  minato/programme.yaml: version 1 from 2026-10-01; forms: 1, fields: 8,")
    assert "places: 25, modules: office, events, newsletters" in checked.output
    assert (folder / "minato" / "programme.yaml").read_text("utf-8").startswith("# yaml-language-server: $schema=")


def test_what_was_answered_stands_in_it(folder: Path) -> None:
    run(*MINATO)

    (made,) = definitions_of(folder / "minato")
    assert made.site.name == "みなと: 「海」の窓口"
    assert made.contract.client == "みなと市"
    assert str(made.contract.ends) == "2027-03-31"
    assert made.site.hours_text == "月曜日・土曜日を除く毎日　8:30～20:00"
    assert made.site.closed_text.startswith("月曜日・土曜日、")
    assert made.office is not None
    assert (made.office.opens, made.office.closes, made.office.weekdays) == (510, 1200, [2, 3, 4, 5, 7])
    assert made.reports.regions[0].prefectures == ["14"]


def definitions_of(folder: Path):  # type: ignore[no-untyped-def]  # noqa: ANN201 versions, oldest first
    import json  # noqa: PLC0415

    return decode(json.dumps(compile_programme(folder)).encode())


@pytest.mark.parametrize(
    ("weekdays", "said"),
    [
        ("1-5", "月曜日から金曜日"),
        ("1-7", "毎日"),
        ("1,2,4-7", "水曜日を除く毎日"),
        ("2,4", "火曜日・木曜日"),
        ("6-7", "土曜日・日曜日"),
    ],
)
def test_the_open_days_are_said_in_words(folder: Path, weekdays: str, said: str) -> None:
    run("programme", "new", "any", "--yes", "--weekdays", weekdays)

    (made,) = definitions_of(folder / "any")
    assert made.site.hours_text == f"{said}　9:00～17:00"


@pytest.mark.parametrize("modules", ["", *new_programme.MODULES, ",".join(new_programme.MODULES)])
def test_every_choice_of_modules_makes_a_definition_that_works(modules: str) -> None:
    made = run("programme", "new", "any", "--yes", "--modules", modules)

    assert made.exit_code == 0, made.output
    assert run("programme", "check").exit_code == 0


def test_the_questions_show_an_example_and_ask_again_after_a_mistake() -> None:
    typed = "みなと\n\n\n2026-13-01\n2026-04-01\n\noffice\n\n\nmany\n12\n\n\n\n"

    made = run("programme", "new", "minato", typed=typed)

    assert made.exit_code == 0, made.output
    assert "What is the site called? For example みなとコワーキング" in made.output
    assert "'2026-13-01' is not a day such as 2026-04-01" in made.output
    assert "'many' is not a number from 1 to 500" in made.output


@pytest.mark.parametrize(
    ("option", "wrong", "told"),
    [
        ("--hours", "17:00-09:00", "opening hours such as 09:00-17:00"),
        ("--hours", "09:10-17:00", "quarter-hours"),
        ("--weekdays", "Monday", "1 is Monday, 7 is Sunday"),
        ("--modules", "ofice", "allowed: office, events"),
        ("--mail", "office", "such as office@minato.example.jp"),
        ("--ends", "tomorrow", "such as 2026-04-01"),
        ("--name", " ", "something must stand here"),
    ],
)
def test_an_option_that_cannot_be_is_named(folder: Path, option: str, wrong: str, told: str) -> None:
    said = refusal_of("programme", "new", "any", "--yes", option, wrong)

    assert option in said
    assert told in said
    assert not (folder / "any").exists()


def test_a_contract_that_ends_before_it_starts_is_not_written(folder: Path) -> None:
    said = refusal_of("programme", "new", "any", "--yes", "--starts", "2026-04-01", "--ends", "2026-03-31")

    assert "contract.ends: 2026-03-31 lies before starts (2026-04-01)" in said
    assert not (folder / "any").exists()


@pytest.mark.parametrize("name", ["all", "Minato", "みなと", "a" * 31, "../x"])
def test_a_name_that_no_folder_and_no_stack_can_have_is_refused(name: str) -> None:
    assert "cannot be a name; allowed: a-z" in refusal_of("programme", "new", name, "--yes")


def test_a_programme_is_never_overwritten() -> None:
    run(*MINATO)

    assert "is there already" in refusal_of(*MINATO)


def test_a_mistake_is_named_with_file_line_and_key(folder: Path) -> None:
    run(*MINATO)
    file = folder / "minato" / "programme.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("  theme: blue", "  theme: red"), "utf-8")
    line = 1 + text[: text.index("  theme: blue")].count("\n")

    command = [sys.executable, "-m", "operations", "programme", "check", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})  # noqa: TID251

    assert done.returncode == 1
    assert f"minato/programme.yaml:{line}: site.theme: " in done.stdout
    assert "'blue', 'forest', 'plum' or 'teal'" in done.stdout


def test_a_day_that_does_not_exist_is_named_with_its_line(folder: Path) -> None:
    run(*MINATO)
    file = folder / "minato" / "programme.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("  ends: 2027-03-31", "  ends: 2027-02-30"), "utf-8")
    line = 1 + text[: text.index("  ends: 2027-03-31")].count("\n")

    assert f"minato/programme.yaml:{line}: contract.ends: " in refusal_of("programme", "check", str(file))


def test_a_file_that_is_not_there_is_told() -> None:
    assert "no such file" in refusal_of("programme", "check", "nothing.yaml")


def test_the_id_is_the_name_of_the_folder(folder: Path) -> None:
    run(*MINATO)
    (folder / "minato").rename(folder / "harbour")

    assert "'minato' is not the name of its folder; allowed: harbour" in refusal_of("programme", "check")


def test_a_revision_keeps_the_current_definition_and_begins_the_next(folder: Path) -> None:
    run(*MINATO)
    before = (folder / "minato" / "programme.yaml").read_text("utf-8")

    made = run("programme", "revise", "minato", "--from", "2027-04-01")

    assert made.exit_code == 0, made.output
    first, second = definitions_of(folder / "minato")
    assert (first.version, str(first.holds_from)) == (1, "2026-10-01")
    assert (second.version, str(second.holds_from)) == (2, "2027-04-01")
    after = (folder / "minato" / "programme.yaml").read_text("utf-8")
    changed = [pair for pair in zip(before.splitlines(), after.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [new for _, new in changed] == ["version: 2", "holds_from: 2027-04-01"], "comments stay"
    assert (
        (folder / "minato" / "versions" / "1.yaml")
        .read_text("utf-8")
        .startswith("# yaml-language-server: $schema=../../../../docs/")
    )
    assert run("programme", "check").exit_code == 0


def test_a_revision_holds_from_a_later_day() -> None:
    run(*MINATO)

    assert "from a later day" in refusal_of("programme", "revise", "minato", "--from", "2026-10-01")
    assert "not a day" in refusal_of("programme", "revise", "minato", "--from", "soon")


def test_the_schema_is_where_the_first_line_of_a_definition_looks_for_it(folder: Path) -> None:
    run(*MINATO)
    first = (folder / "minato" / "programme.yaml").read_text("utf-8").splitlines()[0]

    named = first.partition("$schema=")[2]
    assert (ROOT / "layers" / "programmes" / "minato" / named).resolve() == definitions.SCHEMA
