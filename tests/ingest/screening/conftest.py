"""Fixtures: a database with a small region in it."""

from collections.abc import Iterator

import pytest

from tests.ingest.screening.region import REGION
from tests.servers import Database, TestDatabase, fresh_database


@pytest.fixture
def vale(cluster: Database) -> Iterator[TestDatabase]:
    """A database that knows six facilities with assays, and a register."""
    with fresh_database(cluster, REGION) as fresh:
        yield fresh
