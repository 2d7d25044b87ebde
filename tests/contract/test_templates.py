"""Templates: all parse, escape, refuse what is undefined, and ask the browser for nothing of others or inline."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import StrictUndefined, UndefinedError, nodes

from madoguchi.web.rendering import environment

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
KINDS = ("pages", "mail")
FRAMES = {"_base.html", "_staff_base.html", "frame"}
MAIL_FILES = {"subject.txt", "body.txt", "body.html"}
# Where a template may write HTML unescaped, and why that is safe: (kind, template) -> reason.
UNESCAPED: dict[tuple[str, str], str] = {
    ("mail", "newsletter/body.html"): "Markdown of staff, made safe by content.markdown",
    ("pages", "events/event.html"): "Markdown of staff, made safe by content.markdown when it was published",
    ("pages", "newsletters/issue.html"): "the mail as it is sent, cleaned by content.markdown for the page",
    ("pages", "staff/notice.html"): "Markdown of the definition, made safe by content.markdown",
}
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
UNKNOWN = "*"
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def the_templates(kind: str, ending: str = "") -> list[str]:
    folder = TEMPLATES / kind
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name.endswith(ending))
    return [path.relative_to(folder).as_posix() for path in files]


def source(kind: str, name: str) -> str:
    return (TEMPLATES / kind / name).read_text(encoding="utf-8")


ALL = [(kind, name) for kind in KINDS for name in the_templates(kind)]
ALL_HTML = [(kind, name) for kind, name in ALL if name.endswith(".html")]
PAGES = the_templates("pages", ".html")
MAILS = sorted(path for path in (TEMPLATES / "mail").glob("[!_]*") if path.is_dir())


class Tags(HTMLParser):
    """The tags of a template's HTML, with a placeholder for every expression."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(EXPRESSION.sub(UNKNOWN, JINJA.sub("", text)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def the_tags(kind: str, name: str) -> list[tuple[str, dict[str, str | None]]]:
    return Tags(source(kind, name)).tags


def unescaped(kind: str, name: str) -> Iterator[nodes.Node]:
    tree = environment(kind).parse(source(kind, name), filename=name)
    yield from (found for found in tree.find_all(nodes.Filter) if found.name == "safe")
    yield from tree.find_all(nodes.ScopedEvalContextModifier)


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_template_compiles(kind: str, name: str) -> None:
    assert environment(kind).get_template(name).name == name


@pytest.mark.parametrize("kind", KINDS)
def test_html_is_escaped_and_nothing_undefined_is_shown(kind: str) -> None:
    made = environment(kind)

    assert callable(made.autoescape)
    assert made.autoescape("page.html")
    assert not made.autoescape("body.txt")
    assert made.undefined is StrictUndefined
    assert made.from_string("{{ name }}").render(name="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError):
        made.from_string("{{ nobody_passed_this }}").render()


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_nothing_is_written_unescaped_without_a_reason(kind: str, name: str) -> None:
    found = [node.lineno for node in unescaped(kind, name)]

    assert not found or UNESCAPED.get((kind, name)), f"{name}, lines {found}: |safe or autoescape false"


def test_the_reasons_for_unescaped_html_are_still_needed() -> None:
    needed = {(kind, name) for kind, name in ALL if any(unescaped(kind, name))}

    assert set(UNESCAPED) <= needed


@pytest.mark.parametrize(("kind", "name"), ALL_HTML)
def test_no_script_or_style_stands_in_a_template(kind: str, name: str) -> None:
    for tag, attributes in the_tags(kind, name):
        assert tag != "style"
        assert tag != "script" or (kind == "pages" and attributes.get("src"))
        assert "style" not in attributes, f"{tag} has an inline style"
        assert not [one for one in attributes if one.startswith("on")], f"{tag} has an inline handler"


@pytest.mark.parametrize("name", PAGES)
def test_everything_a_page_loads_is_our_own_and_exists(name: str) -> None:
    for tag, attributes in the_tags("pages", name):
        address = attributes.get("href") if tag == "link" else attributes.get("src")
        if tag in {"link", "script", "img", "source", "iframe"} and address:
            assert address.startswith("/static/"), f"{tag} loads {address}"
            assert list(TEMPLATES.glob(address.removeprefix("/"))), f"{address} does not exist"


@pytest.mark.parametrize("path", sorted((TEMPLATES / "static").rglob("*.css")), ids=lambda path: path.name)
def test_everything_a_stylesheet_loads_exists(path: Path) -> None:
    for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8")):
        target = TEMPLATES / address.removeprefix("/") if address.startswith("/") else path.parent / address
        assert address.startswith("data:") or target.is_file(), f"{address} does not exist"


@pytest.mark.parametrize("name", PAGES)
def test_every_form_that_changes_something_carries_its_token(name: str) -> None:
    text = COMMENT.sub("", source("pages", name))
    forms = re.findall(r"<form\b[^>]*method=[\"']?post.*?</form>", text, re.DOTALL | re.IGNORECASE)

    assert all("csrf" in form for form in forms)


@pytest.mark.parametrize("name", [name for name in PAGES if not name.rpartition("/")[2].startswith("_")])
def test_every_page_stands_in_a_frame(name: str) -> None:
    frames = list(environment("pages").parse(source("pages", name)).find_all(nodes.Extends))

    # A page of both apps gets its frame as the variable `frame`.
    assert [str(getattr(one.template, "value", getattr(one.template, "name", ""))) in FRAMES for one in frames] == [
        True
    ]


@pytest.mark.parametrize("folder", MAILS, ids=lambda folder: folder.name)
def test_every_mail_has_a_subject_a_text_and_an_html_part(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == MAIL_FILES
    assert len(source("mail", f"{folder.name}/subject.txt").strip().splitlines()) == 1


@pytest.mark.parametrize("folder", MAILS, ids=lambda folder: folder.name)
def test_no_mail_loads_anything(folder: Path) -> None:
    tags = {tag for tag, _ in the_tags("mail", f"{folder.name}/body.html")}

    assert not tags & {"img", "link", "iframe", "object", "video", "form"}
    assert not the_tags("mail", f"{folder.name}/body.txt")
