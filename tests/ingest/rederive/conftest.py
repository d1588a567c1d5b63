"""Fixtures of re-derivation: five hours of a piezometer of vale, raw and as version 1 derived it."""

import pytest

from ingest.store import Store
from ingest.values import Connection
from tests.ingest.rederive.dam import MINUTES, readings, stored_by


@pytest.fixture
def derived(store: Store, connection: Connection) -> Connection:
    """A connection to a database with the readings and what the agent made of them under version 1."""
    stored_by(store, connection, readings(range(MINUTES)))
    return connection
