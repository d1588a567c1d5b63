"""Learning over HTTP: sheets with frozen figures, events with who learned what, files, and who sees what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from tailings.policy import Evaluation, sha256
from tests.api import people
from tests.api.region.site import put_facilities
from tests.api.server import ApiServer
from tests.servers import MIGRATED, Database, TestDatabase, fresh_database

LIBRARY = "/api/v1/learning"
SHEET: dict[str, Any] = {
    "title": "Example: thickened tailings",
    "region": "Example region",
    "problem": "Water stood too high behind the dam.",
    "evidence": "The pond is lower.",
    "results": [{"what": "pond level", "value": "1.2 m lower (± 0.1 m)", "source": "example"}],
    "is_example": True,
}
CSV = (
    "id,title,kind,country,is_example\nexample-office,Example office,authority,PT,yes\n"
    "example-mine,Example mine,operator,SE,yes\n"
)
EVENTS = (
    "id,title,day,place,organisations,learned,is_example\n"
    "example-visit,Example visit,2026-03-05,Example town,example-office; example-mine,"
    "example-office: how margins are read; example-mine: what neighbours ask,yes\n"
)


@pytest.fixture(scope="module")
def database(cluster: Database) -> Iterator[TestDatabase]:
    """A facility that is public, and one that is not."""
    with fresh_database(cluster, MIGRATED) as fresh:
        with psycopg.connect(fresh.conninfo()) as connection:
            put_facilities(connection, [("vale", "green", -7.5, 40.1)], consequence_class="high")
            put_facilities(connection, [("rosa", "green", -7.5, 40.2)], public=False)
        yield fresh


@pytest.fixture(scope="module")
def server(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over it."""
    running = ApiServer(tmp_path_factory.mktemp("learning"), database.conninfo("tailwatch_api")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def stranger(server: ApiServer) -> Iterator[httpx.Client]:
    """Who reads without a login."""
    with httpx.Client(base_url=server.url, timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def authority(database: TestDatabase, server: ApiServer) -> Iterator[httpx.Client]:
    """Who may approve everywhere."""
    key = people.add_key(database.conninfo(), "read", "approve", facilities=("*",))
    with httpx.Client(base_url=server.url, timeout=120, headers=people.bearer(key)) as client:
        yield client


def write(client: httpx.Client, id: str, noun: str = "practices", **more: Any) -> httpx.Response:
    """Write a version of a record."""
    return client.post(f"{LIBRARY}/{noun}/{id}", json={"version": 0, "is_public": True, "document": SHEET} | more)


def test_a_sheet_says_what_it_lacks(authority: httpx.Client, stranger: httpx.Client) -> None:
    """Fields that the template asks for and that say nothing are named; what failed is a sheet too."""
    made = write(authority, "thickened")
    read = stranger.get(f"{LIBRARY}/practices/thickened").json()

    assert made.status_code == 201
    assert read["gaps"] == ["done", "resources", "difficulties", "transfer", "validations"]
    assert read["document"]["results"][0]["value"] == "1.2 m lower (± 0.1 m)"


def test_figures_of_a_facility_are_frozen_queries(authority: httpx.Client, stranger: httpx.Client) -> None:
    """Filled from vale: its class is known (1 of 1), nothing was read of it; each has the hash of its own contents."""
    fill = {"facility": "vale", "indicators": [{"indicator": "consequence_known"}, {"indicator": "under_monitoring"}]}
    assert write(authority, "filled", fill=fill).status_code == 201
    figures = stranger.get(f"{LIBRARY}/practices/filled").json()["document"]["figures"]
    found = msgspec.convert(figures["evaluations"], list[Evaluation])

    assert figures["facility"] == "vale" and [one.value for one in found] == [1.0, 0.0]
    assert all(sha256(one) == one.sha256 and [row.key for row in one.rows] == ["facility:vale"] for one in found)


def test_figures_are_never_typed(authority: httpx.Client, stranger: httpx.Client) -> None:
    """Those of a document have to be those that stand; a further version with them keeps them."""
    fill = {"facility": "vale", "indicators": [{"indicator": "consequence_known"}]}
    kept = write(authority, "kept", fill=fill).json()["document"]
    forged = {**kept, "figures": {**kept["figures"], "facility": "rosa"}}
    answers = [
        write(authority, "kept", version=1, document=one).status_code for one in (forged, {**kept, "title": "Another"})
    ]

    assert answers == [422, 201]


def test_a_public_sheet_has_figures_of_public_facilities_alone(authority: httpx.Client) -> None:
    """Of rosa, which is not public, only a sheet that is not either; and it cannot be opened with them later."""
    fill = {"facility": "rosa", "indicators": [{"indicator": "under_monitoring"}]}
    refused, own = write(authority, "of-rosa", fill=fill), write(authority, "of-rosa", fill=fill, is_public=False)
    opened = write(authority, "of-rosa", version=1, document=own.json()["document"])

    assert (refused.status_code, own.status_code, opened.status_code) == (422, 201, 422)
    assert "no public facility" in refused.text and "no public facility" in opened.text


def test_files_of_organisations_and_events_come_in(authority: httpx.Client, stranger: httpx.Client) -> None:
    """CSV, then the same as JSON: unchanged. Who learned what stands at the event; each organisation has its events."""
    place = f"{LIBRARY}/import"
    first = authority.post(place, params={"kind": "organisations", "is_public": True}, content=CSV).json()
    rows = [
        {"id": "example-mine", "title": "Example mine", "kind": "operator", "country": "SE", "is_example": True},
    ]
    again = authority.post(place, params={"kind": "organisations", "is_public": True}, json=rows).json()
    authority.post(place, params={"kind": "events", "is_public": True}, content=EVENTS)
    found = stranger.get(LIBRARY, params={"organisation": "example-mine"}).json()

    assert (first["written"], again["unchanged"]) == (["example-office", "example-mine"], ["example-mine"])
    assert [one["id"] for one in found["events"]] == ["example-visit"]
    assert found["events"][0]["document"]["learned"] == [
        {"organisation": "example-office", "what": "how margins are read"},
        {"organisation": "example-mine", "what": "what neighbours ask"},
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("id,title,day\nA b,Example,2026-01-01\n", "row 2, id"),
        ("id,title,day\nok,Example,soon\n", "row 2, day"),
        ("id,title,dya\nok,Example,2026-01-01\n", "row 2, "),
        ("id,title,day\nok,Example,2026-01-01\nok,Example,2026-01-02\n", "row 3, id: an earlier row"),
        ("[{]", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_file_with_a_fault_brings_nothing(
    authority: httpx.Client, stranger: httpx.Client, content: str, says: str
) -> None:
    """Row and field are named, and the good rows do not come in either."""
    answer = authority.post(f"{LIBRARY}/import", params={"kind": "events"}, content=content)

    assert answer.status_code == 422 and says in answer.text
    assert stranger.get(f"{LIBRARY}/events/ok").status_code == 404


def test_what_is_not_public_is_not_told(authority: httpx.Client, stranger: httpx.Client) -> None:
    """Neither alone, nor in the list, nor in its counts or by a search."""
    write(authority, "secret", is_public=False, document={**SHEET, "title": "Hidden words"})
    own, other = (one.get(LIBRARY, params={"search": "hidden WORDS"}).json() for one in (authority, stranger))

    assert [one["id"] for one in own["practices"]] == ["secret"]
    assert other["practices"] == [] and other["totals"]["practices"] < own["totals"]["practices"]
    assert stranger.get(f"{LIBRARY}/practices/secret").status_code == 404


def test_strangers_and_readers_write_nothing(database: TestDatabase, server: ApiServer, stranger: httpx.Client) -> None:
    """Neither a record nor a file."""
    key = people.add_key(database.conninfo(), "read", facilities=("*",))
    with httpx.Client(base_url=server.url, timeout=60, headers=people.bearer(key)) as reader:
        codes = [
            (write(one, "x").status_code, one.post(f"{LIBRARY}/import?kind=events", content=EVENTS).status_code)
            for one in (stranger, reader)
        ]

    assert codes == [(401, 401), (403, 403)]


def test_a_withdrawn_record_stands_nowhere(authority: httpx.Client, stranger: httpx.Client) -> None:
    """It is kept, and in no list; written again it stands there."""
    write(authority, "gone")
    write(authority, "gone", version=1, is_withdrawn=True)
    then = stranger.get(f"{LIBRARY}/practices/gone").status_code
    write(authority, "gone", version=2)

    assert (then, stranger.get(f"{LIBRARY}/practices/gone").json()["version"]) == (404, 3)
