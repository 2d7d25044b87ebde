"""The commands `madoguchi programme …`: check a definition, make one, begin its next version."""

import re
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from operations import programmes
from operations.progress import console
from operations.stack import OperationError

if TYPE_CHECKING:
    from operations.new_programme import Answers, Question

app = typer.Typer(no_args_is_help=True, help="Programme definitions: check, make, revise.")
Given = Annotated[str | None, typer.Option(show_default=False)]
Existing = Annotated[str, typer.Argument(metavar="PROGRAMME", callback=programmes.known)]


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Unless given: all of them.")] = None,
) -> None:
    """Check definitions; every problem is named with file, line, key, what is wrong and what is allowed."""
    from operations import definitions  # noqa: PLC0415 - each command loads what it needs

    wrong: list[str] = []
    for file in files or [programmes.FOLDER / name / programmes.DEFINITION for name in programmes.names()]:
        problems = definitions.problems_of(file)
        wrong += problems
        if not problems:
            _say(f"OK  {definitions.shown(file)}: {definitions.summary_of(file)}")
    if wrong:
        raise OperationError("\n".join(wrong))


@app.command()
def new(  # noqa: PLR0913 - each is the answer to a question
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="Its folder, such as minato-coworking.")],
    *,
    name: Given = None,
    client: Given = None,
    contractor: Given = None,
    starts: Given = None,
    ends: Given = None,
    modules: Given = None,
    hours: Given = None,
    weekdays: Given = None,
    seats: Given = None,
    mail: Given = None,
    phone: Given = None,
    address: Given = None,
    yes: Annotated[bool, typer.Option(help="Ask nothing; what no option says gets its default.")] = False,
) -> None:
    """Ask a few questions and write a definition that works; each option answers one of them."""
    given = {
        "name": name, "client": client, "contractor": contractor, "starts": starts, "ends": ends, "modules": modules,
        "hours": hours, "weekdays": weekdays, "seats": seats, "mail": mail, "phone": phone, "address": address,
    }  # fmt: skip
    from madoguchi import wiring  # noqa: PLC0415 - each command loads what it needs
    from madoguchi.japan.time import tokyo_day  # noqa: PLC0415
    from operations import definitions, new_programme  # noqa: PLC0415

    if not re.fullmatch(new_programme.ID, programme) or programme == programmes.ALL:
        message = f"'{programme}' cannot be a name; allowed: a-z, 0-9 and '-', up to 30, such as minato-coworking"
        raise OperationError(message)
    answers: Answers = {"id": programme}
    for question in new_programme.questions(tokyo_day(wiring.clock())):
        if not question.when or question.when in answers["modules"]:
            answers[question.key] = _answer(question, given[question.key], answers, ask=not yes)
    file = new_programme.write(answers)
    if problems := definitions.problems_of(file):
        shutil.rmtree(file.parent)
        raise OperationError("\n".join(problems))
    _say(f"Written: {definitions.shown(file)}")
    _say(f"  check    ./madoguchi programme check {definitions.shown(file)}")
    _say(f"  run      make up PROGRAMME={programme}")


def _answer(question: "Question", given: str | None, known: "Answers", *, ask: bool) -> object:
    """What an option says, what somebody types, or the default; a typing mistake is asked about again."""
    default = question.default(known)
    while True:
        typed = given
        if typed is None:
            words = f"{question.words} For example {question.example}"
            typed = str(typer.prompt(words, default=default)) if ask else default
        try:
            return question.read(typed)
        except ValueError as error:
            if given is not None or not ask:
                message = f"--{question.key}: {error}"
                raise OperationError(message) from error
            _say(f"  {error}")


@app.command()
def revise(
    programme: Existing,
    holds_from: Annotated[
        str, typer.Option("--from", prompt="From which day does the next version hold? For example 2027-04-01")
    ],
) -> None:
    """Keep the current definition in versions/ and begin the next one; past reports use the version of their time."""
    from operations import definitions  # noqa: PLC0415 - each command loads what it needs

    try:
        day = date.fromisoformat(holds_from)
    except ValueError as error:
        message = f"--from: '{holds_from}' is not a day such as 2027-04-01"
        raise OperationError(message) from error
    kept, file = definitions.revise(programme, day)
    _say(f"Kept:    {definitions.shown(kept)}")
    _say(f"Edit:    {definitions.shown(file)} ({definitions.summary_of(file)})")


@app.command()
def schema() -> None:
    """Write docs/programme.schema.json, by which editors complete and check definitions."""
    from operations import definitions  # noqa: PLC0415 - each command loads what it needs

    definitions.SCHEMA.write_text(definitions.schema_text(), encoding="utf-8")
    _say(f"Written: {definitions.shown(definitions.SCHEMA)}")


def _say(line: str) -> None:
    console.print(line, soft_wrap=True, markup=False)
