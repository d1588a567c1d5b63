"""What five readers come for, done in a browser, click by click; a calibration is in instruments/test_preview.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import alarm_story
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.dashboard.site import DAM
from tests.servers import Database, fresh_database

from .conftest import API_ROLE, log_in, open_page
from .reader_tasks import Reader


@pytest.fixture(scope="module")
def alarmed(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """A site with a pond past yellow, ingest's command runner at work, and the api with its pages."""
    with fresh_database(cluster, DAM) as database:
        alarm_story.tell(database.conninfo())
        server = ApiServer(Path(tmp_path_factory.mktemp("readers")), database.conninfo(API_ROLE)).start()
        with command_runner_of(database):
            yield server
        server.stop()


@pytest.fixture
def screen(browser: Browser, alarmed: ApiServer) -> Iterator[Page]:
    """A screen at a desk, of nobody in particular."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, base_url=alarmed.url, locale="en-GB")
    yield open_page(context.new_page(), "/")
    context.close()


def test_an_operator_acknowledges_at_night_on_a_phone(browser: Browser, alarmed: ApiServer) -> None:
    """The alarm is the operator's afterwards, with name and time."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=alarmed.url, has_touch=True)
    phone, reader = context.new_page(), Reader("acknowledge")
    log_in(phone, "shift")
    open_page(phone, "/")

    reader.click(phone.get_by_role("navigation", name="Main").get_by_role("link", name="Alarms"))
    reader.click(phone.get_by_role("button", name="Acknowledge", exact=True).first)
    reader.click(phone.locator("#ask-go"))

    expect(phone.locator("table.cards tr", has_text="Overtopping").first).to_contain_text("shift")
    assert reader.has_done()
    context.close()


def test_an_engineer_finds_why_it_is_yellow(screen: Page) -> None:
    """The sentence names instrument, value and trigger; the panel names the reading and what it was made of."""
    reader = Reader("why")

    reader.click(screen.locator("td a[href='/f/vale']"))
    reader.click(screen.get_by_role("link", name="Safety", exact=True))
    expect(screen.locator("#verdict")).to_contain_text("above its yellow trigger")
    reader.click(screen.locator("#verdict a[data-provenance]").first)

    expect(screen.locator("#provenance, dialog[open]").first).to_contain_text("n01 pond")
    assert reader.has_done()


def test_a_researcher_has_three_series_in_one_picture(screen: Page) -> None:
    """The address has all of it: opened by somebody else it gives the same picture."""
    reader = Reader("series")

    reader.click(screen.get_by_role("navigation", name="Main").get_by_role("link", name="Charts"))
    screen.locator("select[name=facility]").select_option("vale")
    reader.click(screen.get_by_role("button", name="Show its series"))
    for name in ("n01:pond.level", "n07:vw1.level", "n05:vw1.level"):
        reader.click(screen.get_by_role("link", name=f"Left: {name}"))
        expect(screen.locator("table").first).to_contain_text(name)

    rows = screen.locator("table").first.inner_text()
    assert reader.has_done()
    assert open_page(screen.context.new_page(), screen.url).locator("table").first.inner_text() == rows


def test_a_neighbour_is_told_what_is_going_on(screen: Page) -> None:
    """The first line of the page is the answer; its address is on the clipboard."""
    reader = Reader("neighbour")
    screen.context.grant_permissions(["clipboard-read", "clipboard-write"])

    reader.click(screen.locator("td a[href='/f/vale']"))
    reader.click(screen.get_by_role("link", name="Safety", exact=True))
    expect(screen.locator("#verdict-title")).to_contain_text("Yellow")
    reader.click(screen.locator("#copy"))

    screen.wait_for_function(
        "here => navigator.clipboard.readText().then(text => text.startsWith(here))", arg=screen.url.partition("?")[0]
    )
    assert reader.has_done()
