"""A package in the database of an api of its own; its facility is public."""

from collections.abc import Iterator

import httpx
import pytest

from ingest import packages
from ingest.database import connect
from tests.api.server import ApiServer
from tests.ingest.conftest import KNOWS_VALE
from tests.ingest.packages import made
from tests.servers import Database, fresh_database


@pytest.fixture(scope="session")
def packaged(cluster: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, str]]:
    """A client of the api, and the version of the package."""
    with fresh_database(cluster, KNOWS_VALE) as database:
        with connect(database.conninfo("tailwatch_ingest")) as connection:
            made.fill(connection, has_study=False)
            draft = packages.begin(connection, "vale", made.instant(60), made.instant(120))
            number = packages.take_up(connection, draft, made.AUTHOR)
            while packages.go_on(connection, number) < 1.0:
                pass
            with connection.transaction():
                version = packages.finish(connection, number).written.version
        server = ApiServer(tmp_path_factory.mktemp("packages"), database.conninfo("tailwatch_api")).start()
        with httpx.Client(base_url=server.url, timeout=60) as client:
            yield client, version
        server.stop()
