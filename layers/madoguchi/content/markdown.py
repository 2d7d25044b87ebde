"""Markdown as staff write it, turned into safe HTML and into plain text.

Imported where a text is saved or sent, never where a page is shown: both libraries cost a cold start.
"""

from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "em", "blockquote", "hr", "br", "code", "pre"}
WITHOUT_CONTENT = {"script", "style", "title"}
SCHEMES = {"https", "http", "mailto", "tel"}
HIGHEST_HEADING, LOWEST_HEADING = 2, 4
MARKS = {"h2": "■ ", "h3": "□ ", "h4": "◇ "}

# HTML is let through here so that the text part can leave it out; `clean` decides what of it stays.
_markdown = MarkdownIt("commonmark", {"html": True, "breaks": True})


def to_html(text: str) -> str:
    """Safe HTML: no scripts, no pictures from elsewhere, headings below the page's own."""
    tokens = _tokens(text)
    return clean(str(_markdown.renderer.render(tokens, _markdown.options, {})))


def clean(html: str) -> str:
    """Keep only what a text of ours may hold."""
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=WITHOUT_CONTENT,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel=None,
    )


def to_text(text: str) -> str:
    """The same text for the plain part of a mail: marks instead of headings, addresses written out."""
    lines: list[str] = []
    prefix = ""
    for token in _tokens(text):
        if token.type == "heading_open":
            prefix = MARKS[token.tag]
        elif token.type == "list_item_open":
            prefix = f"{token.info}. " if token.info else "・"
        elif token.type == "hr":
            lines += ["-" * 20, ""]
        elif token.type in {"fence", "code_block"}:
            lines += [token.content.rstrip(), ""]
        elif token.type == "inline":
            lines.append(prefix + _inline(token.children or []))
            prefix = ""
        elif token.type in {"paragraph_close", "heading_close", "bullet_list_close", "ordered_list_close"}:
            lines += [] if token.hidden else [""]
    return "\n".join(lines).strip() + "\n"


def _inline(tokens: Sequence[Token]) -> str:
    said: list[str] = []
    address, opened = "", 0  # a link never stands inside a link
    for token in tokens:
        if token.type == "link_open":
            address, opened = str(token.attrGet("href")), len(said)
        elif token.type == "link_close":
            words = "".join(said[opened:])
            said[opened:] = [words if words == address else f"{words}（{address}）"]
        elif token.type != "html_inline":
            said.append("\n" if token.type in {"softbreak", "hardbreak"} else token.content)
    return "".join(said)


def _tokens(text: str) -> list[Token]:
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = min(int(token.tag[1]) + 1, LOWEST_HEADING)
            token.tag = f"h{max(level, HIGHEST_HEADING)}"
    return tokens
