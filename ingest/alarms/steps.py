"""Changes of level as they are stored: what is new is added, what later values take back is withdrawn."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from ingest.values import Connection
from tailings import tarp

KNOWN: Final = """
SELECT id, at, before, after FROM tarp_level_change
WHERE facility_id = %s AND plan = %s AND withdrawn_at IS NULL
  AND at >= to_timestamp(%s / 1000.0) AND at < to_timestamp(%s / 1000.0) ORDER BY at"""
LEVEL: Final = """
SELECT after FROM tarp_level_change WHERE facility_id = %s AND plan = %s AND withdrawn_at IS NULL
  AND at <= to_timestamp(%s / 1000.0) ORDER BY at DESC LIMIT 1"""
WITHDRAW: Final = "UPDATE tarp_level_change SET withdrawn_at = %s WHERE id = ANY (%s)"
ADD: Final = """
INSERT INTO tarp_level_change (facility_id, plan, at, before, after, is_late, noted_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)"""


class LevelStep(msgspec.Struct, frozen=True, order=True):
    """A change of level at a time of the values. `is_late`: newer values had been followed before it was known."""

    at: datetime
    before: int
    after: int
    is_late: bool = False


class Changed(msgspec.Struct, frozen=True):
    """What a round of following added and took back, in order of time."""

    added: tuple[LevelStep, ...] = ()
    withdrawn: tuple[LevelStep, ...] = ()


def settle(
    connection: Connection,
    place: tuple[str, str],
    found: Sequence[tarp.LevelChange],
    span_ms: tuple[int, int],
    through_ms: int | None,
    now: datetime,
) -> Changed:
    """Make the stored steps of [start, stop) those that were found; place: facility and plan.

    through_ms: the newest row that an earlier round had taken in; what lies before it is late.
    """
    known = {
        LevelStep(at, before, after): id
        for id, at, before, after in connection.execute(KNOWN, (*place, *span_ms)).fetchall()
    }
    steps = {LevelStep(_instant(one.time_ms), one.before, one.after): one for one in found}
    gone = sorted(set(known) - set(steps))
    fresh = [
        msgspec.structs.replace(step, is_late=through_ms is not None and steps[step].time_ms <= through_ms)
        for step in sorted(set(steps) - set(known))
    ]
    connection.execute(WITHDRAW, (now, [known[step] for step in gone]))
    with connection.cursor() as cursor:
        rows = [(*place, step.at, step.before, step.after, step.is_late, now) for step in fresh]
        cursor.executemany(ADD, rows)
    return Changed(tuple(fresh), tuple(gone))


def level_at(connection: Connection, place: tuple[str, str], time_ms: int) -> int:
    """Return the level that the stored steps say of an instant; green before the first."""
    row = connection.execute(LEVEL, (*place, time_ms)).fetchone()
    return int(row[0]) if row else 0


def _instant(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)
