"""Profiles of members: searching them and seeing one, as far as the viewer may see."""

from typing import Any
from urllib.parse import urlencode

from madoguchi.members import directory
from madoguchi.members.directory import Looker, Search
from madoguchi.members.rules import Member
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import choices
from madoguchi.refusals import NotFoundError
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from public.counter_app import app

FORM = "form"
AFTER = "after"
LONGEST_ID = 64


@app.page("GET", "/people")
def see_people(visit: Visit[Member]) -> Answer:
    """Show a page of profiles and the search; a visitor who may see none signs in first."""
    looker = Looker.of(visit.viewer, visit.source, visit.now)
    if not directory.check_open(looker.audience):
        return _sign_in(visit)
    offers = _offers(looker.audience)
    typed = {name: visit.query.get(name) for name, _, _ in offers}
    chosen = {name: typed[name] for name, _, options in offers if typed[name] in dict(options)}
    after = visit.query.get(AFTER)[:LONGEST_ID]
    form_id = chosen.pop(FORM, "")
    people, following = directory.find(Search(form_id, chosen, after), looker, visit.now)
    asked = chosen | ({FORM: form_id} if form_id else {})
    facts = {
        "people": people,
        "offers": offers,
        "typed": typed,
        "asked": [(label, dict(options)[asked[name]]) for name, label, options in offers if name in asked],
        "first": _address(asked) if after else "",
        "next": _address(asked | {AFTER: following}) if following else "",
        "is_member": visit.viewer is not None,
    }
    return Page("people/list.html", "登録者を探す", facts)


@app.page("GET", "/people/{profile_id}")
def see_profile(visit: Visit[Member], profile_id: str) -> Answer:
    """Show a profile; a visitor learns nothing of those that only members may see."""
    looker = Looker.of(visit.viewer, visit.source, visit.now)
    directory.check_open(looker.audience)
    try:
        profile = directory.see(profile_id, looker, visit.now)
    except NotFoundError:
        if visit.viewer is None:
            return _sign_in(visit)
        raise
    return Page("people/profile.html", profile.name or "登録者のプロフィール", {"profile": profile})


def _sign_in(visit: Visit[Member]) -> Redirect:
    return Redirect(f"/sign-in?{urlencode({'next': visit.address})}")


def _offers(audience: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What may be asked for: its name in the address, its label, and (value, label) choices."""
    forms = [(each.id, each.label) for each in programme().profiles_open_to(audience)]
    listed = [(each.id, each.label, choices(each)) for each in directory.offers(audience)]
    return [(FORM, "登録の種類", forms), *listed] if len(forms) > 1 else listed


def _address(asked: dict[str, Any]) -> str:
    return f"/people?{urlencode(asked)}" if asked else "/people"
