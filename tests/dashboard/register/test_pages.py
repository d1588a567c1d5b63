"""The pages of registers in Chromium: a file seen and brought, the list by page, one facility with its history."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from ingest import register
from ingest.database import connect
from tests.api import people
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.dashboard.conftest import API_ROLE, log_in, open_page, screen_of
from tests.dashboard.looking import look_at_sizes
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.register.generated import LAYOUTS, facilities

MAP = LAYOUTS["gb-csv"].map().replace('licence = "CC0-1.0"', 'licence = "CC0-1.0"\npublic = true')
PLACE = "/register"


def content(last: int, **changes: float) -> bytes:
    """A made-up register of so many facilities."""
    layout = LAYOUTS["gb-csv"]
    truth = facilities(last, 3, "GB")
    truth[min(4, last - 1)] |= changes
    return layout.file([layout.cells(one) for one in truth])


@pytest.fixture(scope="module")
def listed(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ApiServer, TestDatabase]]:
    """An api with its pages over a register of 120 facilities, which came twice; ingest carries out commands."""
    with fresh_database(cluster, KNOWS_VALE) as database:
        conninfo = database.conninfo("tailwatch_ingest")
        with connect(conninfo) as connection:
            register.take(connection, "first.csv", content(121), MAP, "user:3")
            later = MAP.replace("2026-01-31", "2026-06-30")
            register.take(connection, "second.csv", content(120, height_m=44.5), later, "user:3")
            other = MAP.replace("made-up", "operator").replace("Made up", "Own list")
            register.take(connection, "own.csv", content(6, height_m=51.5), other, "user:3")
        people.add_user(database.conninfo(), "ana", everywhere="approve")
        server = ApiServer(tmp_path_factory.mktemp("listed"), database.conninfo(API_ROLE)).start(wait_for=PLACE)
        with command_runner_of(database):
            yield server, database
        server.stop()


@pytest.fixture(scope="module")
def reader(listed: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client of the pages, without a login."""
    with httpx.Client(base_url=listed[0].url, timeout=60) as client:
        yield client


@pytest.fixture
def page(browser: Browser, listed: tuple[ApiServer, TestDatabase]) -> Iterator[Page]:
    """A page of its own."""
    with screen_of(browser, listed[0].url) as page:
        yield page


def test_the_list_goes_on_by_pages_and_is_searched(reader: httpx.Client) -> None:
    """Each of 127 rows on one of three pages; by name there are fewer, with their number."""
    seen, address = [], PLACE
    while address:
        text = reader.get(address).text
        seen += [part.partition('"')[0] for part in text.split('href="/register/')[1:]]
        following = text.split('href="?cursor=')
        address = PLACE + "?cursor=" + following[1].partition('"')[0] if len(following) > 1 else ""
    found = reader.get(PLACE, params={"search": "pena vieja", "country": "", "register": ""}).text

    assert (len(seen), len(set(seen))) == (127, 127)
    assert "127 facilities in 2 registers" in found
    assert "Peña Vieja" in found and "Old Level" not in found


def test_one_facility_has_what_was_said_before(reader: httpx.Client) -> None:
    """The field that changed with both values, in either language; a facility that is gone says so."""
    number = reader.get("/api/v1/registers/entries?search=GB-00005&register=made-up").json()["entries"][0]["number"]
    gone = reader.get("/api/v1/registers/entries?search=GB-00121").json()["entries"][0]["number"]
    spanish = reader.get(f"{PLACE}/{number}", headers={"accept-language": "es"}).text

    assert "Height [m]: " in reader.get(f"{PLACE}/{number}").text
    assert "→ 44,5" in spanish and "Clase de consecuencias" in spanish
    assert "No longer in its register" in reader.get(f"{PLACE}/{gone}").text


def test_a_register_is_seen_then_brought(page: Page, tmp_path: Path) -> None:
    """Nothing is stored before the second button; the refused row is named and its file offered."""
    file, given = tmp_path / "more.csv", tmp_path / "map.toml"
    file.write_bytes(content(3).replace(b"GB-00002", b""))
    given.write_text(MAP.replace("made-up", "more"))
    open_page(log_in(page, "ana", PLACE), PLACE)
    form = page.locator("#bring")
    form.get_by_label("File", exact=True).set_input_files(file)
    form.get_by_label("Map file").set_input_files(given)
    form.get_by_role("button", name="Preview").click()

    expect(form.locator("output")).to_contain_text("3 rows: 2 new, 0 changed, 0 already there, 1 refused. Nothing")
    expect(page.locator("#bring-faults li")).to_have_text("3 Ref (id): is empty; each facility needs it")
    form.get_by_role("button", name="Import").click()
    expect(form.locator("output")).to_contain_text("Imported: 3 rows: 2 new")
    expect(page.locator("#bring-refused")).to_have_attribute("href", "/api/v1/registers/imports/4/refused")


def test_a_person_says_that_two_rows_are_one_facility(page: Page, reader: httpx.Client) -> None:
    """Proposed by id, name and place, with what contradicts; the page then says what was said."""
    number = reader.get("/api/v1/registers/entries?search=GB-00005&register=operator").json()["entries"][0]["number"]
    open_page(log_in(page, "ana", f"{PLACE}/{number}"), f"{PLACE}/{number}")
    row = page.locator("#matches tbody tr").first

    expect(row).to_contain_text("same id, name 100 %, 0 m apart")
    expect(row).to_contain_text("Height [m]:")
    row.get_by_role("button", name="It is the same").click()
    expect(page.locator("#matches tbody tr").first).to_contain_text("The same facility")


@pytest.mark.parametrize("address", [PLACE, f"{PLACE}/5"])
def test_the_pages_can_be_read_by_everybody(page: Page, address: str) -> None:
    """Nothing for axe-core to say, and nothing too wide, from 1440 down to 320 pixels, light and dark."""
    found, over = look_at_sizes(page, address, address.strip("/").replace("/", "-"), ("desktop", "phone", "narrow"))

    assert (found, over) == ({}, {})
