"""Facilities with laboratories' tables and nothing else, each a case, and the api over all of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import httpx
import psycopg
import pytest

from ingest.samples import water
from ingest.versions.facility import register
from tailings import parse
from tests.dashboard.conftest import served
from tests.servers import Database, fresh_database

HEAD: Final = """
[facility]
id = "{id}"
name = "{id}"
version = 1
timezone = "Europe/Lisbon"
location = {{ lon = -7.73, lat = 40.16 }}
commissioned = 2019-05-01
public = true
"""


@contextmanager
def sampled(
    cluster: Database,
    folders: pytest.TempPathFactory,
    tables: Mapping[str, Sequence[bytes]],
    more: Mapping[str, str] | None = None,
) -> Iterator[httpx.Client]:
    """A client of the api, without a key, over one facility a case; more: of the facility file, by case."""
    with fresh_database(cluster) as database:
        with psycopg.connect(database.conninfo()) as owner:
            for id in tables:
                text = HEAD.format(id=id) + (more or {}).get(id, "")
                register(owner, parse(text), text)
        with psycopg.connect(database.conninfo("tailwatch_ingest"), autocommit=True) as ingest:
            for id, files in tables.items():
                for number, content in enumerate(files):
                    taken = water.take(ingest, id, f"{id}-{number}.csv", content, "system:1000")
                    assert taken.faults == (), id
        for server in served(database, folders.mktemp("water")):
            yield httpx.Client(base_url=server.url, timeout=60)
