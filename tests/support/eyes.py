"""Looks at a page as a person would: at 320 px and 1280 px, with axe, and keeps the pictures."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCREENSHOTS = Path(__file__).resolve().parents[2] / ".local" / "screenshots"
WIDTHS = (320, 1280)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def look(page: Page, name: str) -> None:
    """Keep a picture of the page at both widths; it must not scroll sideways, and axe must find nothing."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("document.fonts.ready")
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
        # Data tables may scroll inside a region of their own; the page itself may not (JIS 1.4.10, B-085).
        widest = page.evaluate("document.documentElement.scrollWidth")
        assert widest <= width, f"{name} scrolls sideways at {width} px: {widest} px"
        assert_nothing_found_by_axe(page, name)
    if before:
        page.set_viewport_size(before)


def assert_nothing_found_by_axe(page: Page, name: str) -> None:
    """Run axe-core at WCAG 2.2 AA on the page as it stands."""
    # Evaluated by the browser's debugger, so that the page's own strict policy stays as it is.
    page.evaluate(f"window.axe || (() => {{ {AXE} }})()")
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    problems = [
        f"{each['id']}: {each['help']} {[node['html'][:200] for node in each['nodes']]}" for each in found["violations"]
    ]
    assert not problems, f"{name}: {problems}"
