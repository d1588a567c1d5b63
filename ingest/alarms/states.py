"""How far each plan was followed: its row, and what the commit log says was touched since."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from ingest.alarms import checkpoints
from ingest.values import Connection
from tailings import tarp
from tailings.facility import Facility, Plan

BEGINNING_MS: Final = -(2**45)  # the year 855: before any measurement, and a time that PostgreSQL has
WARM_MS: Final = 31 * 86_400_000
"""How much of the past a changed plan is followed over before its first change of level counts."""
NEWEST_COMMIT: Final = "SELECT coalesce(max(id), 0) FROM commit_log"
IDS: Final = "SELECT name, id FROM datastream WHERE facility_id = %s AND name = ANY (%s)"
GET: Final = """
SELECT digest, since_ms, through_ms, dirty_ms, commit_id, level FROM tarp_state
WHERE facility_id = %s AND plan = %s FOR UPDATE"""
PUT: Final = """
INSERT INTO tarp_state (facility_id, plan, digest, since_ms, through_ms, dirty_ms, commit_id, level)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (facility_id, plan) DO UPDATE SET digest = excluded.digest, since_ms = excluded.since_ms,
    through_ms = excluded.through_ms, dirty_ms = excluded.dirty_ms, commit_id = excluded.commit_id,
    level = excluded.level"""
PUT_STANDING: Final = """
UPDATE tarp_state SET standing = %s WHERE facility_id = %s AND plan = %s"""
TOUCHED: Final = """
SELECT (extract(epoch FROM min(first_time)) * 1000)::bigint FROM commit_log
WHERE id > %s AND id <= %s AND datastream_ids && %s::integer[]"""
IS_FORGOTTEN: Final = "SELECT %s < (SELECT min(id) - 1 FROM commit_log)"
NEWEST: Final = """
SELECT (extract(epoch FROM max(phenomenon_time)) * 1000)::bigint FROM latest WHERE datastream_id = ANY (%s)"""
OLDEST: Final = """
SELECT (extract(epoch FROM min(first_time)) * 1000)::bigint FROM latest WHERE datastream_id = ANY (%s)"""


class FollowState(msgspec.Struct, frozen=True):
    """How far one plan was followed; times in Unix ms. `level` is that of the newest values, not latched."""

    digest: str
    since_ms: int = BEGINNING_MS
    through_ms: int | None = None
    dirty_ms: int | None = None
    commit_id: int = 0
    level: int = 0


def ids_of(connection: Connection, facility: Facility, names: Iterable[str]) -> dict[str, int]:
    """Return what the database calls these datastreams, by their name in the facility file."""
    full = [f"{facility.id}:{name}" for name in names]
    return {name.partition(":")[2]: id for name, id in connection.execute(IDS, (facility.id, full)).fetchall()}


def look(connection: Connection, facility: Facility, plan: Plan, ids: dict[str, int]) -> FollowState:
    """Return the state with what was touched since taken in; a plan that changed begins at its newest row."""
    newest = int(_one(connection, NEWEST_COMMIT, ())[0])
    row = connection.execute(GET, (facility.id, plan.id)).fetchone()
    digest, numbers = tarp.digest(plan), list(ids.values())
    state = FollowState(*row) if row else FollowState(digest)
    if row is None:
        oldest_ms = _one(connection, OLDEST, (numbers,))[0]
        return msgspec.structs.replace(state, dirty_ms=oldest_ms, commit_id=newest)
    if state.digest != digest:
        checkpoints.forget(connection, (facility.id, plan.id), BEGINNING_MS)
        since_ms = state.since_ms if state.through_ms is None else state.through_ms
        return FollowState(digest, since_ms, state.through_ms, since_ms, newest, level=state.level)
    if _one(connection, IS_FORGOTTEN, (state.commit_id,))[0]:  # what came meanwhile is known to the rows alone
        touched_ms = _one(connection, OLDEST, (numbers,))[0]
    else:
        touched_ms = _one(connection, TOUCHED, (state.commit_id, newest, numbers))[0]
    known = [one for one in (touched_ms, state.dirty_ms) if one is not None]
    return msgspec.structs.replace(state, dirty_ms=min(known, default=None), commit_id=newest)


def keep(connection: Connection, facility: str, plan: str, state: FollowState) -> None:
    """Write how far the plan was followed."""
    values = (state.digest, state.since_ms, state.through_ms, state.dirty_ms, state.commit_id, state.level)
    connection.execute(PUT, (facility, plan, *values))


def keep_standing(connection: Connection, facility: str, plan: str, standing: tarp.PlanOutcome) -> None:
    """Write where the plan stands now."""
    connection.execute(PUT_STANDING, (Jsonb(tarp.standing_to_plain(standing)), facility, plan))


def newest_ms(connection: Connection, ids: dict[str, int]) -> int | None:
    """Return the time of the newest row of these datastreams."""
    found: int | None = _one(connection, NEWEST, (list(ids.values()),))[0]
    return found


def oldest_ms(connection: Connection, ids: dict[str, int]) -> int:
    """Return the time of the oldest row of these datastreams, of which there is one."""
    return int(_one(connection, OLDEST, (list(ids.values()),))[0])


def _one(connection: Connection, statement: str, values: tuple[Any, ...]) -> tuple[Any, ...]:
    row = connection.execute(statement.encode(), values).fetchone()
    assert row is not None
    return row
