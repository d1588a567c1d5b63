"""Catching up with what arrived outdated, where something is in its way: another process, a bad file, no raw values."""

import threading

import psycopg

from ingest import rederive
from ingest.store import Store
from ingest.values import Connection
from tests.ingest.batches import DERIVED
from tests.ingest.rederive.dam import MINUTES, apply_second, readings, stored_by
from tests.ingest.revisions.asked import rows
from tests.ingest.waiting import until_one_waits
from tests.servers import TestDatabase

LEFT = "SELECT facility_id FROM outdated_span"


def outdated(store: Store, connection: Connection) -> None:
    """Version 2 is stored, then an hour arrives that an agent derived by version 1."""
    apply_second(connection)
    stored_by(store, connection, readings(range(MINUTES, MINUTES + 60)))


def catch_up(connection: Connection) -> bool:
    """One piece, in a transaction of its own."""
    with connection.transaction():
        return rederive.catch_up(connection)


def test_another_process_may_be_at_it(derived: Connection, store: Store, vale: TestDatabase) -> None:
    """Who comes second waits for the commit of the first, finds nothing left, and derives nothing twice."""
    outdated(store, derived)
    told: list[bool] = []
    with psycopg.connect(vale.conninfo("tailwatch_ingest"), autocommit=True) as other:
        second = threading.Thread(target=lambda: told.append(catch_up(other)))
        with derived.transaction():
            assert rederive.catch_up(derived)
            second.start()
            until_one_waits(vale.conninfo("tailwatch_ingest"))
        second.join(20)

    assert told == [False]
    assert derived.execute("SELECT kind FROM revision").fetchall() == [("catch-up",)]


def test_a_facility_that_cannot_be_read_holds_up_no_other(
    derived: Connection, store: Store, vale: TestDatabase
) -> None:
    """Its spans wait for a better file; those of the others are done."""
    with psycopg.connect(vale.conninfo("tailwatch_owner")) as owner:
        owner.execute(
            "INSERT INTO facility (id, name, document, file, version, hash)"
            " VALUES ('aaa', '', '{\"timezone\":\"UTC\"}', 'nonsense', 1, '')"
        )
        owner.execute("INSERT INTO outdated_span (facility_id, first_ms, last_ms) VALUES ('aaa', 0, 1)")
    outdated(store, derived)
    while catch_up(derived):
        pass

    assert derived.execute(LEFT).fetchall() == [("aaa",)]
    assert [row[4] for row in rows(derived, DERIVED)] == [1] * MINUTES + [2] * 60


def test_values_without_raw_ones_stay_as_they_came(derived: Connection, store: Store) -> None:
    """Only what was derived arrived, after all that is raw: nothing can be derived anew, and nothing waits for ever."""
    apply_second(derived)
    stored_by(store, derived, readings(range(MINUTES, MINUTES + 10)))
    while catch_up(derived):
        pass
    late_ms = 1000 * 60 * 60 * 24
    derived.execute(
        "INSERT INTO outdated_span (facility_id, first_ms, last_ms)"
        " SELECT 'vale', ms + %(late)s, ms + 2 * %(late)s"
        " FROM (SELECT max((extract(epoch FROM phenomenon_time) * 1000)::bigint) AS ms FROM latest) newest",
        {"late": late_ms},
    )

    assert catch_up(derived)
    assert not catch_up(derived)
    assert derived.execute(LEFT).fetchall() == []
