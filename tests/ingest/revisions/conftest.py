"""Fixtures of the revisions: ten readings, raw and derived, one a minute."""

import pytest

from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import DERIVED, RAW, START_S, arrival, message, reading


@pytest.fixture
def filled(store: Store, connection: Connection) -> Connection:
    """A connection to a database with ten raw and ten derived readings; the derived value is the minute."""
    raw = [reading(START_S + 60 * minute, 2800.0 + minute, RAW) for minute in range(10)]
    derived = [reading(START_S + 60 * minute, float(minute), DERIVED, None, 1) for minute in range(10)]
    with connection.transaction():
        store.write(connection, [arrival(message(0, [*raw, *derived]))])
    return connection
