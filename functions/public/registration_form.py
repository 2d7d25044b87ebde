"""Which registration form a visitor asked for, in which language, and the page that shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from madoguchi.programme.definition import programme
from madoguchi.programme.forms import Reading
from madoguchi.programme.questions import Form
from madoguchi.web.answers import Page
from madoguchi.web.form_pages import Speech, form_facts, language_of
from madoguchi.web.postal_search import Search
from madoguchi.web.site import page_facts
from madoguchi.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Asked:
    """A registration form as somebody asked for it. `query` is what the language switch must keep."""

    speech: Speech
    is_one_of_several: bool
    scheme: str

    @property
    def form(self) -> Form:
        """The form, in the visitor's language."""
        return self.speech.form

    @property
    def language(self) -> str:
        """The visitor's language."""
        return self.speech.language

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return f"/register?form={self.form.id}" if self.is_one_of_several else "/register"

    @property
    def query(self) -> str:
        """What follows the language in the links of the switch."""
        return f"&form={self.form.id}" if self.is_one_of_several else ""

    def at(self, **words: object) -> str:
        """The form's address with more words in its query."""
        joined = "&".join(f"{name}={value}" for name, value in words.items())
        return f"{self.action}{'&' if self.is_one_of_several else '?'}{joined}"


def asked_form(visit: Visit[Any]) -> Asked | None:
    """The form that the visitor asked for; None when there are several and none of them was named."""
    spoken = programme().spoken
    language = language_of(visit, spoken)
    definition = programme(language=language)
    forms = definition.registration.forms
    wanted = visit.query.get("form")
    form = forms[0] if len(forms) == 1 else next((each for each in forms if each.id == wanted), None)
    if form is None:
        return None
    return Asked(Speech(form, language, spoken), len(forms) > 1, definition.members.scheme)


def form_page(
    asked: Asked,
    reading: Reading,
    form_nonce: str,
    *,
    errors: Iterable[tuple[str, str]] = (),
    searches: Mapping[str, Search] | None = None,
    section: int | None = None,
) -> Page:
    """The form or, of one with steps, a section of it."""
    facts = form_facts(asked.speech, reading, nonce=form_nonce, section=section, searches=searches)
    facts |= page_facts(asked.language) | {"action": asked.action, "query": asked.query, "scheme": asked.scheme}
    return Page("members/register.html", asked.form.label, facts, errors=list(errors))
