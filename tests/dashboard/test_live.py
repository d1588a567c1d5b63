"""The live view in a real browser: what ingest commits arrives, what breaks is said, what was missed is caught up."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase

from . import site
from .conftest import READY_WITHIN_MS, built, open_page, save_picture, served


@pytest.fixture(scope="module")
def pages_database(cluster: Database) -> Iterator[TestDatabase]:
    """A site of this file's own: what is committed here stays, and other files judge what they were given."""
    yield from built(cluster)


@pytest.fixture(scope="module")
def server(pages_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over it."""
    yield from served(pages_database, tmp_path_factory.mktemp("own"))


@pytest.fixture
def own_server(pages_database: TestDatabase, tmp_path: Path) -> Iterator[ApiServer]:
    """An api that this test may stop and start."""
    yield from served(pages_database, tmp_path)


def value_of(page: Page, short: str, group: int = 0) -> str:
    return page.locator("tr[data-ds]", has_text=short).nth(group).locator("[data-part=value]").inner_text()


def test_a_committed_reading_arrives(page: Page, pages_database: TestDatabase) -> None:
    """A transaction of ingest shows on the page within seconds, with its age and its quality."""
    open_page(page, "/f/vale")
    expect(page.locator("#live")).to_contain_text("Live")

    stored_at = site.add(pages_database.conninfo(), "vale:n02:vw1.level", 330.123)

    row = page.locator("tr[data-ds]", has=page.locator("a[href*='n02:vw1.level']"))
    expect(row.locator("[data-part=value]")).to_have_text("330.12")
    age = row.locator("[data-age]")
    expect(age).to_have_attribute("datetime", f"{stored_at.isoformat(timespec='seconds').partition('+')[0]}Z")
    expect(age).to_have_text(re.compile(r"^\d+ s$"))


def test_a_failed_read_is_no_reading_and_never_the_last_value(page: Page, pages_database: TestDatabase) -> None:
    """Quality 9 replaces the value by words; a rejected one keeps its number, says why, and is not green."""
    open_page(page, "/f/vale")
    site.add(pages_database.conninfo(), "vale:n04:vw1.level", None, 9)
    site.add(pages_database.conninfo(), "vale:n05:vw1.level", 999.0, 4, "gross_range")
    missing = page.locator("tr[data-ds]", has=page.locator("a[href*='n04:vw1.level']"))
    rejected = page.locator("tr[data-ds]", has=page.locator("a[href*='n05:vw1.level']"))

    expect(missing.locator("[data-part=value]")).to_have_text("no value")
    expect(rejected.locator("[data-part=quality]")).to_contain_text("outside its range")
    expect(rejected.locator(".tag")).to_have_text("Unknown")


def test_a_new_reading_is_drawn(page: Page, pages_database: TestDatabase) -> None:
    """A raw chart grows by the reading without asking for the series again."""
    open_page(page, "/f/vale?ds=n07:vw1.level&from=-1h")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/series?" in request.url else None)
    shot = "() => document.querySelector('#panels canvas').toDataURL()"
    before = page.evaluate(shot)

    site.add(pages_database.conninfo(), "vale:n07:vw1.level", 320.9)

    page.wait_for_function(f"before => ({shot})() !== before", arg=before)
    assert asked == []


def test_a_slow_answer_is_drawn_while_readings_come(page: Page, pages_database: TestDatabase) -> None:
    """Readings that are stored while the chart's first answer is on its way do not ask for it again and again."""
    asked: list[str] = []

    def delay(route: Route) -> None:
        asked.append(route.request.url)
        for _ in range(8):
            time.sleep(0.3)
            site.add(pages_database.conninfo(), "vale:n07:vw1.level", 320.9)
        route.continue_()

    page.route("**/series?*", delay)
    page.goto("/f/vale?ds=n07:vw1.level&from=-1h")

    page.wait_for_selector("#panels canvas", timeout=READY_WITHIN_MS)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("tab", "name", "value"), [("safety", "n04:vw1.level", 330.37), ("water", "n02:sonde.ph", 4.4)]
)
def test_a_new_reading_of_a_page_s_own_table_is_drawn(
    page: Page, pages_database: TestDatabase, tab: str, name: str, value: float
) -> None:
    """Safety and water list datastreams in tables beside the list of values; their charts grow all the same."""
    open_page(page, f"/f/vale/{tab}?ds={name}&from=-1h")
    shot = "() => document.querySelector('#panels canvas').toDataURL()"
    before = page.evaluate(shot)

    site.add(pages_database.conninfo(), f"vale:{name}", value)

    page.wait_for_function(f"before => ({shot})() !== before", arg=before)


def test_offline_is_said_and_back_is_caught_up(
    browser: Browser, own_server: ApiServer, pages_database: TestDatabase
) -> None:
    """The strip names since when and of when; after the return it names the readings that were missed."""
    context = browser.new_context(viewport={"width": 1440, "height": 800})
    page = open_page(context.new_page(), own_server.url + "/f/vale")
    expect(page.locator("#live")).to_contain_text("Live")
    own_server.stop()
    expect(page.locator("#strip")).to_contain_text("No connection since ")
    expect(page.locator("#live")).to_have_text("No connection", use_inner_text=True)
    save_picture(page, "offline")
    for value in (331.01, 331.02, 331.03):
        site.add(pages_database.conninfo(), "vale:n02:vw1.level", value)

    own_server.start()

    expect(page.locator("#strip")).to_have_text("Connected again, 3 readings caught up.")
    row = page.locator("tr[data-ds]", has=page.locator("a[href*='n02:vw1.level']"))
    expect(row.locator("[data-part=value]")).to_have_text("331.03")
    context.close()


def test_silence_turns_stale_by_the_clock(page: Page) -> None:
    """Two expected intervals without a reading make a row stale although no message says so."""
    page.clock.install()
    open_page(page, "/f/vale")
    row = page.locator("tr[data-ds]", has=page.locator("a[href*='n01:baro.pressure']"))
    expect(row.locator(".tag")).to_have_text("Fresh")

    page.clock.fast_forward("10:00")

    expect(row.locator(".tag")).to_have_text("Stale")
