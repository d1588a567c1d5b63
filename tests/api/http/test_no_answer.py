"""A database that is silent behind a middlebox which acknowledges everything and forwards nothing."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from psycopg.conninfo import make_conninfo

from tests.api.server import ApiServer
from tests.bad_line import BadLine
from tests.servers import TestDatabase

ENDS_WITHIN_S = 10


@pytest.fixture
def line(own_database: TestDatabase) -> Iterator[BadLine]:
    """The line between the api and its database."""
    with BadLine(own_database.cluster.port) as made:
        yield made


def test_a_silent_database_is_said_and_left(own_database: TestDatabase, line: BadLine, tmp_path: Path) -> None:
    """Questions and readiness answer 503 instead of waiting for ever; once bytes pass, the api works again; it ends."""
    conninfo = make_conninfo(own_database.conninfo("tailwatch_api"), port=line.port)
    server = ApiServer(tmp_path, conninfo, statement_timeout_s=1)
    server.start()
    with httpx.Client(base_url=server.url, timeout=20) as client:
        assert client.get("/api/v1/facilities").status_code == 200
        line.up.clear()
        line.down.clear()

        assert [client.get(path).status_code for path in ("/api/v1/facilities", "/readyz")] == [503, 503]
        assert client.get("/healthz").status_code == 200

        line.mend()
        until_s = time.monotonic() + 20
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() < until_s
        assert client.get("/api/v1/facilities").status_code == 200

        line.up.clear()
        line.down.clear()
        asking = threading.Thread(target=lambda: _ask(server.url), daemon=True)
        asking.start()
        time.sleep(0.5)
        began_s = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began_s < ENDS_WITHIN_S


def _ask(url: str) -> None:
    try:
        httpx.get(f"{url}/api/v1/facilities", timeout=30)
    except httpx.HTTPError:
        return
