"""The page of a region in Chromium and without scripts: found by filters, by keys, on the map, in both languages."""

import gzip
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.region import site
from tests.api.server import ApiServer
from tests.dashboard import outlines
from tests.dashboard.conftest import API_ROLE, launched, open_page, save_picture, screen_of
from tests.dashboard.looking import look_at_sizes
from tests.dashboard.test_map import DRAWN_WITHIN_MS, WEBGL
from tests.servers import MIGRATED, Database, fresh_database

PLACE = "/region"
ROWS = 60
MARKS = """all => all.map(one =>
  [one.querySelector("use").getAttribute("href"), one.title, one.getAttribute("href")])"""


@pytest.fixture(scope="module")
def served(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """Twenty measured facilities and sixty rows of two registers, with regions; no consumption is stated."""
    folder = tmp_path_factory.mktemp("region")
    (folder / "region").mkdir()
    (folder / "region" / "boundaries.json").write_bytes(site.boundaries())
    with fresh_database(cluster, MIGRATED) as database:
        site.put_region(database, 20, ROWS)
        server = ApiServer(folder, database.conninfo(API_ROLE), state_folder=f'"{folder}"').start(wait_for=PLACE)
        yield server
        server.stop()


@pytest.fixture(scope="module")
def reader(served: ApiServer) -> Iterator[httpx.Client]:
    """A client of the page, without a login."""
    with httpx.Client(base_url=served.url, timeout=60) as client:
        yield client


@pytest.fixture
def page(browser: Browser, served: ApiServer) -> Iterator[Page]:
    """A page of its own."""
    with screen_of(browser, served.url) as page:
        yield page


def test_it_says_what_needs_a_look_and_what_is_not_known(reader: httpx.Client) -> None:
    """In either language; no share without its denominator, and no sum without how facilities go together.

    Of the sixty rows three are facilities of this site, as a person said.
    """
    english, spanish = (reader.get(PLACE, headers={"accept-language": tag}).text for tag in ("en", "es"))

    assert "Red: 4 of 20 measured facilities need a look" in english
    assert "57 rows stand in registers: nobody here knows how safe those are today." in english
    assert "denominator missing" in english and "Not computed" in english
    assert "Recoverable [t] independent" in english and "Recoverable [t] all at once" in english
    assert "Rojo: 4 de 20 instalaciones medidas requieren revisión" in spanish and "falta el denominador" in spanish


def test_each_region_has_an_address_with_its_own_figures(reader: httpx.Client) -> None:
    """Named and led to; measured ones are those that lie within its box, each in one region; others are not found."""
    whole = reader.get(PLACE).text
    pages = {code: reader.get(f"{PLACE}/{code}") for code in ("PT1A", "PT1B", "PT", "FR10")}
    said = {code: int(re.findall(r">(\d+) measured here", pages[code].text)[0]) for code in ("PT1A", "PT1B")}
    within = {}
    for code, box in {"PT1A": "-10,37,-8.0001,42", "PT1B": "-7.9999,37,-6,42"}.items():
        places = reader.get("/api/v1/region/places", params={"box": box}).json()["places"]
        within[code] = sum(bool(one["facility"]) for one in places)

    assert all(f">{code} Part {code}</h1>" in pages[code].text and f'"/region/{code}"' in whole for code in said)
    assert sum(said.values()) == 20 and all(within[code] <= said[code] < 20 for code in said)
    assert [pages[code].status_code for code in ("PT", "FR10")] == [200, 404]


def test_without_scripts_the_list_is_chosen_and_goes_on(browser: Browser, served: ApiServer) -> None:
    """The form sends what is chosen, the next rows keep it, and each row leads to its page."""
    context = browser.new_context(base_url=served.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(PLACE)
    page.get_by_label("Country").select_option("PT")
    page.get_by_role("button", name="Show").press("Enter")
    page.get_by_role("link", name="Next rows").click()
    said = page.locator("form .num").inner_text()
    rows = page.locator("tr[data-at^='/register/']").count()
    page.locator("tr[data-at^='/register/'] a").first.click()
    address = page.url
    context.close()

    assert (said, rows) == ("20 of 20 measured, 30 of 60 rows", 5)
    assert "/register/" in address


def test_the_map_has_both_kinds_and_leads_to_rows(browser: Browser, served: ApiServer) -> None:
    """Measured ones and rows have another shape and word; what is crowded is counted, and no other host is asked."""
    with launched(browser.browser_type, WEBGL) as other:
        page = other.new_context(viewport={"width": 1440, "height": 900}, base_url=served.url).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        open_page(page, f"{PLACE}?nuts=PT1A")
        before = list(asked)
        page.get_by_role("button", name="Move and zoom").click()
        page.wait_for_selector(".geo[data-ready]", timeout=DRAWN_WITHIN_MS)
        save_picture(page, "region-map")
        marks = page.locator(".geo .place").evaluate_all(MARKS)
        has_focus = page.evaluate("document.activeElement.tagName")

    shapes = {shape for shape, *_ in marks}
    assert "#registered" in shapes and len(shapes) > 1 and not any("maplibre" in url for url in before)
    assert has_focus == "CANVAS"
    assert all(href.startswith("/register/") for shape, _, href in marks if shape == "#registered" and href)
    assert any(title.endswith(": In a register") for _, title, _ in marks)
    assert [url for url in asked if not url.startswith((served.url, "data:", "blob:"))] == []


def test_it_is_used_by_keys(page: Page) -> None:
    """The list is reached and scrolled by keys; a filter is chosen and sent without a pointer."""
    open_page(page, PLACE)
    page.locator("select[name=state]").focus()
    page.keyboard.press("o")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("form .num")).to_contain_text("of 20 measured")
    assert "state=orange" in page.url


@pytest.mark.foreign
def test_it_can_be_read_by_everybody(page: Page) -> None:
    """Nothing for axe-core to say, and nothing too wide, from 1440 down to 320 pixels, light and dark."""
    found, over = look_at_sizes(page, PLACE, "region", ("desktop", "phone", "narrow"))

    assert (found, over) == ({}, {})


def test_the_outlines_are_those_of_natural_earth_and_small() -> None:
    """Written anew from npm's package they are the same, and below 120 kB as they are sent."""
    content = outlines.FILE.read_bytes()

    assert content.decode() == outlines.made() + "\n"
    assert len(gzip.compress(content)) < 120_000
