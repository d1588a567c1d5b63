"""The pages that every look goes through, and one look: axe-core in light and dark, and what is too wide."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Page

from dashboard import tabs

from .conftest import open_page, save_picture

AXE: Final = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN: Final = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, { runOnly, resultTypes: ["violations"] });
  return found.violations.map(one => [one.id, one.nodes[0].html.slice(0, 120)]);
}"""
"""What passed is left in the browser: to bring it over takes three times as long as to find it."""
SIZES: Final = {"desktop": (1440, 1000), "tablet": (768, 1024), "phone": (390, 844), "narrow": (320, 640)}
Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
OTHERS: Final = ("now", "nodes")
"""Under names of their own: `facility`, and the nodes of all."""
PAGES: Final = {
    "overview": "/",
    "nodes": "/nodes",
    "instrument": "/f/vale/instruments/n04:vw1",
    "facility": "/f/vale",
    "workspace": "/charts?left=vale:n02:vw1.level,vale:n07:vw1.level&right=vale:n01:pond.level",
    **{name: f"/f/vale{address}" for name, address in tabs.addresses(is_of_facility=True) if name not in OTHERS},
}
"""Every page of a facility that has a tab, and those that have none."""


DRAWN: Final = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def findings(page: Page) -> list[tuple[str, str]]:
    """Run axe-core in the page; evaluated by the debugger, so the content security policy stays on."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    return [(rule, html) for rule, html in page.evaluate(RUN)]


def look_at_sizes(
    page: Page, address: str, name: str, sizes: Iterable[str] = SIZES
) -> tuple[dict[str, list[tuple[str, str]]], dict[str, int]]:
    """Open an address at the first size, then change size and theme under it.

    What axe-core finds by size and theme, and by how many pixels the page is too wide by size; empty where nothing is.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    over: dict[str, int] = {}
    for size in sizes:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        if not over:
            open_page(page, address)
        found |= {f"{size} {theme}": in_theme(page, theme, f"{name}-{size}") for theme in THEMES}
        over[size] = too_wide(page)
    return {place: some for place, some in found.items() if some}, {size: px for size, px in over.items() if px > 0}


def in_theme(page: Page, theme: Theme, name: str) -> list[tuple[str, str]]:
    """What axe-core finds on the open page in a theme, which follows the system without a load."""
    page.emulate_media(color_scheme=theme)
    page.evaluate(DRAWN)
    save_picture(page, f"{name}-{theme}")
    return findings(page)


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
