"""The door that the tests of this folder share, one for each module."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.servers import server_folder
from tests.tailwatch.servers.door import Door, open_door


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """A broker of this module with a good certificate."""
    with server_folder() as folder:
        opened = open_door(folder, datetime.now(UTC))
        yield opened
        opened.broker.stop()
