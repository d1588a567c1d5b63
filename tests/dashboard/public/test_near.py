"""What lies near, on the public page: by layers that everybody may read; what is not loaded is not known."""

import re
from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser

from ingest import land
from ingest.database import connect
from tests.api.land import vale
from tests.api.server import ApiServer
from tests.dashboard.conftest import API_ROLE
from tests.dashboard.looking import look_at_sizes
from tests.dashboard.public.reading import sections
from tests.dashboard.public.site import DISCLOSURE, disclose
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database
from texts import languages

PAGE: Final = "/public/f/vale"
DATA: Final = "/api/v1/public/facilities/vale"
NEAR: Final = "What lies near?"
UNKNOWN: Final = "What is not known?"


@pytest.fixture(scope="module")
def served(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ApiServer, TestDatabase]]:
    """Vale with public layers of protected areas and towns; rivers and an inundation area are its operator's own."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        vale.place(fresh.conninfo())
        disclose(fresh.conninfo(), **DISCLOSURE)
        with connect(fresh.conninfo("tailwatch_ingest")) as connection:
            vale.load(connection, "natura", "towns", is_public=True)
            vale.load(connection, "rivers", "flood")
        server = ApiServer(tmp_path_factory.mktemp("near"), fresh.conninfo(API_ROLE)).start(wait_for=PAGE)
        yield server, fresh
        server.stop()


@pytest.fixture(scope="module")
def neighbour(served: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """Somebody without key or login."""
    with httpx.Client(base_url=served[0].url, timeout=120) as client:
        yield client


def test_what_is_near_stands_there_with_licence_and_day(neighbour: httpx.Client) -> None:
    """Worked out where the layers are drawn: the place lies in Ribeira, Monte is 700 m away."""
    said = sections(neighbour.get(PAGE).text)[NEAR]

    assert "1. Settlements : Monte, 700 m." in said and "2. Protected areas : Ribeira, the facility lies in it." in said
    assert re.search(r"the dot in the middle is the site\. North is up, and it reaches [\d.]+ k?m to each side", said)
    assert said.count("An authority, CC-BY-4.0, as of 31 Jan 2026") >= 2


def test_what_no_public_layer_tells_is_not_known_and_never_none(neighbour: httpx.Client) -> None:
    """Rivers are loaded, and not for everybody: neither they nor lakes are said to be absent, nor told."""
    found = sections(neighbour.get(PAGE).text)

    assert "Rivers : not known, for no map of them is loaded here. It does not mean that there are none." in found[NEAR]
    assert "no map is loaded of lakes and other waters, rivers" in found[UNKNOWN]
    assert "Brook" not in found[NEAR] and "inundat" not in found[NEAR].lower()


def test_it_is_drawn_within_the_weight_of_the_page(neighbour: httpx.Client) -> None:
    """Both kinds and nothing of the operator's own layers; the answer is below the 30 kB of docs/pages.md."""
    answer = neighbour.get(PAGE, headers={"accept-encoding": "gzip"})
    drawing = answer.text[answer.text.index('<svg class="draw land"') :].partition("</svg>")[0]

    assert 'class="protected-area"' in drawing and "settlement dot" in drawing
    assert 'class="river"' not in drawing and 'class="inundation"' not in drawing
    assert answer.num_bytes_downloaded < 30_000


def test_an_operator_who_does_not_open_it_tells_neither_place_nor_surroundings(
    neighbour: httpx.Client, served: tuple[ApiServer, TestDatabase]
) -> None:
    """The page says that it is not published; the control is the same page before and after."""
    before = neighbour.get(DATA).json()["surroundings"]
    disclose(served[1].conninfo(), **(DISCLOSURE | {"opens": ["state"]}))
    closed, page = neighbour.get(DATA), sections(neighbour.get(PAGE).text)
    disclose(served[1].conninfo(), **DISCLOSURE)

    assert before["lon"] is not None and neighbour.get(DATA).json()["surroundings"] == before
    assert closed.json()["surroundings"] is None and str(before["lon"]) not in closed.text
    assert "does not publish what lies near" in page[NEAR] and "What lies near: the operator" in page[UNKNOWN]


def test_a_layer_that_is_taken_out_is_not_known_at_the_next_look(
    neighbour: httpx.Client, served: tuple[ApiServer, TestDatabase]
) -> None:
    """What was made before does not outlive what it was made of."""
    assert "Monte" in neighbour.get(PAGE).text
    with connect(served[1].conninfo("tailwatch_ingest")) as connection:
        land.remove(connection, "towns", "user:3")
        removed = sections(neighbour.get(PAGE).text)[NEAR]
        vale.load(connection, "towns", is_public=True)

    assert "Monte" not in removed and "Settlements : not known" in removed
    assert "Monte" in neighbour.get(PAGE).text


@pytest.mark.parametrize("language", [one.tag for one in languages.known()])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, served: tuple[ApiServer, TestDatabase], language: str
) -> None:
    """With the map, at every width, light and dark."""
    context = browser.new_context(base_url=served[0].url, locale="en-GB")
    found = look_at_sizes(context.new_page(), f"{PAGE}?lang={language}", f"public-near-{language}")
    context.close()

    assert found == ({}, {})
