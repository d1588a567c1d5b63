"""Tests of the places of nodes: a number each, and a history of what facility files said."""

import psycopg
from psycopg.types.json import Jsonb

from ingest.migrate import migrate, migrations
from ingest.values import Connection
from ingest.versions.facility import register
from tailings.facility import parse
from tests.ingest.conftest import VALE
from tests.servers import Database, fresh_database

TEXT = VALE.read_text()
MOVED = TEXT.replace("version = 1\n", "version = 2\n", 1).replace(
    "elevation_m = 342.5 }", "elevation_m = 342.5, location = { lon = -7.73, lat = 40.17 } }", 1
)
PLACES = [(-7.73, 40.16, 342.5), (-7.73, 40.17, 342.5)]
HISTORY = """
SELECT l.lon, l.lat, l.elevation_m FROM location_history h JOIN location l ON l.number = h.location_number
WHERE h.node_id = 'n01' ORDER BY h.number"""


def apply(connection: Connection, text: str) -> None:
    """Register a facility file in a transaction."""
    with connection.transaction():
        register(connection, parse(text), text)


def test_a_node_that_moves_has_both_places(connection: Connection) -> None:
    """The history has each place once, in order; what did not move has its one; numbers stay."""
    numbers = "SELECT array_agg(number ORDER BY id) FROM node"
    before = connection.execute(numbers).fetchone()
    first = connection.execute(HISTORY).fetchall()
    apply(connection, MOVED)
    apply(connection, MOVED.replace("version = 2\n", "version = 3\n", 1))

    assert (first, connection.execute(HISTORY).fetchall()) == (PLACES[:1], PLACES)
    assert connection.execute(numbers).fetchone() == before
    others = "SELECT count(*), count(DISTINCT node_id) FROM location_history WHERE node_id <> 'n01'"
    assert len(set(connection.execute(others).fetchone() or ())) == 1


def test_a_node_that_leaves_the_file_keeps_its_place(connection: Connection) -> None:
    """The place of a retired node is the last that a file gave it, not that of its facility."""
    places = "SELECT location_number FROM node WHERE id = 'n99'"
    named = "[nodes.n01]\n"
    added = MOVED.replace(
        named, f"[nodes.n99]\nexpected_interval_s = 60\nposition = {{ elevation_m = 9.0 }}\n\n{named}", 1
    )
    apply(connection, added.replace('nodes = ["n01"', 'nodes = ["n99", "n01"', 1))
    before = connection.execute(places).fetchall()
    apply(connection, MOVED.replace("version = 2\n", "version = 3\n", 1))

    assert connection.execute(places).fetchall() == before != []
    assert connection.execute("SELECT retired_at IS NOT NULL FROM node WHERE id = 'n99'").fetchone() == (True,)


def test_a_migration_finds_the_places_of_the_past(cluster: Database) -> None:
    """From the stored versions of a database of before: when a node came, and when it was moved."""
    with fresh_database(cluster, None) as database, psycopg.connect(database.conninfo()) as connection:
        migrate(connection, migrations()[:21])
        for version, lon in ((1, -7.5), (2, -7.5), (3, -7.6)):
            document = Jsonb({"location": {"lon": lon, "lat": 40}, "nodes": {"n01": {}}, "timezone": "UTC"})
            connection.execute(
                "INSERT INTO facility (id, name, document, file, version, hash) VALUES ('vale', 'V', %s, '', %s, %s)"
                " ON CONFLICT (id) DO UPDATE SET document = excluded.document, hash = excluded.hash",
                (document, version, str(version)),
            )
        connection.execute("INSERT INTO node VALUES ('vale', 'n01', 'gw1', NULL, 60)")
        connection.commit()
        migrate(connection, migrations())

        assert connection.execute(HISTORY).fetchall() == [(-7.5, 40.0, None), (-7.6, 40.0, None)]
