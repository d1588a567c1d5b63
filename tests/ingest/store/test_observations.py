"""Tests of the path of observations into the database, by way of the columns."""

import random
from collections.abc import Callable

import numpy as np

from ingest.store import observations
from ingest.store.observations import HighWater, Tally
from ingest.store.rows import NO_CFG, ObservationRows
from ingest.values import Connection

MINUTE_MS = 60_000
START_MS = 1_764_000_000_000


def rows(*values: tuple[int, int, float]) -> ObservationRows:
    """Rows of (datastream, minute, result)."""
    ids, minutes, results = zip(*values, strict=True)
    count = len(values)
    return ObservationRows(
        arrival=np.zeros(count, np.int32),
        place=np.arange(count, dtype=np.int32),
        datastream=np.array(ids, np.int32),
        time_ms=START_MS + MINUTE_MS * np.array(minutes, np.int64),
        result=np.array(results, np.float64),
        quality=np.full(count, 1, np.uint8),
        tests=np.zeros(count, "S1"),
        cfg=np.full(count, NO_CFG),
    )


def water(connection: Connection) -> HighWater:
    """Fresh acks, and the staging table that a greeting makes."""
    connection.execute(observations.STAGING)
    fresh = HighWater()
    fresh.load(connection, 100)
    return fresh


def store(
    connection: Connection, new: ObservationRows, acks: HighWater, before_wait: Callable[[], None] = lambda: None
) -> tuple[list[Tally], list[int]]:
    """Store in a transaction and take in what is new."""
    with connection.transaction():
        tallies, conflicts = observations.store(connection, observations.sort(new), acks, before_wait)
    acks.raise_to(tallies)
    return tallies, conflicts


def test_tallies_say_what_was_added(connection: Connection) -> None:
    """Count, first time and newest row of each datastream, whatever the order of the rows."""
    tallies, _ = store(connection, rows((2, 3, 7.0), (1, 1, 5.0), (2, 1, 6.0), (1, 0, 4.0)), water(connection))

    assert tallies == [
        Tally(1, START_MS + MINUTE_MS, 5.0, 1, None, count=2, first_ms=START_MS),
        Tally(2, START_MS + 3 * MINUTE_MS, 7.0, 1, None, count=2, first_ms=START_MS + MINUTE_MS),
    ]


def test_who_gathers_is_told_before_the_wait(connection: Connection) -> None:
    """`before_wait` is called on either way, for new rows and for repeated ones, before anything is stored."""
    acks, counts = water(connection), list[int]()

    def note() -> None:
        row = connection.execute("SELECT count(*) FROM observation").fetchone()
        counts.append(row[0] if row else -1)

    store(connection, rows((1, 0, 4.0)), acks, note)
    store(connection, rows((1, 0, 4.0)), acks, note)

    assert counts == [0, 1]


def test_late_rows_are_told_with_the_new_ones(connection: Connection) -> None:
    """Rows below the ack are stored too; a datastream has one tally for both ways."""
    acks = water(connection)
    store(connection, rows((1, 5, 1.0)), acks)
    tallies, conflicts = store(connection, rows((1, 6, 2.0), (1, 2, 3.0)), acks)

    assert tallies == [Tally(1, START_MS + 6 * MINUTE_MS, 2.0, 1, None, count=2, first_ms=START_MS + 2 * MINUTE_MS)]
    assert conflicts == []


def test_equal_values_are_no_conflict(connection: Connection) -> None:
    """The same value again is ignored; another one, a missing one too, is a conflict of its row."""
    acks = water(connection)
    store(connection, rows((1, 0, 1.0), (1, 1, float("nan"))), acks)
    tallies, conflicts = store(
        connection, rows((1, 0, 1.0), (1, 1, float("nan")), (1, 0, float("nan")), (1, 1, 2.0)), acks
    )

    assert tallies == []
    assert conflicts == [2, 3]


def test_a_stale_ack_falls_back_to_staging(connection: Connection) -> None:
    """What another process stored meanwhile is met by the primary key, and the rest is stored."""
    stale = water(connection)
    store(connection, rows((1, 0, 1.0), (1, 1, 1.5)), water(connection))
    tallies, conflicts = store(connection, rows((1, 1, 9.0), (1, 2, 2.0), (2, 0, 3.0)), stale)

    assert [(tally.datastream_id, tally.count) for tally in tallies] == [(1, 1), (2, 1)]
    assert conflicts == [0]


def test_late_rows_that_are_too_spread_to_be_looked_up_are_stored_once(connection: Connection) -> None:
    """Between the first and the last of three late rows stand more rows than are read; one of the three is stored."""
    acks = water(connection)
    store(connection, rows(*[(1, 10 + minute, 1.0) for minute in range(2000)]), acks)

    tallies, conflicts = store(connection, rows((1, 0, 7.0), (1, 500, 8.0), (1, 9, 9.0)), acks)

    assert [(tally.count, tally.first_ms) for tally in tallies] == [(2, START_MS)]
    assert conflicts == [1]


def test_a_random_history_equals_its_first_values(connection: Connection) -> None:
    """Against a dictionary that keeps the first value: 40 groups of late, repeated and contradicting rows."""
    chance = random.Random(11)
    expected: dict[tuple[int, int], float] = {}
    acks, contradictions = water(connection), 0
    for group in range(40):
        new = [
            (chance.randint(1, 5), max(0, group * 3 + chance.randint(-20, 5)), chance.randint(0, 3)) for _ in range(30)
        ]
        contradictions += sum(expected.setdefault((one, minute), value) != value for one, minute, value in new)
        _, conflicts = store(connection, rows(*new), acks if group % 7 else water(connection))
        contradictions -= len(conflicts)

    found = connection.execute("SELECT datastream_id, phenomenon_time, result FROM observation").fetchall()
    as_keys = {(one, round((at.timestamp() * 1000 - START_MS) / MINUTE_MS)): value for one, at, value in found}
    assert as_keys == expected
    assert contradictions == 0


def test_high_water_of_a_new_connection_is_that_of_latest(connection: Connection) -> None:
    """Acks are read from the latest table; an unknown datastream has none."""
    connection.execute(
        "INSERT INTO latest SELECT min(id), to_timestamp(1764000000.25), 1, 1, NULL, now(), 1, now() FROM datastream"
    )
    (number,) = connection.execute("SELECT min(id) FROM datastream").fetchone() or (0,)
    acks = HighWater()
    acks.load(connection, number + 1)

    minute = rows((number, 0, 1.0), (number, 1, 1.0), (number + 1, 0, 1.0))
    assert acks.below(minute).tolist() == [False, True, True]
