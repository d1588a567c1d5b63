"""Fixtures of the api: one site and one api process for tests that only read, a site of its own for the others."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api import site
from tests.api.server import ApiServer
from tests.servers import Database, TestDatabase, fresh_database

API_ROLE = "tailwatch_api"


@pytest.fixture(scope="session")
def read_database(cluster: Database) -> Iterator[TestDatabase]:
    """A site that no test changes."""
    with fresh_database(cluster) as database:
        site.build(database.conninfo())
        yield database


@pytest.fixture(scope="session")
def read_server(read_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over the site that no test changes."""
    server = ApiServer(tmp_path_factory.mktemp("api"), read_database.conninfo(API_ROLE)).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def client(read_server: ApiServer) -> Iterator[httpx.Client]:
    """A client of the api over the site that no test changes."""
    with httpx.Client(base_url=read_server.url, timeout=60) as client:
        yield client


@pytest.fixture
def own_database(database: TestDatabase) -> TestDatabase:
    """A site of this test."""
    site.build(database.conninfo())
    return database


@pytest.fixture
def own_server(own_database: TestDatabase, tmp_path: Path) -> Iterator[ApiServer]:
    """The api over a site of this test."""
    server = ApiServer(tmp_path, own_database.conninfo(API_ROLE)).start()
    yield server
    server.stop()
