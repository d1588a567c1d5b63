"""What a page costs, measured in Chromium: bytes, requests and elements are limits, times are only written down.

Limits: design of the pages, section 10. The measured figures go to the file that TAILWATCH_BUDGETS names, else
build/pages.json; times are medians of TAILWATCH_LOADS loads (the benchmark asks for some; here one is enough).
"""

import json
import os
from collections.abc import Collection
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page

from dashboard import assets
from tests.api.server import ApiServer

from .conftest import open_page
from .looking import PAGES

ROOT = Path(__file__).parents[2]
CSS_GZ_BYTES, SCRIPT_GZ_BYTES = 12_000, 12_000
ELEMENTS, REQUESTS = 1500, 8
ON_THE_WIRE_BYTES = 357_000
TIMES = ("first_paint_ms", "ready_ms")
PAINTED = """() => new Promise(done => new PerformanceObserver((found, observer) => {
  const [paint] = found.getEntriesByName("first-contentful-paint");
  if (!paint) return;
  observer.disconnect();
  done(Math.round(paint.startTime));
}).observe({ type: "paint", buffered: true }))"""
"""The browser tells of a paint after it, when scripts may have been ready for long."""
READY = """new MutationObserver((_, observer) => {
  if (!document.body?.dataset.ready) return;
  window.readyMs = Math.round(performance.now());
  observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["data-ready"] })"""

SCROLLED = """() => new Promise(done => {
  scrollTo(0, document.body.scrollHeight);
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""


def measure(browser: Browser, server: ApiServer, address: str, apart: Collection[str] = ()) -> dict[str, Any]:
    """Load a page as often as is asked for; its times are medians, all else is of the last load."""
    loads = [_load(browser, server, address, apart) for _ in range(int(os.environ.get("TAILWATCH_LOADS", "1")))]
    return loads[-1] | {name: round(median(one[name] for one in loads)) for name in TIMES}


def _load(browser: Browser, server: ApiServer, address: str, apart: Collection[str]) -> dict[str, Any]:
    """Open a page with an empty cache; count what is asked for, but for the scripts `apart`, and what comes over.

    Down to the end of the page, but for the overview: its map is loaded when it is seen. What a page asks again for,
    to renew itself by a commit of meanwhile, is no part of its load.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, base_url=server.url)
    page = context.new_page()
    asked: list[str] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, int] = {}
    renewals: set[str] = set()

    def sent(event: dict[str, Any]) -> None:
        """A page that fetches itself renews itself; whatever else is asked for counts, each time."""
        if event.get("type") == "Fetch" and event["request"]["url"] == event["documentURL"]:
            renewals.add(event["requestId"])
        else:
            asked.append(event["request"]["url"])

    session.on("Network.requestWillBeSent", sent)
    session.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: round(event["encodedDataLength"])})
    )
    page.add_init_script(READY)
    open_page(page, address)
    found: dict[str, Any] = {
        "first_paint_ms": page.evaluate(PAINTED),
        "ready_ms": page.evaluate("window.readyMs"),
        "elements": page.evaluate("document.querySelectorAll('*').length"),
    }
    if address != "/":
        page.evaluate(SCROLLED)
    asked = [url for url in asked if not url.startswith("data:") and Path(url).name not in apart]
    own = [Path(url).name for url in asked if url.endswith(".js") and "/assets/" not in url]
    found |= {
        "requests": len(asked),
        "script_gz_bytes": packed(*own),
        "wire_bytes": sum(size for id, size in sizes.items() if id not in renewals),
    }
    if address.endswith("/value"):
        found["slider_ms"] = answered_ms(page)
    context.close()
    return found


def answered_ms(page: Page) -> float:
    """Median of five: from the hand on a slider until the outcomes stand there, its pause for thought included."""
    page.locator("input[name=price]").focus()
    took = []
    for _ in range(5):
        page.evaluate("delete document.body.dataset.answeredMs")
        page.keyboard.press("ArrowLeft")
        page.wait_for_selector("body[data-answered-ms]")
        took.append(float(page.evaluate("document.body.dataset.answeredMs")))
    return median(took)


def packed(*names: str) -> int:
    """Bytes of some files of our own as they are sent."""
    files = assets.read().files
    return sum(len(files[name].packed or files[name].body) for name in names)


def test_the_stylesheet_stays_small() -> None:
    """It is below 12 kB, compressed."""
    assert packed("tailwatch.css") < CSS_GZ_BYTES


def test_pages_stay_within_their_budgets(browser: Browser, server: ApiServer) -> None:
    """Elements, requests and bytes of every page are within the limits; all figures are written down."""
    found = {name: measure(browser, server, address) for name, address in PAGES.items()}
    target = Path(os.environ.get("TAILWATCH_BUDGETS") or ROOT / "build" / "pages.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n")

    assert {name: one for name, one in found.items() if one["elements"] > ELEMENTS} == {}
    assert {name: one for name, one in found.items() if one["requests"] > REQUESTS} == {}
    assert {name: one for name, one in found.items() if one["script_gz_bytes"] > SCRIPT_GZ_BYTES} == {}
    assert {name: one for name, one in found.items() if one["wire_bytes"] > ON_THE_WIRE_BYTES} == {}
