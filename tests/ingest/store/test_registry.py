"""Tests of the registry of datastreams."""

from codec.columns import Names
from ingest.store.registry import Registry
from ingest.store.rows import UNKNOWN
from ingest.values import Connection
from tests.ingest.batches import DERIVED, RAW


def test_names_lead_to_ids_and_back(connection: Connection) -> None:
    """Every datastream of a facility is found by its name without the facility."""
    registry = Registry()
    registry.load(connection)

    count = connection.execute("SELECT count(*), max(id) FROM datastream WHERE facility_id = 'vale'").fetchone()
    number = connection.execute("SELECT id FROM datastream WHERE name = %s", (f"vale:{RAW}",)).fetchone()
    assert (len(registry.ids("vale")), registry.highest_id) == count
    assert (registry.ids("vale")[RAW],) == number


def test_an_unknown_facility_has_no_datastreams() -> None:
    """Before anything is loaded, and for a facility nobody registered, there is nothing."""
    registry = Registry()

    assert registry.ids("gone") == {}
    assert registry.highest_id == 0


def test_names_that_come_later_have_ids_too(connection: Connection) -> None:
    """Each number of a table of names has the id of its name, also of one that the table got after it was asked."""
    registry, names = Registry(), Names()
    registry.load(connection)
    names.add(["n99:vw9.x", RAW])
    before = registry.ids_of("vale", names).tolist()
    names.add([DERIVED])

    assert before == [UNKNOWN, registry.ids("vale")[RAW]]
    assert registry.ids_of("vale", names).tolist() == [*before, registry.ids("vale")[DERIVED]]
    assert registry.ids_of("gone", names).tolist() == [UNKNOWN] * 3
