"""The pages of policy instruments: written and frozen by forms, before and after in words, the dossier as a file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page

from api.policy import dossier
from tailwatch import seals
from tests import pdf_ua
from tests.api import people
from tests.api.policy.site import AFTER, BEFORE
from tests.api.region.site import put_facilities, put_register
from tests.api.server import ApiServer
from tests.dashboard import foreign_words
from tests.dashboard.conftest import API_ROLE, screen_of
from tests.dashboard.looking import look_at_sizes
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database

PLACE = "/policy/land-plan"
FIELDS = {
    "id": "land-plan",
    "version": "0",
    "title": "Example land plan",
    "region": "Example region",
    "about": "Invented, to show how it works.",
    "began": "2026-03-01",
    "is_public": "on",
    "is_example": "on",
    "indicator:0": "consequence_known",
    "country:0": "PT",
    "indicator:1": "people_at_risk",
    "country:1": "PT",
    "indicator:2": "contained_tonnes",
    "element:2": "Cu",
}


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """A public register and a facility."""
    with fresh_database(cluster, MIGRATED) as fresh:
        put_register(fresh, "pt", BEFORE)
        with psycopg.connect(fresh.conninfo()) as connection:
            put_facilities(connection, [("vale", "green", -7.5, 40.1)])
        people.add_user(fresh.conninfo(), "authority", everywhere="admin")
        yield fresh


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The pages over it, with a seal."""
    folder = tmp_path_factory.mktemp("policy")
    seals.made_once(folder / "seal.pem")
    running = ApiServer(folder, database.conninfo(API_ROLE), seal_file=f'"{folder / "seal.pem"}"').start("/policy")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def stranger(server: ApiServer) -> Iterator[httpx.Client]:
    """Who reads without a login."""
    with httpx.Client(base_url=server.url, timeout=120) as client:
        yield client


def token(client: httpx.Client, place: str) -> str:
    """The token of the forms of a page."""
    text = client.get(place).text
    found = re.search(r'name="form_token" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


@pytest.fixture(scope="module")
def authority(server: ApiServer, database: TestDatabase) -> Iterator[httpx.Client]:
    """Who is logged in and may do everything, after the instrument was written, frozen, and a file came."""
    with httpx.Client(base_url=server.url, timeout=120, follow_redirects=True) as client:
        people.log_in(client, "authority")
        assert client.post("/policy", data={**FIELDS, "form_token": token(client, "/policy")}).status_code == 200
        frozen = client.post(f"{PLACE}/freeze", data={"moment": "before", "form_token": token(client, PLACE)})
        assert frozen.status_code == 200
        put_register(database, "pt", AFTER, day="2026-06-30")
        yield client


def test_before_and_after_stand_with_their_causes(authority: httpx.Client, stranger: httpx.Client) -> None:
    """Values by hand: 1 of 4, then 3 of 5 with a class; 150 people, then 135, 20 less by revision; in words."""
    text = re.sub(r"\s+", " ", stranger.get(PLACE).text)

    assert "25.0 %" in text and "60.0 %" in text and "Before, as frozen, and now" in text
    assert "Rows revised −20" in text and "Facilities added +5" in text and "150 at least" in text
    assert "consequence_class: not stated → Significant" in text and "An example: it is invented." in text


def test_the_page_is_in_each_language(authority: httpx.Client, stranger: httpx.Client, database: TestDatabase) -> None:
    """Spanish and Portuguese, numbers with a comma; no English but what a person typed."""
    spanish, portuguese = (stranger.get(PLACE, headers={"accept-language": one}).text for one in ("es", "pt"))
    known = foreign_words.names(database.conninfo()) | set(FIELDS.values())

    assert "Clase de consecuencia conocida" in spanish and "25,0 %" in spanish
    assert "Classe de consequência conhecida" in portuguese and "Instalações novas" in portuguese
    for language, page in (("es", spanish), ("pt", portuguese)):
        assert foreign_words.english(page, language, known) == []
        assert foreign_words.odd_numbers(page, language, known) == []


def test_the_dossier_verifies_without_a_server(authority: httpx.Client, stranger: httpx.Client) -> None:
    """The file of the page: signed, whole, with a tagged PDF; its causes are computed again."""
    content = stranger.get(f"{PLACE}/dossier.zip").content
    found = dossier.check(content)
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        pdf = zipped.read("dossier-en.pdf")

    assert (found.faults, found.is_signed, found.indicators) == ((), True, 3)
    assert b"/StructTreeRoot" in pdf and b"/ByteRange" in pdf


@pytest.mark.foreign
def test_verapdf_finds_no_fault_in_the_dossier(authority: httpx.Client, stranger: httpx.Client) -> None:
    """Each sealed PDF of the file, by the 106 rules of PDF/UA-1."""
    with zipfile.ZipFile(io.BytesIO(stranger.get(f"{PLACE}/dossier.zip").content)) as zipped:
        papers = [zipped.read(name) for name in zipped.namelist() if name.endswith(".pdf")]

    assert pdf_ua.failures(*papers) == [[]] * len(papers) != []


def test_a_form_that_is_refused_keeps_what_was_written(authority: httpx.Client) -> None:
    """An indicator without its year: a sentence, and the title that was typed."""
    fields = {**FIELDS, "id": "other", "title": "Kept title", "indicator:0": "blind_hours"}
    answer = authority.post("/policy", data={**fields, "form_token": token(authority, "/policy")})

    assert answer.status_code == 422
    assert "An indicator needs something else" in answer.text and "Kept title" in answer.text


def test_strangers_write_nothing(stranger: httpx.Client) -> None:
    """No form is offered, and none is taken."""
    assert 'name="form_token"' not in stranger.get("/policy").text.partition('id="write"')[2]
    assert stranger.post("/policy", data=FIELDS).status_code in (401, 403)


def test_a_withdrawn_instrument_takes_its_freezes_along(authority: httpx.Client, stranger: httpx.Client) -> None:
    """Neither its page nor what was frozen of it is shown to anybody."""
    fields = {**FIELDS, "id": "gone", "title": "Example that goes"}
    authority.post("/policy", data={**fields, "form_token": token(authority, "/policy")})
    key = token(authority, "/policy/gone")
    authority.post("/policy/gone/freeze", data={"moment": "before", "form_token": key})
    number = stranger.get("/api/v1/policy/instruments/gone").json()["freezes"][0]["number"]
    authority.post("/policy/gone", data={**fields, "version": "1", "is_withdrawn": "on", "form_token": key})
    answers = [
        client.get(place).status_code
        for client in (stranger, authority)
        for place in ("/policy/gone", f"/api/v1/policy/freezes/{number}")
    ]

    assert answers == [404] * 4


@pytest.mark.foreign
def test_the_pages_can_be_read_by_everybody(authority: httpx.Client, browser: Browser, server: ApiServer) -> None:
    """Nothing for axe-core to say, and nothing too wide, from 1440 down to 320 pixels, light and dark."""

    def look(page: Page, place: str) -> tuple[object, object]:
        return look_at_sizes(page, place, "policy", ("desktop", "phone", "narrow"))

    with screen_of(browser, server.url) as page:
        assert look(page, PLACE) == ({}, {})
        assert look(page, "/policy") == ({}, {})
