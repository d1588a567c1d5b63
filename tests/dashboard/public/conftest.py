"""The dam, disclosed, and the api with its pages over it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.server import ApiServer
from tests.dashboard.conftest import API_ROLE, built
from tests.dashboard.public.site import DISCLOSURE, disclose
from tests.servers import Database, TestDatabase


@pytest.fixture(scope="package")
def disclosed(cluster: Database) -> Iterator[TestDatabase]:
    """The dam, private, with a public page that opens everything at once."""
    for database in built(cluster):
        disclose(database.conninfo(), **DISCLOSURE)
        yield database


@pytest.fixture(scope="package")
def public_server(disclosed: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The api over it; the tests of a file send more questions than a citizen."""
    folder = tmp_path_factory.mktemp("public")
    running = ApiServer(folder, disclosed.conninfo(API_ROLE), questions_per_hour=200).start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def stranger(public_server: ApiServer) -> Iterator[httpx.Client]:
    """Somebody without key or login."""
    with httpx.Client(base_url=public_server.url, timeout=60) as client:
        yield client
