"""What the frame of every page says about the site, from the programme definition."""

from typing import Any

from madoguchi.programme.definition import JAPANESE, programme
from madoguchi.programme.questions import AUDIENCES
from madoguchi.web.page_words import HTML_LANGUAGES, page_words


def site_facts(language: str = JAPANESE) -> dict[str, Any]:
    """Name, operator, contacts, and what the site has: menus show the modules that are on."""
    now = programme(language=language)
    site = now.site
    return {
        "name": site.name,
        "operator": site.operator,
        "contact_mail": site.mail,
        "contact_phone": site.phone,
        "contact_hours": site.phone_hours,
        "theme": site.theme,
        "logo": site.logo,
        "modules": now.modules,
        "registration": now.registration.usual.label,
        "people": [audience for audience in AUDIENCES if now.profiles_open_to(audience)],
    }


def page_facts(language: str) -> dict[str, Any]:
    """The frame of a public page in a language: what it says about the site, and its own words."""
    return {
        "site": site_facts(language),
        "say": page_words(language),
        "language": language,
        "html_language": HTML_LANGUAGES.get(language, language),
    }


def public_facts(_visit: object) -> dict[str, Any]:
    """What each public page gets besides its own facts."""
    return {**page_facts(JAPANESE), "frame": "_base.html"}


def staff_facts(visit: Any) -> dict[str, Any]:  # noqa: ANN401 a Visit, whose module imports this one's users
    """What each staff page gets besides its own facts."""
    return {"site": site_facts(), "frame": "_staff_base.html", "staff": visit.viewer}
