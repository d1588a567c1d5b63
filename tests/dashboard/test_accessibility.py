"""axe-core, overflow and foreign requests on every page, width and theme (design of the pages, section 8)."""

from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard import tabs
from tests.api.server import ApiServer
from tests.texts.words import TRANSLATED

from .conftest import open_page, save_picture
from .looking import PAGES, THEMES, in_theme, look_at_sizes, too_wide

# A third of the folder's time: a site of its own on another worker costs less than the others' waiting for it.
pytestmark = pytest.mark.xdist_group("tests/dashboard/test_accessibility.py")
SHOWN = {
    **PAGES,
    "data": "/f/vale/data?ds=n02:vw1.level",
    "value": "/f/vale/value?price=0.8",
    "values": "/value",
    "region": "/region",
    "compare": "/compare?people=20",
    "closed": "/closed",
    "policy": "/policy",
    "learning": "/learning",
    "no-value": "/f/rosa/value",
}


# What a script asks of the width when it is loaded is whether it is below 641 px (frame.js); the rest follows it.
@pytest.mark.parametrize("sizes", [("desktop", "tablet"), ("phone", "narrow")], ids="-".join)
@pytest.mark.parametrize("name", SHOWN)
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, server: ApiServer, fresh: None, name: str, sizes: tuple[str, str]
) -> None:
    """No finding in light and dark; no page is wider than the screen; every request stays on this host."""
    context = browser.new_context(base_url=server.url, locale="en-GB")
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    found, over = look_at_sizes(page, SHOWN[name], name, sizes)
    context.close()

    assert (found, over) == ({}, {})
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []


def test_every_state_has_a_shape_and_a_word(page: Page) -> None:
    """No state is told by colour alone: each tag has its shape and its word."""
    open_page(page, "/f/vale/data")
    tags = page.locator(".tag").evaluate_all(
        "all => all.map(tag => [tag.querySelector('use')?.getAttribute('href'), tag.textContent.trim()])"
    )

    assert {shape for shape, _ in tags} == {"#fresh", "#green", "#stale", "#unknown", "#yellow"}
    assert all(word for _, word in tags)


def test_on_a_phone_the_pages_are_at_the_bottom_and_the_map_waits(browser: Browser, server: ApiServer) -> None:
    """The main pages stand in a bar at the bottom with targets of 44 px; the map opens on a tap."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=server.url)
    page = open_page(context.new_page(), "/")
    box = page.get_by_role("navigation", name="Main").bounding_box()
    link = page.get_by_role("navigation", name="Main").get_by_role("link").first.bounding_box()

    assert box and box["y"] + box["height"] == pytest.approx(844, abs=1)
    assert link and link["height"] >= 44
    assert not page.locator("svg.map").is_visible()
    context.close()


OVER_EACH_OTHER = """all => all.filter(row => {
  const lines = [...row.cells].map(cell => {
    const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [], range = document.createRange();
    while (words.nextNode()) range.selectNodeContents(words.currentNode), found.push(...range.getClientRects());
    return found;
  });
  return lines.some((some, n) => lines.slice(n + 1).flat().some(other => some.some(one =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1)));
}).map(row => row.innerText)"""
"""The rows of which the words of two cells overlap."""


@pytest.mark.parametrize(
    ("name", "locale"),
    [
        ("overview", "en-GB"),
        ("overview", "es-ES"),
        ("instruments", "en-GB"),
        ("water", "es-ES"),
        ("facility", "en-GB"),
        ("data", "es-ES"),
        ("nodes", "en-GB"),
        ("instrument", "en-GB"),
    ],
)
def test_on_a_phone_no_list_scrolls_sideways(
    browser: Browser, server: ApiServer, fresh: None, name: str, locale: str
) -> None:
    """The lists of facilities, instruments, limits, readings, series and nodes fold: no row is too wide, no word over
    another."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=server.url, locale=locale)
    page = open_page(context.new_page(), PAGES[name])
    over = page.locator(".scroll:has(> .fold)").evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    rows = page.locator(".fold tbody tr").evaluate_all(OVER_EACH_OTHER)
    context.close()

    assert over and set(over) == {0}
    assert rows == []


def test_on_a_phone_held_across_a_reason_has_room(browser: Browser, server: ApiServer, fresh: None) -> None:
    """Basis and source of a limit do not run down the page one word a line: the list is moved sideways instead."""
    context = browser.new_context(viewport={"width": 844, "height": 390}, base_url=server.url, locale="en-GB")
    page = open_page(context.new_page(), PAGES["water"])
    widths = page.locator("td.why:not(.num)").evaluate_all("all => all.map(one => one.clientWidth)")
    context.close()

    assert widths and min(widths) >= 200


