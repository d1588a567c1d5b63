"""A client of the api of a site that changes."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.server import ApiServer
from tests.changing_site import server as server
from tests.changing_site import site as site


@pytest.fixture(scope="module")
def api(server: ApiServer) -> Iterator[httpx.Client]:
    """It."""
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
