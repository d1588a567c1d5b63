"""Health: the process for itself, readiness with the database, and recovery by itself."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.health.models import Readiness
from api.health.routes import NEWEST_SCHEMA, OLDEST_SCHEMA
from ingest.migrate import migrations
from tests.api import site
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, server_folder

RECOVERS_WITHIN_S = 60


def test_the_newest_schema_is_known() -> None:
    """The api knows the schema that the migrations make."""
    assert OLDEST_SCHEMA <= NEWEST_SCHEMA == len(migrations())


def test_ready_tells_schema_and_lag(own_server: ApiServer, own_database: TestDatabase) -> None:
    """With a commit there is a lag; before the first there is none."""
    before = Readiness.model_validate_json(httpx.get(f"{own_server.url}/readyz").content)
    with psycopg.connect(own_database.conninfo()) as connection:
        site.commit(connection, [])
    after = Readiness.model_validate_json(httpx.get(f"{own_server.url}/readyz").content)

    assert (before.last_commit, before.lag_s, before.schema_version) == (0, None, NEWEST_SCHEMA)
    assert after.last_commit == 1
    assert after.lag_s is not None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("INSERT INTO schema_version (number, name, checksum) VALUES (999, 'x', 'x')", "update the api"),
        ("DELETE FROM schema_version", "--migrate"),
        ("DROP TABLE schema_version", "--migrate"),
    ],
)
def test_a_schema_that_is_not_known_is_not_ready(
    own_server: ApiServer, own_database: TestDatabase, change: Any, sentence: str
) -> None:
    """A newer, older or missing schema is 503 with what to update."""
    with psycopg.connect(own_database.conninfo()) as connection:
        connection.execute(change)
    answer = httpx.get(f"{own_server.url}/readyz")

    assert answer.status_code == 503
    assert sentence in answer.json()["detail"]


@pytest.fixture
def mortal() -> Iterator[Database]:
    """A cluster of this test, that may be killed."""
    with server_folder(is_durable=False) as folder:
        cluster = Database.start(folder / "database", is_durable=False)
        yield cluster
        cluster.stop()


def status(server: ApiServer, path: str) -> int:
    return httpx.get(server.url + path, timeout=60).status_code


def test_a_killed_database_is_told_and_found_again(mortal: Database, tmp_path: Path) -> None:
    """Without database the process is healthy, not ready, and data are 503; it recovers when the database is back."""
    site.build(mortal.conninfo())
    server = ApiServer(tmp_path, mortal.conninfo("tailwatch_api")).start()
    try:
        mortal.kill()
        away = [status(server, path) for path in ("/healthz", "/readyz", "/api/v1/facilities")]
        retry = httpx.get(f"{server.url}/api/v1/facilities", timeout=60).headers["retry-after"]
        mortal.run()
        deadline = time.monotonic() + RECOVERS_WITHIN_S
        while status(server, "/readyz") != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
        back = status(server, "/api/v1/facilities")
    finally:
        server.stop()

    assert (away, retry, back) == ([200, 503, 503], "2", 200)


def test_the_api_may_start_before_its_database(mortal: Database, tmp_path: Path) -> None:
    """It starts, says that it is not ready, and that the live stream has to wait."""
    conninfo = mortal.conninfo("tailwatch_api")
    mortal.stop()
    server = ApiServer(tmp_path, conninfo).start(wait_for="/healthz")
    try:
        answers = [status(server, path) for path in ("/readyz", "/api/v1/live")]
    finally:
        code = server.stop()

    assert (answers, code) == ([503, 503], 0)
