"""The page of land use: what layers say in three languages, what nobody knows, and for whom it is."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page

from ingest.database import connect
from tests.api import people
from tests.api.land import vale
from tests.api.people import bearer
from tests.api.server import ApiServer
from tests.dashboard.conftest import API_ROLE, screen_of
from tests.dashboard.looking import look_at_sizes
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database

PLACE = "/f/vale/land"


@pytest.fixture(scope="module")
def served(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, TestDatabase]]:
    """The pages over vale with six layers, one of another country; protected areas and towns are public."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        vale.place(fresh.conninfo())
        with connect(fresh.conninfo("tailwatch_ingest")) as connection:
            vale.load(connection, "natura", "towns", "abroad", is_public=True)
            vale.load(connection, "rivers", "flood", "outline")
        server = ApiServer(tmp_path_factory.mktemp("land"), fresh.conninfo(API_ROLE)).start(wait_for=PLACE)
        yield server.url, fresh
        server.stop()


@pytest.fixture
def reader(served: tuple[str, TestDatabase]) -> Iterator[httpx.Client]:
    """A client of the pages, without a login."""
    with httpx.Client(base_url=served[0], timeout=60) as client:
        yield client


@pytest.fixture
def operator(served: tuple[str, TestDatabase]) -> Iterator[httpx.Client]:
    """A client who may read every facility."""
    key = bearer(people.add_key(served[1].conninfo(), "read", facilities=("*",)))
    with httpx.Client(base_url=served[0], timeout=60, headers=key | {"accept": "text/html"}) as client:
        yield client


def test_each_figure_stands_with_its_layer(operator: httpx.Client) -> None:
    """Distance, overlap, people, water and inundation, with source, licence and day."""
    found = operator.get(PLACE).text

    told = ("Ribeira, the facility lies in it", "8.0 ha", "32.0 ha", "2.6 km", "21\u2009420")
    assert [words for words in told if words not in found] == []
    assert "From Brook, 100 m away, 9.0 km downstream." in found
    assert "An authority, CC-BY-4.0, as of 31 Jan 2026" in found


def test_what_no_layer_tells_is_not_nothing(reader: httpx.Client) -> None:
    """Without a login: no plan, river or inundation area is loaded, and the page says that this is not 'none'."""
    found = reader.get(PLACE).text

    assert found.count("Not known: no layer is loaded") == 3
    assert "This does not mean that nothing is near." in found
    assert "no inundation area of this facility is loaded" in found and "Brook" not in found


def test_a_layer_that_is_not_of_the_place_does_not_say_that_nobody_lives_there(reader: httpx.Client) -> None:
    """Settlements 300 km away: within 10 km their number is not known, and it is no 0; the control is
    the layer that covers the place."""
    rows = re.findall(r"<tr><td class=\"num\">10[^<]*km</td>.*?</tr>", reader.get(PLACE).text)
    told = [re.findall(r'data-th="(?:Settlements|People)">([^<]*)<', row) for row in rows]

    assert sorted(told) == [["3", "21\u2009420 and 1 settlement without a number"], ["not known", "not known"]]


IN_LANGUAGES = (("es", "Usos del suelo alrededor de"), ("pt", "Uso do solo à volta de"))


@pytest.mark.parametrize(("language", "words"), IN_LANGUAGES)
def test_it_is_in_the_readers_language(reader: httpx.Client, language: str, words: str) -> None:
    """Heading and kinds."""
    assert words in reader.get(PLACE, headers={"accept-language": language}).text


@pytest.mark.foreign
def test_the_page_can_be_read_by_everybody(browser: Browser, served: tuple[str, TestDatabase]) -> None:
    """Nothing for axe-core to say, and nothing too wide, from 1440 down to 320 pixels, light and dark."""

    def look(page: Page) -> tuple[object, object]:
        return look_at_sizes(page, PLACE, "land", ("desktop", "phone", "narrow"))

    with screen_of(browser, served[0]) as page:
        assert look(page) == ({}, {})
