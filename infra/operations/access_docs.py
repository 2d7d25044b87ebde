"""Write docs/access.md, who may do what, from the table that the apps enforce: python -m operations.access_docs."""

from collections.abc import Iterator, Sequence

from madoguchi.web.access import PUBLIC_ROUTES, ROLE_LABELS, STAFF, STAFF_ROUTES, Role, Route
from operations.stack import ROOT

FILE = ROOT / "docs" / "access.md"
INTRODUCTION = """\
# Who may do what

Written by `python -m operations.access_docs` from `layers/madoguchi/web/access.py`; do not edit. The same
table is enforced for every request of both apps in one place (`layers/madoguchi/web/counter.py`), and
`tests/contract/test_access.py` tries every route with every role, with one's own records and with others'.

A page that is closed to a visitor leads to the sign-in page; a role that is not listed gets 403; the record
of somebody else does not exist for the one who asks (404). Every POST needs the token of the visitor's own
form, except where the table says so. A page of a module that the programme does not have does not exist (404).
On the console nobody opens anything but the notice on personal data before accepting its present version.
"""
STAFF_COLUMNS = (Role.PUBLIC, *(role for role in Role if role in STAFF))
APPS: Sequence[tuple[str, str, tuple[Route, ...], tuple[Role, ...]]] = (
    ("The public site", "公開サイト", PUBLIC_ROUTES, (Role.PUBLIC, Role.MEMBER)),
    ("The staff console", "業務画面", STAFF_ROUTES, STAFF_COLUMNS),
)


def document() -> str:
    """The whole file."""
    return "\n".join([INTRODUCTION, *(line for app in APPS for line in _section(*app))])


def _section(title: str, name: str, routes: tuple[Route, ...], roles: tuple[Role, ...]) -> Iterator[str]:
    yield f"## {title} ({name})"
    yield ""
    yield f"| Method | Path | What | {' | '.join(f'{role} ({ROLE_LABELS[role]})' for role in roles)} | Notes |"
    yield f"| --- | --- | --- |{' --- |' * len(roles)} --- |"
    for route in routes:
        allowed = " | ".join("✓" if role in route.roles else "—" for role in roles)
        yield f"| {route.method} | `{route.path}` | {route.action} | {allowed} | {_notes(route)} |"
    yield ""


def _notes(route: Route) -> str:
    notes = [f"module {route.module}"] if route.module else []
    if route.own_records_only:
        notes.append("own records only")
    if not route.needs_csrf:
        notes.append("no form token: mail services post here")
    return "; ".join(notes)


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
