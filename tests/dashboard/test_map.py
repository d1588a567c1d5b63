"""The map of the overview in Chromium: from this host alone, with the states as its own marks."""

from playwright.sync_api import Browser

from tests.api.server import ApiServer
from tests.dashboard.conftest import FLAGS, launched, open_page, save_picture

WEBGL = [flag for flag in FLAGS if flag != "--disable-gpu"] + ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
DRAWN_WITHIN_MS = 60_000


def test_the_map_draws_countries_and_facilities_offline(browser: Browser, server: ApiServer, fresh: None) -> None:
    """It loads when seen, asks no other host, and each facility is a link with its state's shape."""
    with launched(browser.browser_type, WEBGL) as other:
        page = other.new_context(viewport={"width": 1440, "height": 900}, base_url=server.url).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        open_page(page, "/")
        page.wait_for_selector(".geo[data-ready]", timeout=DRAWN_WITHIN_MS)
        save_picture(page, "map")
        shapes = page.locator(".geo .place use").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        links = page.locator(".geo .place").evaluate_all("all => all.map(one => one.getAttribute('href'))")

    assert sorted(links) == ["/f/rosa", "/f/vale"] and sorted(shapes) == ["#not-monitored", "#red"]
    assert [url for url in asked if not url.startswith((server.url, "data:", "blob:"))] == []


def test_without_webgl_the_sketch_stays(browser: Browser, server: ApiServer, fresh: None) -> None:
    """Nothing of the map is asked for, and the server's drawing is there."""
    with launched(browser.browser_type, [*FLAGS, "--disable-3d-apis"]) as other:
        page = other.new_context(base_url=server.url).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        open_page(page, "/")
        page.wait_for_timeout(500)
        is_there = page.locator("svg.map").is_visible()

    assert is_there and not any("maplibre" in url for url in asked)
