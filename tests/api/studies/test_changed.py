"""Samples that a study does not know: files of assays in, answer and page out."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest

from ingest import studies
from ingest.samples import assays
from tailwatch.demo import assays as demo
from tests.api import site
from tests.api.conftest import API_ROLE
from tests.api.server import ApiServer
from tests.dashboard.value import study
from tests.servers import Database, TestDatabase, fresh_database

SAID = "1 sample is newer than this study: run it again."


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
