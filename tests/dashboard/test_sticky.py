"""What stays on the screen while a page is scrolled: never more than a quarter of it, and always how old it is."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.api.server import ApiServer
from tests.dashboard.conftest import built, open_page, save_picture, served
from tests.dashboard.judging import judge
from tests.servers import Database, TestDatabase

from . import site
from .looking import findings

SCREENS: Final = {
    "phone": (390, 844),
    "landscape": (844, 390),
    "phone at 200 %": (195, 422),
    "desktop": (1366, 768),
    "desktop at 200 %": (683, 384),
}
PAGES: Final = ("/f/vale/safety", "/alarms", "/f/vale/value", "/f/vale/water")
COVERED: Final = """async () => {
  const wide = [...document.querySelectorAll("body *")].filter(element => {
    const style = getComputedStyle(element);
    const isHeld = style.position === "fixed" || (style.position === "sticky" && style.top !== "auto");
    return isHeld && element.offsetWidth > innerWidth / 2;
  });
  const found = [];
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 3) {
    scrollTo(0, y);
    await new Promise(requestAnimationFrame);
    const rows = new Set();
    for (const element of wide) {
      const box = element.getBoundingClientRect(), style = getComputedStyle(element);
      if (style.position === "sticky" && box.top > parseFloat(style.top) + 1) continue;
      for (let row = Math.max(0, Math.ceil(box.top)); row < Math.min(innerHeight, box.bottom); row++) rows.add(row);
    }
    found.push(rows.size);
  }
  return Math.max(...found) / innerHeight;
}"""
"""The greatest share of the height that lies under what does not move, over all scroll positions."""
LOST: Final = """() => {
  const strip = document.getElementById("strip");
  strip.firstChild.textContent = "No connection since 14:32. Figures below are of 14:31.";
  strip.hidden = false;
}"""
"""As the page says that it has lost the centre."""
SEEN: Final = """selector => {
  const element = document.querySelector(selector), box = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(box.left + 30, box.top + box.height / 2));
}"""


@pytest.fixture(scope="module")
def pages_database(cluster: Database) -> Iterator[TestDatabase]:
    """A site of this file's own whose water at n04 is past red."""
    for database in built(cluster):
        site.add(database.conninfo(), "vale:n04:vw1.level", 331.6)
        judge(database.conninfo("tailwatch_ingest"))
        yield database


@pytest.fixture(scope="module")
def server(pages_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over it."""
    yield from served(pages_database, tmp_path_factory.mktemp("red"))


@pytest.fixture
def fresh() -> None:
    """What was judged red stays the newest reading."""


@pytest.mark.parametrize("screen", SCREENS)
def test_what_stays_takes_a_quarter_of_the_screen_at_most(page: Page, screen: str) -> None:
    """Top bar, the strip that says since when there is no connection, red verdict and the phone's tabs together."""
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    shares = {}
    for address in PAGES:
        open_page(page, address)
        page.evaluate(LOST)
        shares[address] = page.evaluate(COVERED)

    assert {address: share for address, share in shares.items() if share > 0.25} == {}


@pytest.mark.parametrize("screen", SCREENS)
def test_red_and_the_age_of_the_page_are_seen_wherever_one_has_scrolled(page: Page, screen: str) -> None:
    """Half way down the page the verdict's title and the strip lie above all else; on a high screen the top bar too."""
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, "/f/vale/safety")
    title = page.locator("#verdict-title").inner_text()
    page.evaluate(LOST)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    save_picture(page, f"sticky-{screen.replace(' %', '').replace(' ', '-')}")

    assert "red" in title.lower()
    expect(page.locator(".stuck")).to_contain_text(title)
    assert page.evaluate(SEEN, ".stuck") and page.evaluate(SEEN, "#strip")
    assert height < 600 or page.evaluate(SEEN, ".top")


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_at_the_top_of_the_page_red_is_said_once(page: Page, screen: str) -> None:
    """Before one scrolls the verdict covers the line that stays; axe-core finds nothing in either place."""
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, "/f/vale/safety")
    save_picture(page, f"red-{screen}")

    assert not page.evaluate(SEEN, ".stuck")
    assert findings(page) == []
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    assert findings(page) == []
