"""Somebody who registers with a platform of several forms, and what they type."""

import re

from tests.support.gateway import Answered, Browser
from tests.support.post_office import PostOffice, link_in

SECTIONS: tuple[dict[str, str | list[str]], ...] = (
    {
        "family_name": "湖東", "given_name": "みらい", "family_kana": "ことう", "given_kana": "みらい",
        "email": "mirai@example.jp", "phone": "", "name_latin": "",
        "birth_date_year": "1990", "birth_date_month": "4", "birth_date_day": "1",
    },
    {"residence": "lives", "prefecture": "25", "occupation": "employee", "sector": "citizen", "council": "north",
     "cohort": "never"},
    {"skills": ["it", "other"], "skills_other": "人形劇", "motivation": "help", "terms": "yes"},
)  # fmt: skip
PERSON: dict[str, str | list[str]] = {name: value for section in SECTIONS for name, value in section.items()}
CHILD = {"birth_date_year": "2010", "guardian_name": "湖東 母", "guardian_phone": "077-555-0100"}
COMPANY: dict[str, str | list[str]] = {
    "organisation_name": "株式会社みずうみ製作所", "sector": "industry", "business": "making", "offer": "会議室",
    "family_name": "大津", "given_name": "一郎", "email": "company@example.jp", "terms": "yes",
}  # fmt: skip
FORM = re.compile(r'<form[^>]*action="(/register[^"]*)"')


class Newcomer:
    """Registers in a browser; people by the form with steps, others in one go."""

    def __init__(self, browser: Browser, post_office: PostOffice) -> None:
        self.browser = browser
        self.post_office = post_office

    def post(self, form_id: str, step: str, **values: str | list[str]) -> Answered:
        """Press a button of a form, as it stands on its page."""
        page = f"/register?form={form_id}"
        return self.browser.submit(page, page, {"step": step} | values)

    def link(self, form_id: str, values: dict[str, str | list[str]]) -> str:
        """Fill in the whole form at once and send it; the path that the mail leads to."""
        sent = self.post(form_id, "send", **values)
        assert (sent.status, sent.location) == (303, "/register/sent"), sent.body
        (mail,) = self.post_office.deliver()
        return link_in(mail)

    def register(self, form_id: str, values: dict[str, str | list[str]]) -> None:
        """Become a member and stay signed in."""
        path = self.link(form_id, values)
        assert self.browser.submit(path, path, {}).status == 303
        self.post_office.deliver()
