"""axe-core, overflow and foreign requests on every page, width and theme (design of the pages, section 8)."""

import pytest
from playwright.sync_api import Browser, Page

from tests.api.server import ApiServer

from .conftest import open_page
from .looking import PAGES, look_at_sizes

# A third of the folder's time: a site of its own on another worker costs less than the others' waiting for it.
pytestmark = pytest.mark.xdist_group("tests/dashboard/test_accessibility.py")
SHOWN = {
    **PAGES,
    "data": "/f/vale/data?ds=n02:vw1.level",
    "value": "/f/vale/value?price=0.8",
    "values": "/value",
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

    assert {shape for shape, _ in tags} == {"#green", "#stale", "#unknown"}
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


@pytest.mark.parametrize("name", ["overview", "instruments", "water"])
def test_on_a_phone_no_list_scrolls_sideways(browser: Browser, server: ApiServer, fresh: None, name: str) -> None:
    """The lists of facilities, instruments and limits fold: each row is as wide as the screen allows."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=server.url)
    page = open_page(context.new_page(), PAGES[name])
    over = page.locator(".scroll:has(> .fold)").evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    context.close()

    assert over and set(over) == {0}
