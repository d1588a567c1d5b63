"""Fixtures of alarms: a dam with somebody who looks at its equipment, and a connection that writes as others would."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingest.store import Store
from ingest.values import Connection
from tests.ingest.alarms.dam import Dam
from tests.ingest.alarms.looked import Looked
from tests.servers import TestDatabase


@pytest.fixture
def owner(vale: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """Writes what other parts of ingest would have written."""
    with psycopg.connect(vale.conninfo(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def looked(connection: Connection, store: Store, tmp_path: Path) -> Iterator[Looked]:
    """A dam whose barometer and battery have just reported."""
    dam = Dam(connection, store)
    dam.put([(0, 96.1)], name="n01:baro.pressure")
    dam.put([(0, 12.6)], name="n01:battery.voltage")
    yield Looked(dam, tmp_path)
