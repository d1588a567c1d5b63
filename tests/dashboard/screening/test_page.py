"""The page of screenings in Chromium: what is stated and why not, how it held, the plan, and a further run."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from ingest import screening
from ingest.database import connect
from tests.api import people
from tests.api.server import ApiServer
from tests.commanded import command_runner_of
from tests.dashboard.conftest import API_ROLE, log_in, open_page, screen_of
from tests.dashboard.looking import look_at_sizes
from tests.ingest.screening.region import REGION, take
from tests.servers import Database, TestDatabase, fresh_database

PLACE = "/screening"


@pytest.fixture(scope="module")
def screened(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ApiServer, TestDatabase]]:
    """An api with its pages over a region that is screened twice; a hole came in between."""
    with fresh_database(cluster, REGION) as database:
        with connect(database.conninfo("tailwatch_ingest")) as connection:
            screening.make(connection, "user:3")
            take(connection, "vale", "H9,1000")
            screening.make(connection, "user:3")
        people.add_user(database.conninfo(), "ana", everywhere="approve")
        server = ApiServer(tmp_path_factory.mktemp("screened"), database.conninfo(API_ROLE)).start(wait_for=PLACE)
        with command_runner_of(database):
            yield server, database
        server.stop()


@pytest.fixture(scope="module")
def reader(screened: tuple[ApiServer, TestDatabase]) -> Iterator[httpx.Client]:
    """A client of the pages, without a login."""
    with httpx.Client(base_url=screened[0].url, timeout=60) as client:
        yield client


@pytest.fixture
def page(browser: Browser, screened: tuple[ApiServer, TestDatabase]) -> Iterator[Page]:
    """A page of its own."""
    with screen_of(browser, screened[0].url) as page:
        yield page


def test_each_number_says_that_it_is_a_screening_and_whence_it_comes(reader: httpx.Client) -> None:
    """In either language; what has no number has the reason; the hit rate with its bounds."""
    english = reader.get(PLACE).text
    spanish = reader.get(PLACE, headers={"accept-language": "es"}).text

    assert english.count("Screening, not an estimate") == 1 + 8
    assert "no register names a commodity, and there are no assays" in english
    assert "Our 80 % intervals held 100 % of 1 (95 % bounds 3 to 100 %)." in english
    assert "Nuestros intervalos del 80 % acertaron el 100 % de 1" in spanish
    assert "Cribado, no una estimación" in spanish


def test_the_list_and_the_plan_are_chosen_by_the_address(reader: httpx.Client) -> None:
    """A part of a name narrows the list and leaves the plan; samples and costs change the plan and leave the list."""
    found = reader.get(PLACE, params={"search": "mar", "element": "", "samples": "4", "sample_cost": "150"}).text
    wrong = reader.get(PLACE, params={"samples": "0"})

    assert "2 of 2 rows" in found and "its mass is wet" in found
    assert "only 0 facilities have samples of it; 5 are needed" in found
    assert "4 samples for 600 remove" in found
    assert "7 facilities have an interval and no dry mass" in found
    assert wrong.status_code == 422


def test_a_person_sets_samples_and_cost_and_runs_a_further_one(page: Page) -> None:
    """The plan by its form; the run by its button, and the page then shows the factor that was given."""
    open_page(log_in(page, "ana", PLACE), PLACE)
    plan = page.get_by_role("form", name="Where to sample next")
    plan.get_by_label("Samples").fill("2")
    plan.get_by_label("Cost of a sample").fill("99.5")
    plan.get_by_label("Cost of a sample").press("Enter")

    expect(page.get_by_text("2 samples for 199 remove")).to_be_visible()
    run = page.locator("#run")
    run.get_by_label("80 % of stated masses").fill("2.5")
    run.get_by_role("button", name="Run").click()
    expect(page.get_by_text("are assumed within a factor of 2.5")).to_be_visible(timeout=60_000)


@pytest.mark.foreign
def test_the_page_can_be_read_by_everybody(page: Page) -> None:
    """Nothing for axe-core to say, and nothing too wide, from 1440 down to 320 pixels, light and dark."""
    found, over = look_at_sizes(page, PLACE, "screening", ("desktop", "phone", "narrow"))

    assert (found, over) == ({}, {})
