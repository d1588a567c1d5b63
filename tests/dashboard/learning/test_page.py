"""The pages of learning: written by forms, a sheet with what it lacks and frozen figures, who learned what, search."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page

from tests.api import people
from tests.api.region.site import put_facilities
from tests.api.server import ApiServer
from tests.dashboard import foreign_words
from tests.dashboard.conftest import API_ROLE, screen_of
from tests.dashboard.looking import look_at_sizes
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database

PRACTICE = {
    "id": "thickened",
    "version": "0",
    "title": "Example: thickened tailings",
    "region": "Example region",
    "problem": "Water stood too high behind the dam.",
    "results": "pond level | 1.2 m lower (± 0.1 m) | example\nbeach | 40 m wider",
    "validations": "Example project office | 2026-03-05",
    "fill_facility": "vale",
    "is_public": "on",
    "is_example": "on",
}
EVENT = {
    "id": "visit",
    "version": "0",
    "title": "Example visit",
    "day": "2026-03-05",
    "organisations": "office\nmine",
    "learned": "office | how margins are read",
    "practices": "thickened",
    "is_public": "on",
    "is_example": "on",
}
ORGANISATION = {
    "id": "office",
    "version": "0",
    "title": "Example office",
    "kind": "authority",
    "country": "PT",
    "is_public": "on",
    "is_example": "on",
}


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """A public facility."""
    with fresh_database(cluster, MIGRATED) as fresh:
        with psycopg.connect(fresh.conninfo()) as connection:
            put_facilities(connection, [("vale", "green", -7.5, 40.1)], consequence_class="high")
        people.add_user(fresh.conninfo(), "authority", everywhere="admin")
        yield fresh


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The pages over it."""
    folder = tmp_path_factory.mktemp("learning")
    running = ApiServer(folder, database.conninfo(API_ROLE)).start("/learning")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def authority(server: ApiServer) -> Iterator[httpx.Client]:
    """Who is logged in and may do everything, after one of each was written by its form."""
    with httpx.Client(base_url=server.url, timeout=120, follow_redirects=True) as client:
        people.log_in(client, "authority")
        for noun, fields in (("practices", PRACTICE), ("events", EVENT), ("organisations", ORGANISATION)):
            assert send(client, f"/learning/{noun}", fields, f"/learning?new={noun}").status_code == 200
        yield client


@pytest.fixture(scope="module")
def stranger(server: ApiServer, authority: httpx.Client) -> Iterator[httpx.Client]:
    """Who reads without a login."""
    with httpx.Client(base_url=server.url, timeout=120) as client:
        yield client


def send(client: httpx.Client, address: str, fields: dict[str, str], page: str) -> httpx.Response:
    """Send a form of a page, with its token."""
    found = re.search(r'name="form_token" value="([^"]+)"', client.get(page).text)
    assert found is not None
    return client.post(address, data={**fields, "form_token": found[1]})


def test_a_sheet_has_results_validation_figures_and_gaps(stranger: httpx.Client) -> None:
    """What was typed as lines stands as tables; what is asked for and not said is named; figures are those of vale."""
    text = stranger.get("/learning/practices/thickened").text

    assert "1.2 m lower (± 0.1 m)" in text and "40 m wider" in text and "5 Mar 2026" in text
    assert "Asked for and not said: What was done, Resources needed, Evidence of success" in text
    assert "Of vale, frozen as of" in text and "100.0 %" in text and "file@1" in text


def test_the_library_says_who_learned_what_in_each_language(stranger: httpx.Client, database: TestDatabase) -> None:
    """The lesson stands at the event; words around it are in the reader's language, but for what a person typed."""
    english, spanish, portuguese = (
        stranger.get("/learning", headers={"accept-language": one}).text for one in ("en", "es", "pt")
    )

    assert all("office: how margins are read" in one for one in (english, spanish, portuguese))
    assert "Good practices" in english and "Buenas prácticas" in spanish and "Boas práticas" in portuguese
    said = {
        line for fields in (PRACTICE, EVENT, ORGANISATION) for one in fields.values() for line in re.split("[|\n]", one)
    }
    known = foreign_words.names(database.conninfo()) | {one.strip() for one in said}
    for language in ("es", "pt"):
        for place in ("/learning", "/learning/practices/thickened", "/learning/events/visit"):
            page = stranger.get(place, headers={"accept-language": language}).text
            assert foreign_words.english(page, language, known) == []


def test_a_search_and_filters_narrow_it(stranger: httpx.Client) -> None:
    """By a part of a text, by kind, by organisation."""
    found, other = (stranger.get("/learning", params={"search": one}).text for one in ("THICKENED", "nothing of it"))
    own = stranger.get("/learning", params={"organisation": "office"}).text

    assert "/learning/practices/thickened" in found and "/learning/organisations/office" not in found
    assert 'href="/learning/practices' not in other
    assert "/learning/events/visit" in own and "/learning/practices/thickened" not in own


def test_a_further_version_keeps_its_figures(authority: httpx.Client, stranger: httpx.Client) -> None:
    """Another title by the form of the sheet; the figures are those that were frozen with the first version."""
    before = stranger.get("/api/v1/learning/practices/thickened").json()
    fields = {**PRACTICE, "version": "1", "title": "Example: another title", "fill_facility": ""}
    answer = send(authority, "/learning/practices/thickened", fields, "/learning/practices/thickened")
    after = stranger.get("/api/v1/learning/practices/thickened").json()

    assert answer.status_code == 200 and after["version"] == 2
    assert after["document"]["title"] == "Example: another title"
    assert after["document"]["figures"] == before["document"]["figures"]


def test_a_form_that_is_refused_keeps_what_was_written(authority: httpx.Client) -> None:
    """A line without a value, and a facility that is not here: a sentence each, and what was typed."""
    wrong = {**PRACTICE, "id": "other", "results": "only what", "title": "Kept title"}
    answers = [
        send(authority, "/learning/practices", fields, "/learning?new=practices")
        for fields in (wrong, {**PRACTICE, "id": "third", "fill_facility": "nowhere", "title": "Kept title"})
    ]

    assert [one.status_code for one in answers] == [422, 422]
    assert "This cannot be read: Measured results." in answers[0].text and "Kept title" in answers[0].text
    assert "No facility here has that id" in answers[1].text


@pytest.mark.foreign
def test_the_pages_can_be_read_by_everybody(authority: httpx.Client, browser: Browser, server: ApiServer) -> None:
    """Nothing for axe-core to say, and nothing too wide, from 1440 down to 320 pixels, light and dark."""

    def look(page: Page, place: str) -> tuple[object, object]:
        return look_at_sizes(page, place, "learning", ("desktop", "phone", "narrow"))

    with screen_of(browser, server.url) as page:
        assert look(page, "/learning") == ({}, {})
        assert look(page, "/learning/practices/thickened") == ({}, {})
