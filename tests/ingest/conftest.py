"""Fixtures of ingest: a database with the schema and the facility vale, and a site with a broker of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import revisions
from ingest.database import connect
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import facility
from tailings.facility import parse
from tests.ingest.site import Site
from tests.servers import MIGRATED, Database, Template, TestDatabase, fresh_database

VALE = Path(__file__).parents[1] / "data" / "vale.toml"


def vale_in(zone: str, *, version: int = 1, name: str = "vale") -> str:
    """The facility file of vale as one of another time zone, version or name."""
    text = VALE.read_text().replace("Europe/Lisbon", zone).replace('"vale"', f'"{name}"')
    return text.replace("version = 1\n", f"version = {version}\n", 1)


def _register(database: TestDatabase) -> None:
    with connect(database.conninfo("tailwatch_ingest")) as connection, connection.transaction():
        facility.register(connection, parse(VALE.read_text()), VALE.read_text())


KNOWS_VALE = Template("test_vale", _register, MIGRATED)


@pytest.fixture
def database(request: pytest.FixtureRequest, cluster: Database) -> Iterator[TestDatabase]:
    """A database of this test with all migrations; with `vale` among its fixtures it knows that facility."""
    template = KNOWS_VALE if "vale" in request.fixturenames else MIGRATED
    with fresh_database(cluster, template) as fresh:
        yield fresh


@pytest.fixture
def vale(database: TestDatabase) -> TestDatabase:
    """A database that knows the facility vale."""
    return database


@pytest.fixture
def connection(vale: TestDatabase) -> Iterator[Connection]:
    """A connection with the rights of ingest to a database that knows vale."""
    with connect(vale.conninfo("tailwatch_ingest")) as connected:
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
