"""Tests of the rebuild: after anything stored in any order, rollups equal a recount by a second implementation."""

from collections.abc import Sequence

import hypothesis
import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from codec.batch import BatchObservation
from ingest.rollups import rebuild
from ingest.store import Store
from ingest.values import Connection
from ingest.versions import facility
from tailings.facility import parse
from tests.ingest.batches import DERIVED, FACILITY, RAW, arrival, message, reading
from tests.ingest.conftest import vale_in
from tests.ingest.rollups.oracle import HOUR_S, READ, Row, assert_equal, recount, stored
from tests.servers import TestDatabase

START_S = 1_763_942_400  # 2025-11-24T00:00:00Z
SPAN_S = 3 * 86_400
EDGES = ((5e-324, 0.0), (1e200, 0.0), (9e299, -9e299, 5e-324), (1e-310, 1e308, -2e-310))
ZONES = {"Asia/Kathmandu": 20_700, "Australia/Adelaide": 34_200, "America/St_Johns": -12_600, "Europe/Dublin": 0}
"""The standard time of some zones ahead of UTC [s] (IANA)."""
EPOCHS = (f"{number:08x}" for number in range(1 << 31))

times = st.integers(0, SPAN_S - 1)
values = st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([0.0, 1e308, -1e301, 1e200, 5e-324]))
rows = st.lists(st.tuples(times, values, st.sampled_from([1, 2, 3, 4]), st.sampled_from([RAW, DERIVED])), max_size=40)


def observation(time_s: int, value: float | None, quality: int, name: str) -> BatchObservation:
    """One observation with a flag of its own."""
    plain = reading(START_S + time_s, value, name)
    return plain._replace(quality=9 if value is None else quality)


def put(
    store: Store, connection: Connection, observations: Sequence[BatchObservation], facility: str = FACILITY
) -> None:
    """Store observations as one batch of a new epoch."""
    sent = message(0, observations, epoch=next(EPOCHS), facility=facility)
    with connection.transaction():
        written = store.write(connection, [arrival(sent, facility=facility)])
    store.committed(written)


def catch_up(connection: Connection, max_hours: int = 5000) -> int:
    """Rebuild until nothing is dirty; return the number of hours."""
    total = 0
    while True:
        with connection.transaction():
            hours = rebuild(connection, max_hours)
        total += hours
        if not hours:
            return total


def asked_for(connection: Connection, width: str) -> list[Row]:
    """The rollups as a reader gets them, whether they are rebuilt or not."""
    return connection.execute(READ.format(width).encode()).fetchall()


@hypothesis.settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(batches=st.lists(rows, min_size=1, max_size=4), rebuild_between=st.booleans())
def test_rollups_equal_a_recount(
    store: Store, connection: Connection, batches: list[list[Row]], rebuild_between: bool
) -> None:
    """After any batches in any order, late ones too, hours and days equal a recount, rebuilt or not."""
    for batch in batches:
        seen = {(row[3], row[0]): observation(*row) for row in batch}
        put(store, connection, list(seen.values()))
        for width in ("hour", "day"):
            assert_equal(asked_for(connection, width), recount(connection, width))
        if rebuild_between:
            catch_up(connection)
    catch_up(connection, max_hours=7)

    for width in ("hour", "day"):
        assert_equal(stored(connection, width), recount(connection, width))
    assert connection.execute("SELECT count(*) FROM dirty_span").fetchone() == (0,)


def test_any_double_is_counted(store: Store, connection: Connection) -> None:
    """The smallest and the largest doubles (IEEE 754) stop no rollup, together in an hour or one in each."""
    for day, results in enumerate(EDGES):
        for hour, apart_s in ((0, 1), (2, HOUR_S)):
            start_s = START_S + day * 86_400 + hour * HOUR_S
            put(store, connection, [reading(start_s + apart_s * step, one) for step, one in enumerate(results)])
    for width in ("hour", "day"):
        assert_equal(asked_for(connection, width), recount(connection, width))
    catch_up(connection)

    for width in ("hour", "day"):
        assert_equal(stored(connection, width), recount(connection, width))


@pytest.mark.parametrize(("zone", "offset_s"), ZONES.items())
def test_days_are_those_of_standard_time(store: Store, connection: Connection, zone: str, offset_s: int) -> None:
    """Hours and days begin by the zone's standard offset (IANA), in summer too; a move to it counts all anew."""
    put(store, connection, [reading(START_S + 1700 * step, float(step)) for step in range(150)])
    put(store, connection, [reading(1_752_000_000 + 1700 * step, float(step)) for step in range(150)])
    catch_up(connection)
    text = vale_in(zone, version=2)
    with connection.transaction():
        facility.register(connection, parse(text), text)
    catch_up(connection)

    for width in ("hour", "day"):
        assert_equal(stored(connection, width), recount(connection, width, {"vale": offset_s}))


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns"])
def test_what_is_not_counted_yet_is_counted_by_the_clock_of_its_own_facility(
    store: Store, connection: Connection, zone: str
) -> None:
    """A second facility in another zone gets its own hours and days at any time, also while its rebuild is behind."""
    offsets_s = {"vale": 0, "north": ZONES[zone]}
    text = vale_in(zone, name="north")
    with connection.transaction():
        facility.register(connection, parse(text), text)
    for first in (0, 3, 1):  # what comes last lies between two that are counted
        for one in ("vale", "north"):
            put(store, connection, [reading(START_S + 1700 * (3 * n + first), float(n)) for n in range(99)], one)
        for width in ("hour", "day"):
            assert_equal(asked_for(connection, width), recount(connection, width, offsets_s))
        catch_up(connection)
        for width in ("hour", "day"):
            assert_equal(stored(connection, width), recount(connection, width, offsets_s))


def test_a_long_span_is_rebuilt_piece_by_piece(store: Store, connection: Connection) -> None:
    """A year of one datastream is spread over transactions of bounded size."""
    put(store, connection, [reading(START_S + 86_400 * day, float(day)) for day in range(-365, 0)])
    with connection.transaction():
        assert rebuild(connection, max_hours=1000) == 1000
    assert catch_up(connection, 1000) == 364 * 24 + 1 - 1000
    assert_equal(stored(connection, "day"), recount(connection, "day"))


def test_two_rebuilds_do_not_meet(store: Store, connection: Connection, vale: TestDatabase) -> None:
    """While one process rebuilds, another leaves it alone."""
    put(store, connection, [reading(START_S)])
    with connection.transaction():
        assert rebuild(connection) == 1
        with psycopg.connect(vale.conninfo("tailwatch_ingest")) as other:
            assert rebuild(other) == 0
