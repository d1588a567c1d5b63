"""Samples that a study does not know: files of assays in, answer and page out."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import psycopg
import pytest

from api.http.database import DatabasePool
from api.studies import queries
from ingest import studies
from ingest.samples import assays
from tailwatch.demo import assays as demo
from tests.api import site
from tests.api.conftest import API_ROLE
from tests.api.server import ApiServer
from tests.dashboard.value import study
from tests.servers import Database, TestDatabase, fresh_database

SAID = "1 sample is newer than this study: run it again."
WITHDRAWN = "1 of its samples was withdrawn since: run it again."


@pytest.fixture
def database(cluster: Database) -> Iterator[TestDatabase]:
    """A site with the demo's study."""
    with fresh_database(cluster) as database:
        site.build(database.conninfo())
        with psycopg.connect(database.conninfo()) as connection:
            study.add(connection, "vale", study.inputs())
        yield database


@pytest.fixture
def client(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the api over it."""
    server = ApiServer(tmp_path_factory.mktemp("changed"), database.conninfo(API_ROLE)).start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


def told(client: httpx.Client) -> tuple[int, bool]:
    """How many samples the api counts, and whether the page says so."""
    return client.get("/api/v1/facilities/vale/study").json()["changed_samples"], SAID in client.get(
        "/f/vale/value"
    ).text


def test_a_changed_sample_makes_the_study_older_until_it_is_run_again(
    client: httpx.Client, database: TestDatabase
) -> None:
    """The same file again changes nothing; with one sample in other words one is newer; a new study knows it."""
    first = demo.text()
    header, one, *_ = first.splitlines()
    changed = f"{header}\n{one.rpartition(',')[0]},{float(one.rpartition(',')[2]) + 0.001:.3f}\n"
    assert told(client) == (0, False)
    with psycopg.connect(database.conninfo()) as connection:
        assays.take(connection, "vale", "again.csv", first.encode(), "system:1000", synthetic=study.LABEL)
        connection.commit()
        assert told(client) == (0, False)
        assays.take(connection, "vale", "changed.csv", changed.encode(), "system:1000", synthetic=study.LABEL)
        connection.commit()
        assert told(client) == (1, True)
        studies.make(connection, "vale", study.inputs(), "system:1000")
        connection.commit()
    assert told(client) == (0, False)


def test_a_study_made_with_withdrawn_samples_says_so_until_it_is_run_again(
    client: httpx.Client, database: TestDatabase
) -> None:
    """Answer, page, gap of the document, and the assay itself; what it was made with stands as it was."""
    base = "/api/v1/facilities/vale"
    before = client.get(f"{base}/study").json()
    table, rows = client.get(f"{base}/study/tables/samples").text, client.get(f"{base}/samples").json()["samples"]
    with psycopg.connect(database.conninfo()) as connection:
        (file,) = before["files"]
        name = next(one["name"] for one in rows if one["kind"] == "primary")
        assays.withdraw(connection, "vale", file["id"], "user:7", "another dam", names=[name])
        connection.commit()
        after = client.get(f"{base}/study").json()
        standing = client.get(f"{base}/samples").json()["samples"]
        known = client.get(f"{base}/samples", params={"as_of": before["made_at"]}).json()["samples"]
        origin = client.get(f"{base}/study/origin", params={"figure": "grade:W"}).json()["steps"]
        gaps = client.get(f"{base}/study/document").json()["gaps"]

        assert (after["withdrawn_samples"], after["changed_samples"], after["version"]) == (1, 0, before["version"])
        assert WITHDRAWN in client.get("/f/vale/value").text
        assert [one["values"] for one in gaps if one["code"] == "withdrawn"] == [{"samples": 1}]
        assert client.get(f"{base}/study/tables/samples").text == table
        assert [one["name"] for one in rows if one not in standing] == [name]
        (gone,) = [one for one in known if one["withdrawn_at"]]
        assert (gone["name"], gone["withdrawn_by"], gone["withdrawal_reason"]) == (name, "user:7", "another dam")
        notes = next(one["notes"] for one in origin if one["name"]["values"].get("name") == name)
        assert notes[-1]["code"] == "withdrawn" and notes[-1]["values"]["reason"] == "another dam"
        (listed,) = client.get(f"{base}/assay-imports").json()["imports"]
        assert (listed["id"], [one["samples"] for one in listed["withdrawals"]]) == (file["id"], [1])
        studies.make(connection, "vale", study.inputs(), "system:1000")
        connection.commit()
    assert client.get(f"{base}/study").json()["withdrawn_samples"] == 0


def test_the_samples_of_a_study_are_all_of_them(database: TestDatabase) -> None:
    """Whatever fits into a page, each once: quality control left out what stands behind the 5,000th by its name."""

    async def names(page_size: int) -> list[str]:
        async with DatabasePool(database.conninfo(API_ROLE), 2, 20) as pool:
            found = await queries.samples_of_study(pool, "vale", datetime.now(UTC), page_size)
            return [one.name for one in found]

    whole = asyncio.run(names(5_000))

    assert len(whole) > 100 and asyncio.run(names(7)) == asyncio.run(names(len(whole))) == whole
