"""What the frame of every page says about the site, from the programme definition."""

from typing import Any

from madoguchi.programme.definition import programme


def site_facts() -> dict[str, str]:
    """Name, operator and contacts, as the frames of pages and mails read them."""
    site = programme().site
    return {
        "name": site.name,
        "operator": site.operator,
        "contact_mail": site.mail,
        "contact_phone": site.phone,
        "contact_hours": site.phone_hours,
        "theme": site.theme,
    }


def public_facts(_visit: object) -> dict[str, Any]:
    """What each public page gets besides its own facts."""
    return {"site": site_facts(), "frame": "_base.html"}


def staff_facts(visit: Any) -> dict[str, Any]:  # noqa: ANN401 a Visit, whose module imports this one's users
    """What each staff page gets besides its own facts."""
    return {"site": site_facts(), "frame": "_staff_base.html", "staff": visit.viewer}
