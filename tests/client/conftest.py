"""A site that changes, its api, and the client of it."""

from collections.abc import Iterator

import pytest
from tailwatch_client import Site

from tests.api.server import ApiServer
from tests.changing_site import server as server
from tests.changing_site import site as site


@pytest.fixture(scope="module")
def there(server: ApiServer) -> Iterator[Site]:
    """The site as the client sees it."""
    with Site(server.url) as opened:
        yield opened
