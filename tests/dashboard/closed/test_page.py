"""The page of closed facilities: counts, dates and gaps as the answer has them, in both languages, and to whom."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.api import people
from tests.api.closed_facilities.site import counted, rows, text
from tests.api.region.site import put_facilities, put_register
from tests.api.server import ApiServer
from tests.dashboard.conftest import API_ROLE, screen_of
from tests.dashboard.looking import look_at_sizes
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database

PLACE = "/closed"
TRUTH = rows(80, 5)


@pytest.fixture(scope="module")
def closed_site(cluster: Database) -> Iterator[TestDatabase]:
    """A public register of 80 rows with gaps, one that is not public, and a facility."""
    with fresh_database(cluster, MIGRATED) as fresh:
        put_register(fresh, "pt", text(TRUTH), day="2026-06-30")
        with psycopg.connect(fresh.conninfo()) as connection:
            put_facilities(connection, [("vale", "green", -7.5, 40.1)])
        put_register(fresh, "own", text([TRUTH[0] | {"name": "Ours alone", "status": "closed"}]), public=False)
        yield fresh


@pytest.fixture(scope="module")
def served(closed_site: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages over it."""
    server = ApiServer(tmp_path_factory.mktemp("closed"), closed_site.conninfo(API_ROLE)).start(wait_for=PLACE)
    yield server.url
    server.stop()


@pytest.fixture
def reader(served: str) -> Iterator[httpx.Client]:
    """A client of the pages, without a login."""
    with httpx.Client(base_url=served, timeout=60) as client:
        yield client


def test_the_page_says_what_is_missing_in_both_languages(reader: httpx.Client) -> None:
    """The counts of the file's own cells; nothing of the register that is not public; how long dates are past."""
    truth = counted(TRUTH)
    english = reader.get(PLACE).text
    spanish = reader.get(PLACE, headers={"accept-language": "es"}).text

    assert f"{truth['total']} closed facilities, {truth['complete']} with every field that is asked" in english
    assert f"{truth['total']} instalaciones cerradas, {truth['complete']} con todos los datos" in spanish
    assert "peat; no mineral waste" in english and "Ours alone" not in english
    assert "Database of closed facilities in place" in english and "past by" in english


def test_the_list_is_narrowed_to_what_lacks_a_field(reader: httpx.Client) -> None:
    """By the form's own address; the file that the page offers holds the same facilities."""
    gaps = {id: lacking for id, lacking in counted(TRUTH)["gaps"].items() if "extent" in lacking}  # type: ignore[attr-defined]
    found = reader.get(PLACE, params={"missing": "extent", "country": "", "search": ""}).text
    file = reader.get("/api/v1/closed-facilities/export", params={"missing": "extent"}).text

    assert "/api/v1/closed-facilities/export?missing=extent" in found
    assert all(f"Heap {id[1:]}" in found for id in gaps) and found.count('href="/register/') >= len(gaps)
    assert {line.split(",")[1] for line in file.splitlines()[1:]} == set(gaps)


def test_the_plan_is_asked_by_a_form_and_says_without_a_screening_that_there_is_none(reader: httpx.Client) -> None:
    """No plan is invented: the page says who makes one, in each language."""
    english, spanish, portuguese = (
        reader.get(PLACE, params={"samples": 9}, headers={"accept-language": tag}).text for tag in ("en", "es", "pt")
    )

    assert "Nobody has run a screening yet" in english and 'name="sample_cost"' not in english
    assert "Nadie ha hecho aún un cribado" in spanish and "Ainda ninguém fez uma triagem" in portuguese


@pytest.mark.parametrize(
    ("tag", "says"),
    [
        ("en", "Not live: no facility here is public"),
        ("es", "No es en directo: ninguna instalación de aquí es pública"),
        ("pt", "Não é em direto: nenhuma instalação daqui é pública"),
    ],
)
def test_a_stranger_without_a_public_facility_reads_that_nothing_is_live(
    closed_site: TestDatabase, reader: httpx.Client, tag: str, says: str
) -> None:
    """The live stream is refused there: the page says why and what to do, and does not ask for it."""
    people.make_private(closed_site.conninfo(), "vale")
    found = reader.get(PLACE, headers={"accept-language": tag}).text

    assert reader.get("/api/v1/live").status_code == 401
    assert says in found and '"still":true' in found
    assert '<a href="/login?next=/closed">' in found


@pytest.mark.foreign
def test_the_page_can_be_read_by_everybody(browser: Browser, served: str) -> None:
    """Nothing for axe-core to say, and nothing too wide, from 1440 down to 320 pixels, light and dark."""

    def look(page: Page) -> tuple[object, object]:
        return look_at_sizes(page, PLACE, "closed", ("desktop", "phone", "narrow"))

    with screen_of(browser, served) as page:
        assert look(page) == ({}, {})
