"""Where a plan can be gone on with: what its tests remembered at an instant, with everything before it taken in."""

from typing import Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.values import Connection
from tailings import tarp

DAY_MS: Final = 86_400_000
DENSE_MS: Final = 2 * DAY_MS
"""Checkpoints older than this before the newest stand at midnights alone."""
NEWEST: Final = """
SELECT at_ms, level, xmin::text FROM tarp_checkpoint WHERE facility_id = %s AND plan = %s AND at_ms <= %s
ORDER BY at_ms DESC LIMIT 1"""
MEMORY: Final = "SELECT memory FROM tarp_checkpoint WHERE facility_id = %s AND plan = %s AND at_ms = %s"
FORGET: Final = "DELETE FROM tarp_checkpoint WHERE facility_id = %s AND plan = %s AND at_ms > %s"
THIN: Final = """
DELETE FROM tarp_checkpoint WHERE facility_id = %s AND plan = %s AND at_ms < %s AND at_ms %% 86400000 <> 0"""
KEEP: Final = """
INSERT INTO tarp_checkpoint (facility_id, plan, at_ms, level, memory) VALUES (%s, %s, %s, %s, %s)
RETURNING xmin::text"""
Place = tuple[str, str]
"""Facility and plan."""


class Checkpoint(msgspec.Struct, frozen=True):
    """What the tests remembered, with all rows before `at_ms` taken in."""

    at_ms: int
    level: int
    memory: tarp.PlanMemory


class Checkpoints:
    """Keeps the newest checkpoint of each plan at hand, which is nearly always the one that is asked for.

    The number of the transaction that wrote it tells whether another process has written it anew.
    """

    def __init__(self) -> None:
        self._held: dict[Place, tuple[str, Checkpoint]] = {}

    def newest(self, connection: Connection, place: Place, at_ms: int) -> Checkpoint | None:
        """Return the newest checkpoint at or before an instant, and forget those after it."""
        forget(connection, place, at_ms)
        row = connection.execute(NEWEST, (*place, at_ms)).fetchone()
        if row is None:
            return None
        held = self._held.get(place)
        if held is None or (held[0], held[1].at_ms) != (row[2], row[0]):
            found = connection.execute(MEMORY, (*place, row[0])).fetchone()
            assert found is not None
            held = self._held[place] = (row[2], Checkpoint(row[0], row[1], tarp.from_plain(found[0])))
        return held[1]

    def keep(self, connection: Connection, place: Place, one: Checkpoint) -> None:
        """Write a checkpoint; it must be later than those that are there."""
        values = (one.at_ms, one.level, Jsonb(tarp.to_plain(one.memory)))
        row = connection.execute(KEEP, (*place, *values)).fetchone()
        assert row is not None
        self._held[place] = (row[0], one)

    def thin(self, connection: Connection, place: Place, newest_ms: int) -> None:
        """Leave of the older ones those at midnight."""
        connection.execute(THIN, (*place, newest_ms - DENSE_MS))


def forget(connection: Connection, place: Place, after_ms: int) -> None:
    """Take the checkpoints after an instant away."""
    connection.execute(FORGET, (*place, after_ms))