CURRENT = """() => [...document.querySelectorAll("a[aria-current]")].map(one => {
  const other = [...one.parentElement.querySelectorAll("a:not([aria-current])")][0];
  const [here, there] = [getComputedStyle(one), getComputedStyle(other)];
  return here.backgroundColor !== there.backgroundColor && here.color !== there.color;
})"""


LONG_NAME: Final = "Piezometer P-03 upper, berm"
COVERED: Final = """name => [...document.querySelectorAll("ul.margins > li")].filter(row => {
  const words = document.createRange();
  row.querySelector(".n").textContent = name;
  words.selectNodeContents(row.querySelector(".n"));
  const [one, other] = [words, row.querySelector("svg.gauge")].map(part => part.getBoundingClientRect());
  return one.right > other.left + 1 && one.left < other.right && one.bottom > other.top && one.top < other.bottom;
}).length"""


@pytest.mark.parametrize("width", [1366, 844, 390])
def test_a_long_name_of_an_instrument_lies_over_nothing(page: Page, width: int) -> None:
    """Beside the bar of its margin there is room for it, on more lines where it must."""
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, "/f/vale/safety")

    assert page.locator("ul.margins > li").count() > 3
    assert page.evaluate(COVERED, LONG_NAME) == 0


def test_on_a_phone_held_across_the_number_of_alarms_stands_beside_its_word(page: Page) -> None:
    """In one line of the top bar."""
    page.set_viewport_size({"width": 844, "height": 390})
    open_page(page, "/f/vale/safety")
    tops = page.locator("#count").evaluate("""one => {
      Object.assign(one, { className: "count", textContent: "4" });
      const word = document.createRange();
      word.selectNodeContents([...one.parentElement.childNodes].find(part => part.nodeValue?.trim()));
      return [one, word].map(part => part.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2);
    }""")

    assert abs(tops[0] - tops[1]) < 6


def test_forced_colours_keep_what_is_current(browser: Browser, server: ApiServer, fresh: None) -> None:
    """Tab of the page and of the facility, range and section differ from their neighbours by colours of the system."""
    context = browser.new_context(base_url=server.url, locale="en-GB", forced_colors="active")
    page = open_page(context.new_page(), "/f/vale/safety")
    expect(page.locator("#ranges [aria-current]")).to_have_count(1)
    save_picture(page, "safety-forced-colours")
    found = page.evaluate(CURRENT)
    context.close()

    assert len(found) >= 4 and all(found)


@pytest.mark.parametrize("name", SHOWN)
def test_without_scripts_there_are_tables_and_no_dead_button(
    browser: Browser, server: ApiServer, fresh: None, name: str
) -> None:
    """The page says as of when it is; charts are tables of the newest readings; what needs a script is not shown."""
    context = browser.new_context(base_url=server.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(SHOWN[name])
    save_picture(page, f"{name}-no-script")
    dead = [one.text_content() for one in page.locator("button:visible").all() if one.get_attribute("type") == "button"]
    texts = page.locator("body").inner_text()
    rows = page.locator("#charts noscript table tbody tr:visible").count()
    has_charts = page.locator("#panels").count() > 0
    context.close()

    assert dead == [] and "Connecting" not in texts and "JavaScript is off" in texts
    assert "Drag to zoom" not in texts
    assert rows > 0 or not has_charts


def test_every_tab_has_a_title_of_its_own(client: httpx.Client) -> None:
    """What a screen reader says first, and what stands on the tabs of a browser, tells the pages apart."""
    addresses = [f"/f/vale{address}" for _, address in tabs.addresses(is_of_facility=True)]
    addresses += ["/", "/nodes", "/alarms", *(f"/alarms/{name}" for name in ("shelved", "history", "plans"))]
    titles = [client.get(one).text.partition("<title>")[2].partition("</title>")[0] for one in addresses]

    assert sorted(set(titles)) == sorted(titles)


@pytest.mark.parametrize("language", ["en", *TRANSLATED])
def test_a_page_that_is_not_there_fits_a_small_phone(page: Page, language: str) -> None:
    """404 at 320 px: nothing is wider than the screen, light or dark, and the way home is there."""
    page.set_viewport_size({"width": 320, "height": 640})
    answer = page.goto(f"/there-is-no-page-of-this-long-name?lang={language}")

    assert answer and answer.status == 404
    assert too_wide(page) <= 0
    assert page.locator("main a[href^='/']").count() >= 1
    assert {theme: in_theme(page, theme, f"absent-{language}") for theme in THEMES} == {theme: [] for theme in THEMES}
