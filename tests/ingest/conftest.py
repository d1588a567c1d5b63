"""Fixtures of ingest: a database with the schema and the facility vale, and a site with a broker of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import database, migrate, revisions
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import facility
from tailings.facility import parse
from tests.ingest.site import Site
from tests.servers import Database, TestDatabase

VALE = Path(__file__).parents[1] / "data" / "vale.toml"


@pytest.fixture
def schema(database: TestDatabase) -> TestDatabase:
    """An empty database with all migrations applied."""
    with _connection(database.conninfo("tailwatch_owner")) as owner:
        migrate.migrate(owner, migrate.migrations())
    return database


@pytest.fixture
def vale(schema: TestDatabase) -> TestDatabase:
    """A database that knows the facility vale."""
    with _connection(schema.conninfo("tailwatch_ingest")) as connection, connection.transaction():
        facility.register(connection, parse(VALE.read_text()), VALE.read_text())
    return schema


@pytest.fixture
def connection(vale: TestDatabase) -> Iterator[Connection]:
    """A connection with the rights of ingest to a database that knows vale."""
    with _connection(vale.conninfo("tailwatch_ingest")) as connected:
        yield connected


@pytest.fixture
def store(connection: Connection) -> Store:
    """A store that has greeted `connection`."""
    fresh = Store(3600, revisions.take_verdicts)
    fresh.greet(connection)
    return fresh


@pytest.fixture
def site(cluster: Database, database: TestDatabase, reachable_folder: Path) -> Iterator[Site]:
    """A broker, a database and settings for ingest processes; what it started ends with the test."""
    with Site.open(reachable_folder, cluster, database.name, VALE) as opened:
        yield opened


def _connection(conninfo: str) -> Connection:
    return database.connect(conninfo)
