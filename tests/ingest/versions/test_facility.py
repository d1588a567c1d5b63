"""Tests of facility files in the database."""

import pytest

from ingest.values import Connection
from ingest.versions.facility import FacilityRefused, register
from tailings.facility import BadFacility, parse
from tests.ingest.conftest import VALE
from tests.tailings.tarp.plans import OVERTOPPING

TEXT = VALE.read_text()
SECOND = TEXT.replace("version = 1\n", "version = 2\n", 1)
GONE = '[datastreams."n01:rain.rain"]\nquantity = "rain"\nunit = "mm"\n'


PLANNED = SECOND + OVERTOPPING
UNREACHABLE = PLANNED.replace("value = 340.5", "value = 341.5")
"""The pond of the test facility is doubted above 341 m."""


def apply(connection: Connection, text: str) -> bool:
    """Register a facility file in a transaction."""
    with connection.transaction():
        return register(connection, parse(text), text)


def test_a_facility_file_is_stored_with_all_its_parts(connection: Connection) -> None:
    """Facility, nodes, instruments and datastreams are there, raw and derived apart."""
    facility = parse(TEXT)
    counts = "SELECT (SELECT count(*) FROM node), (SELECT count(*) FROM instrument), (SELECT count(*) FROM datastream)"
    one = "SELECT node_id, instrument_id, quantity, unit, formula FROM datastream WHERE name = %s"

    assert connection.execute("SELECT id, version, hash, file, document->>'name' FROM facility").fetchall() == [
        ("vale", 1, facility.version_hash, TEXT, "Vale do Sino")
    ]
    parts = (len(facility.nodes), len(facility.instruments), len(facility.datastreams))
    assert connection.execute(counts).fetchone() == parts
    assert connection.execute(one, ("vale:n07:vw1.pressure",)).fetchone() == (
        "n07",
        "vw1",
        "pore-pressure",
        "kPa",
        "vw_pressure",
    )


def test_the_same_file_again_changes_nothing(connection: Connection) -> None:
    """A file that is stored already is recognised by its hash."""
    assert not apply(connection, TEXT)


def test_what_leaves_the_file_is_retired_and_can_return(connection: Connection) -> None:
    """A datastream that a new version no longer names keeps its row and id, and lives again when named again."""
    state = "SELECT id, retired_at IS NOT NULL FROM datastream WHERE name = 'vale:n01:rain.rain'"
    (number, _), *_ = connection.execute(state).fetchall()

    assert apply(connection, SECOND.replace(GONE, ""))
    assert connection.execute(state).fetchall() == [(number, True)]
    assert apply(connection, SECOND.replace("version = 2\n", "version = 3\n", 1))
    assert connection.execute(state).fetchall() == [(number, False)]


def test_what_people_read_is_told_apart(connection: Connection) -> None:
    """The datastreams of a sample point are manual, derived ones too; they become so with a new version of the file."""
    point = (
        '[instruments."n07:dip"]\ndriver = "sample_point"\n'
        '[datastreams."n07:dip.distance"]\nquantity = "distance"\nunit = "m"\n'
        '[datastreams."n07:dip.level"]\nquantity = "water-level"\nunit = "m"\nformula = "level_from_distance"\n'
        'inputs = { distance = "n07:dip.distance" }\n'
        "geometry = [{ valid_from = 2024-06-12, sensor_m = 342.6 }]\n"
    )
    apply(connection, SECOND + point)

    told = connection.execute("SELECT name FROM datastream WHERE origin = 'manual' ORDER BY name").fetchall()
    assert told == [("vale:n07:dip.distance",), ("vale:n07:dip.level",)]


def test_an_older_version_is_refused(connection: Connection) -> None:
    """A file with a lower version than the stored one changes nothing."""
    apply(connection, SECOND)
    with pytest.raises(FacilityRefused, match="the file has version 1, the database has 2"):
        apply(connection, TEXT)


def test_a_datastream_keeps_its_meaning(connection: Connection) -> None:
    """A stored datastream cannot become another unit: history would change its meaning."""
    changed = SECOND.replace(
        'quantity = "barometric-pressure"\nunit = "hPa"', 'quantity = "barometric-pressure"\nunit = "kPa"'
    )
    with pytest.raises(FacilityRefused, match=r"vale:n01:baro\.pressure is raw barometric-pressure in hPa .* new name"):
        apply(connection, changed)

    assert connection.execute("SELECT version FROM facility").fetchone() == (1,)


@pytest.mark.case("4", "a level that no reading can reach enters the centre by no way")
def test_a_level_that_no_reading_can_reach_is_refused(connection: Connection) -> None:
    """With line, number and what is in the way; the stored version stays. With the level in reach it is stored."""
    with pytest.raises(BadFacility, match=r"line \d+: tarp\.overtopping\.levels\[2\].* is 341 m\. .*gross_range"):
        apply(connection, UNREACHABLE)

    assert connection.execute("SELECT version FROM facility").fetchone() == (1,)
    assert apply(connection, PLANNED)


@pytest.mark.case("4", "a file with such a level that was stored before goes on, and no further one comes in")
def test_a_stored_one_is_no_reason_to_refuse_the_next(connection: Connection) -> None:
    """An earlier release took it in: a further version with the same fault is stored, one with another fault is not."""
    apply(connection, PLANNED)
    connection.execute("UPDATE facility SET file = %s, hash = %s", (UNREACHABLE, parse(UNREACHABLE).version_hash))
    third = UNREACHABLE.replace("version = 2\n", "version = 3\n", 1)
    worse = third.replace("version = 3\n", "version = 4\n", 1).replace("value = 339.0", "value = 341.2")

    assert apply(connection, third)
    with pytest.raises(BadFacility, match=r"levels\[1\]") as refused:
        apply(connection, worse)
    assert len(refused.value.problems) == 1
