"""Days of an application: each is one transaction, and one that is stopped goes on to the same end."""

import hashlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import rederive
from ingest.rederive import Stretch
from ingest.store import Store
from ingest.values import Connection
from tailings.facility import parse
from tests.ingest.batches import START_S
from tests.ingest.rederive.dam import FIRST, PRESSURE, apply_second, readings, stored_by
from tests.ingest.revisions.asked import AUTHOR, at, number_of
from tests.servers import TestDatabase

HOUR_MS, DAY_MS, DAY_S = 3_600_000, 86_400_000, 86_400
DAYS = 3
EVERY_MINUTES = 40
STORED = """
SELECT datastream_id, extract(epoch FROM phenomenon_time), result, quality, tests, cfg FROM observation ORDER BY 1, 2"""
KEPT = """
SELECT datastream_id, extract(epoch FROM phenomenon_time), result, quality, tests, cfg FROM superseded ORDER BY 1, 2"""
COUNTED = "SELECT changed, added, state, from_time, to_time FROM revision"
VALUES = """
SELECT extract(epoch FROM phenomenon_time)::bigint, result FROM observation WHERE datastream_id = %s ORDER BY 1"""
PLAIN = Stretch(
    parse(FIRST), {}, at(0), at(DAYS * DAY_S), start_ms=0, stop_ms=0, piece_ms=1, before_ms=0, after_ms=0, offset_ms=0
)


class Interrupted(Exception):
    """Somebody pulled the plug."""


@pytest.fixture
def days(store: Store, connection: Connection) -> Connection:
    """A connection to a database with readings of four days, from an afternoon on, and another calibration."""
    stored_by(store, connection, readings(range(0, DAYS * 24 * 60, EVERY_MINUTES)))
    apply_second(connection)
    return connection


def stretch_of(connection: Connection, piece_ms: int = 5 * HOUR_MS) -> Stretch:
    """All of the days in pieces that no day is a multiple of."""
    facility = rederive.stored_facility(connection, "vale")
    whole = rederive.stretch(connection, facility, at(0), at((DAYS + 1) * DAY_S))
    return msgspec.structs.replace(whole, piece_ms=piece_ms)


def apply(connection: Connection, tell: Callable[[float], None], piece_ms: int = 5 * HOUR_MS) -> None:
    """Apply to all of the days."""
    rederive.apply(connection, stretch_of(connection, piece_ms), AUTHOR, "the sheet was wrong", tell)


def digest(connection: Connection) -> str:
    """The hash of all observations, all that is kept of them, and the book of revisions."""
    found = [connection.execute(query).fetchall() for query in (STORED, KEPT, COUNTED)]
    return hashlib.sha256(repr(found).encode()).hexdigest()


def by_day(rows: Sequence[tuple[Any, ...]], offset_s: int = 0) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by the number of their day."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault((row[0] + offset_s) // DAY_S, []).append(row)
    return found


def test_stopped_again_and_again_it_ends_as_in_one_go(days: Connection) -> None:
    """Stopped in every day's middle, at another place each time, the end is the same by the hash of all there is."""
    before = digest(days)
    with days.transaction(force_rollback=True):
        apply(days, lambda share: None)
        expected = digest(days)
    assert digest(days) == before != expected

    stops = 0
    for limit in (0.0, 0.2, 0.3, 0.5, 0.6, 0.8, 0.9):

        def pull_the_plug(share: float, limit: float = limit) -> None:
            if share > limit:
                raise Interrupted

        with pytest.raises(Interrupted):
            apply(days, pull_the_plug)
        stops += 1
        assert digest(days) != expected
    apply(days, lambda share: None)
    assert (stops, digest(days)) == (7, expected)


def test_a_reader_sees_a_day_as_it_was_or_as_it_is(days: Connection, vale: TestDatabase) -> None:
    """Read after every piece: of no day a part is new, and there are moments with old and new days."""
    pressure = number_of(days, PRESSURE)
    old = by_day(days.execute(VALUES, (pressure,)).fetchall())
    seen: list[dict[int, list[tuple[Any, ...]]]] = []
    with psycopg.connect(vale.conninfo("tailwatch_api"), autocommit=True) as reader:
        apply(days, lambda share: seen.append(by_day(reader.execute(VALUES, (pressure,)).fetchall())))
    new = by_day(days.execute(VALUES, (pressure,)).fetchall())

    assert all(shown[day] in (old[day], new[day]) for shown in seen for day in old)
    assert any(0 < sum(shown[day] == new[day] != old[day] for day in old) < len(old) for shown in seen)
    assert all(old[day] != new[day] for day in old)


def test_the_check_of_days_finds_a_torn_one(days: Connection, vale: TestDatabase) -> None:
    """A broken control: committed by days that begin six hours off, the same reader sees a day that is half new."""
    pressure = number_of(days, PRESSURE)
    old = by_day(days.execute(VALUES, (pressure,)).fetchall())
    seen: list[dict[int, list[tuple[Any, ...]]]] = []
    off = msgspec.structs.replace(stretch_of(days), offset_ms=6 * HOUR_MS)
    with psycopg.connect(vale.conninfo("tailwatch_api"), autocommit=True) as reader:
        rederive.apply(
            days, off, AUTHOR, "x", lambda share: seen.append(by_day(reader.execute(VALUES, (pressure,)).fetchall()))
        )
    new = by_day(days.execute(VALUES, (pressure,)).fetchall())

    assert not all(shown[day] in (old[day], new[day]) for shown in seen for day in old)


@given(
    st.integers(0, 10 * DAY_MS),
    st.integers(1, 9 * DAY_MS),
    st.integers(HOUR_MS, 4 * DAY_MS),
    st.integers(-14 * 4, 14 * 4).map(lambda quarters: quarters * HOUR_MS // 4),
    st.integers(0, 40),
)
def test_transactions_are_whole_days_without_gap(
    start_ms: int, length_ms: int, piece_ms: int, offset_ms: int, stopped_after: int
) -> None:
    """Whatever the zone, the stretch and the pieces: all of it once, ends at midnights, and resumed the same rest."""
    first_ms = START_S * 1000 + start_ms
    whole = msgspec.structs.replace(
        PLAIN, start_ms=first_ms, stop_ms=first_ms + length_ms, piece_ms=piece_ms, offset_ms=offset_ms
    )
    together = list(whole.whole_days())
    pieces = [piece for some in together for piece in some]
    ends = [some[-1][1] for some in together]

    assert (pieces[0][0], pieces[-1][1]) == (whole.start_ms, whole.stop_ms)
    assert all(one[1] == following[0] for one, following in pairwise(pieces))
    assert all(0 < stop - start <= piece_ms for start, stop in pieces)
    assert all((end + offset_ms) % DAY_MS == 0 for end in ends[:-1])
    inner = [stop for some in together for _, stop in some[:-1]]
    assert not any((stop + offset_ms) % DAY_MS == 0 for stop in inner)
    done = min(stopped_after, len(together) - 1)
    assert list(whole.whole_days(ends[done])) == together[done + 1 :]
