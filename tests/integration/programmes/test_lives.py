"""Each programme from its own form to leaving, by every form it has, over HTTP."""

from typing import Any

from ruamel.yaml import YAML

from madoguchi.members import store as members
from madoguchi.programme.definition import Programme
from madoguchi.programme.questions import Form
from madoguchi.web.counter import Counter
from operations import programmes
from tests.support.gateway import Browser
from tests.support.post_office import PostOffice, link_in


def people_of(programme: Programme) -> list[tuple[Form, dict[str, Any]]]:
    """The demo's people: which form they use, and what they type and tick."""
    demo = YAML(typ="safe").load(programmes.FOLDER / programme.id / programmes.DEMO)
    found = []
    for person in demo["people"]:
        registration = programme.registration
        form = registration.form(person["form"]) if "form" in person else registration.usual
        required = [each.id for each in form.consents if each.required and each.is_empty]
        ticked = dict.fromkeys([*required, *person.get("consents", [])], "yes")
        if "guardian_name" in person["values"]:
            ticked["guardian"] = "yes"
        found.append((form, person["values"] | ticked))
    return found


def test_everybody_of_the_demo_registers_changes_and_leaves(
    programme: Programme, app: Counter, post_office: PostOffice
) -> None:
    for form, typed in people_of(programme):
        browser = Browser(app)
        page = f"/register?form={form.id}"
        sent = browser.submit(page, page, typed | {"step": "send"})
        assert sent.location.startswith("/register/sent"), (form.id, sent.status)
        link = link_in(next(mail for mail in post_office.deliver() if mail.to == typed["email"]))
        assert browser.submit(link, link, {}).location == "/me?done=registered"
        post_office.deliver()
        member_id = members.id_of_address(typed["email"])
        assert member_id

        changed = (
            typed | {"step": "send", "revision": "1"} | ({"given_name": "あらた"} if "given_name" in typed else {})
        )
        answer = browser.submit("/me/change", "/me/change", changed)
        assert answer.location == "/me?done=changed", (form.id, answer.status)
        if "given_name" in typed:
            assert members.get(member_id).given_name == "あらた"

        assert browser.submit("/me/withdraw", "/me/withdraw", {"sure": "yes"}).location == "/withdrawn"
        assert browser.get("/me").location.startswith("/sign-in")
