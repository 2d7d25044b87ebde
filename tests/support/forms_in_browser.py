"""Fills any form of a definition in a browser, as its demo people type it."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page
from ruamel.yaml import YAML

from madoguchi.programme.forms import PARTS_OF_A_DATE
from madoguchi.programme.questions import Consent, Field, Form
from operations import programmes

CHOSEN_ONE_BY_ONE = ("radio", "checkboxes")
CHOSEN_FROM_A_LIST = ("select", "prefecture")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a demo person types and ticks, under an address of the test's own."""

    values: dict[str, Any]
    ticked: list[str]

    @classmethod
    def of(cls, programme: str, email: str) -> "Answered":
        """The first person of the programme's demo.yaml."""
        first = YAML(typ="safe").load(programmes.FOLDER / programme / programmes.DEMO)["people"][0]
        return cls(first["values"] | {"email": email}, first.get("consents", []))


def fill(page: Page, form: Form, answered: Answered) -> None:
    """Type every answer, section by section where the form has steps, and go to the confirmation page."""
    for index, section in enumerate(form.sections):
        for field in section.fields:
            _answer(page, field, answered.values)
        if form.steps and index < len(form.sections) - 1:
            press(page, "next")
    for consent in form.consents:
        _tick(page, consent, answered.ticked)
    press(page, "check")


def press(page: Page, step: str) -> None:
    """Press the button of a form that goes this step."""
    page.locator(f'button[name="step"][value="{step}"]:not([aria-hidden])').click()


def _answer(page: Page, field: Field, values: dict[str, Any]) -> None:
    for name in (field.id, f"{field.id}_other", *(f"{field.id}_{part}" for part in PARTS_OF_A_DATE)):
        if name not in values:
            continue
        if field.kind in CHOSEN_ONE_BY_ONE and name == field.id:
            _choose(page, field.id, values[name])
        elif field.kind in CHOSEN_FROM_A_LIST and name == field.id:
            page.locator(f"#{name}").select_option(values[name])
        else:
            page.locator(f"#{name}").fill(values[name])


def _choose(page: Page, name: str, value: str | list[str]) -> None:
    for each in value if isinstance(value, list) else [value]:
        page.locator(f'input[name="{name}"][value="{each}"]').check()


def _tick(page: Page, consent: Consent, ticked: list[str]) -> None:
    if (consent.required and consent.is_empty) or consent.id in ticked:
        page.locator(f"#{consent.id}").check()
