"""The page of land use: what layers say in three languages, what nobody knows, and for whom it is."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page

from ingest import register
from ingest.database import connect
from tests.api import people
from tests.api.land import vale
from tests.api.people import bearer
from tests.api.server import ApiServer
from tests.dashboard.conftest import API_ROLE, screen_of
from tests.dashboard.looking import look_at_sizes
from tests.ingest.conftest import KNOWS_VALE
from tests.servers import Database, TestDatabase, fresh_database
from tests.tailings.land import drawn

PLACE = "/f/vale/land"
MAP = """[register]
id = "made-up"
title = "Made up"
day = 2026-01-31
licence = "CC0-1.0"
public = true
"""
HEAD = "id,name,longitude,latitude,protected_area_m,people_at_risk"
LON, LAT = drawn.PLACE
ROWS = f"{HEAD}\nvale,Vale,{LON},{LAT},8000,0\nkept,Kept to,{LON},{LAT},100,420\nsilent,Silent,{LON},{LAT},,\n"
"""Says that nothing is protected within 8 km and that a failure reaches nobody; says what layers say; says nothing."""


@pytest.fixture(scope="module")
def served(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, TestDatabase]]:
    """The pages over vale with six layers, one of another country; protected areas and towns are public."""
    with fresh_database(cluster, KNOWS_VALE) as fresh:
        vale.place(fresh.conninfo())
        with connect(fresh.conninfo("tailwatch_ingest")) as connection:
            vale.load(connection, "natura", "towns", "abroad", is_public=True)
            vale.load(connection, "rivers", "flood", "outline")
            register.take(connection, "rows.csv", ROWS.encode(), MAP, "user:3")
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


def test_the_map_has_what_the_table_has(operator: httpx.Client) -> None:
    """Of 5 km: the protected area, its overlap, both rivers and the way to the town; what lies outside is named."""
    text = operator.get(PLACE, params={"reach_m": 5000}).text
    drawing = text[text.index('<svg class="draw land') : text.index("</svg>", text.index('<svg class="draw land'))]
    looks = re.findall(r'class="([a-z -]+)"', drawing)

    assert {"protected-area", "river", "settlement dot", "inundation", "own", "shared", "way"} <= set(looks)
    assert "Map of 5.0 km to each side of" in drawing
    assert "Not on this map: " in text and "Shortest way to the nearest" in text


def test_the_map_shows_as_far_as_it_is_asked(operator: httpx.Client) -> None:
    """Within 1 km no town is drawn, and the buttons say which one is shown."""
    text = operator.get(PLACE, params={"reach_m": 1000}).text
    words = re.findall(r"<text[^>]*>([^<]*)</text>", text)

    assert re.search(r'<a class="btn go" href="[^"]*reach_m=1000#map" aria-current="true">1.0 km</a>', text)
    assert "10.0 km" not in words and {"1", "3: 100 m", "5: 300 m"} <= set(words)
    assert operator.get(PLACE, params={"reach_m": 3}).status_code == 422


def row_of(client: httpx.Client, id: str) -> str:
    """The page of a row of the register."""
    (found,) = client.get("/api/v1/registers/entries", params={"search": id}).json()["entries"]
    return client.get(f"/register/{found['number']}").text


def test_what_layers_contradict_stands_on_the_page_of_the_row(operator: httpx.Client) -> None:
    """Both with source and day, as the register has it and as the layers; a row that says the same is the control."""
    told, kept, silent = (re.sub(r"\s", " ", row_of(operator, one)) for one in ("vale", "kept", "silent"))

    assert ": 8000; layers show: 0 (Layer. An authority, CC-BY-4.0, as of 31 Jan 2026)" in told
    assert ": 0; layers show: 420 (Layer. An authority, CC-BY-4.0, as of 31 Jan 2026; Layer" in told
    assert "layers show" not in kept and "layers show" not in silent


def test_who_sees_no_layer_sees_no_contradiction_by_it(reader: httpx.Client) -> None:
    """The inundation area is not public: without a login only the protected area contradicts."""
    told = row_of(reader, "vale")

    assert "layers show: 0 (" in told and "layers show: 420" not in told


def test_a_region_says_which_rows_layers_contradict(operator: httpx.Client) -> None:
    """The row that is alike one of this site, with the layer; nothing of the register changed."""
    needs = operator.get("/api/v1/region").json()["needs"]["contradictions"]
    found = [(one["name"], told["column"], told["there"]) for one in needs for told in one["contradictions"]]
    told = [one for one in found if one[0] == "Vale" and one[1] in ("protected_area_m", "people_at_risk")]
    text = operator.get("/region").text

    assert told == [("Vale", "protected_area_m", 0.0), ("Vale", "people_at_risk", 420.0)]
    assert "layers show: 0 (Layer. An authority" in text
    assert "8000" in row_of(operator, "vale")


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
