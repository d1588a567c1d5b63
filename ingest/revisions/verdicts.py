"""Verdicts of an agent: what its filters say of rows that were stored before, taken over as a revision by the agent.

A verdict is only ever worse than the flag before it, in the order 2, 1, 3, 4, or names the same tests and more for the
same flag: taken over in any order, and however often, they come to the same. It replaces nothing that a person, a
re-derivation or an undoing has put there. All verdicts of an agent and a day are one open revision, so that the book
stays readable; another revision of the facility, a new version, or a second verdict on the same row begins the next.
"""

from datetime import UTC, datetime
from typing import Final

from ingest.revisions.books import RevisionDraft, activate, begin, close
from ingest.store.arrays import array
from ingest.store.observations import INDEX_ONLY
from ingest.store.rows import ObservationRows
from ingest.store.verdicts import Spans
from ingest.values import Connection
from tailings.digest import functions

REASON: Final = "later-readings"
"""A code of `texts.record`."""
TOLD: Final = """
WITH told AS (
    SELECT DISTINCT ON (id, time_ms) id, time_ms, to_timestamp(time_ms / 1000.0) AS at, result, quality, tests
    FROM unnest(%(ids)s::integer[], %(times_ms)s::bigint[], %(results)s::float8[], %(flags)s::smallint[],
                %(tests)s::text[]) AS sent (id, time_ms, result, quality, tests)
    ORDER BY id, time_ms, quality DESC, length(tests) DESC NULLS LAST
)"""
IS_WORSE: Final = """
o.datastream_id = told.id AND o.phenomenon_time = told.at AND o.result = told.result
  AND o.phenomenon_time BETWEEN to_timestamp(%(first_ms)s / 1000.0) AND to_timestamp(%(last_ms)s / 1000.0)
  AND (coalesce(nullif(o.quality, 2), 0) < told.quality
       OR o.quality = told.quality AND o.tests <> told.tests
          AND string_to_array(o.tests, ',') <@ string_to_array(told.tests, ','))
  AND NOT EXISTS (
    SELECT FROM superseded s JOIN revision r ON r.id = s.revision_id
    WHERE s.datastream_id = o.datastream_id AND s.phenomenon_time = o.phenomenon_time AND r.kind <> 'quality-update')"""
FIND: Final = f"{TOLD} SELECT told.id, told.time_ms FROM told, observation o WHERE {IS_WORSE} ORDER BY 1, 2"
UPDATE: Final = f"""
{TOLD} UPDATE observation o SET quality = told.quality, tests = told.tests FROM told WHERE {IS_WORSE}"""
OPEN: Final = """
SELECT r.id, r.cfg = f.version AND r.functions = %s AND r.made_at >= %s AND NOT EXISTS (
           SELECT FROM revision later
           WHERE later.facility_id = f.id AND later.id > r.id AND later.kind <> 'quality-update')
       AND NOT EXISTS (
           SELECT FROM superseded s JOIN unnest(%s::integer[], %s::bigint[]) AS told (id, time_ms)
             ON s.datastream_id = told.id AND s.phenomenon_time = to_timestamp(told.time_ms / 1000.0)
           WHERE s.revision_id = r.id)
FROM revision r JOIN facility f ON f.id = r.facility_id
WHERE r.facility_id = %s AND r.author = %s AND r.kind = 'quality-update' AND r.state = 'open' FOR UPDATE OF r"""
GROW: Final = """
UPDATE revision SET from_time = least(from_time, %(first)s), to_time = greatest(to_time, %(stop)s),
    done_until = greatest(done_until, %(stop)s), changed = changed + %(changed)s WHERE id = %(number)s"""
OVER: Final = "SELECT id FROM revision WHERE state = 'open' AND kind = 'quality-update' AND made_at < %s FOR UPDATE"


def take_verdicts(connection: Connection, facility: str, agent: str, rows: ObservationRows) -> Spans:
    """Give stored observations the flags and tests of these rows, inside the open transaction, where they say more.

    Rows that are not stored, or with another result, are left alone. Returns what changed; the caller brings up to date
    what hangs on it.
    """
    if not len(rows):
        return {}
    sent = _values(rows)
    connection.execute(INDEX_ONLY)
    found = connection.execute(FIND, sent, prepare=False).fetchall()
    if not found:
        return {}
    spans: Spans = {}
    for number, time_ms in found:
        first_ms, _ = spans.get(number, (time_ms, 0))
        spans[number] = (first_ms, time_ms)
    first_ms, last_ms = min(first for first, _ in spans.values()), max(last for _, last in spans.values())
    revision = _revision(connection, facility, agent, found, (first_ms, last_ms))
    changed = connection.execute(UPDATE, sent, prepare=False).rowcount
    grown = {"first": _instant(first_ms), "stop": _instant(last_ms + 1), "changed": changed, "number": revision}
    connection.execute(GROW, grown)
    return spans


def close_verdicts(connection: Connection) -> bool:
    """Close, inside the open transaction, the revisions of verdicts whose day is over; never more to do at once."""
    for (number,) in connection.execute(OVER, (_midnight(),)).fetchall():
        close(connection, number)
    return False


def _revision(
    connection: Connection, facility: str, agent: str, found: list[tuple[int, int]], span_ms: tuple[int, int]
) -> int:
    """Go on with the agent's open revision, or close it and begin another one."""
    author = f"agent:{agent}"
    ids, times = (array(column) for column in zip(*found, strict=True))
    asked = (functions(), _midnight(), ids, times, facility, author)
    for number, is_usable in connection.execute(OPEN, asked, prepare=False).fetchall():
        if is_usable:
            activate(connection, number)
            return int(number)
        close(connection, number)
    first, stop = _instant(span_ms[0]), _instant(span_ms[1] + 1)
    return begin(connection, RevisionDraft(facility, "quality-update", author, REASON, first, stop=stop))


def _values(rows: ObservationRows) -> dict[str, object]:
    times_ms = rows.time_ms.tolist()
    return {
        "ids": array(rows.datastream.tolist()),
        "times_ms": array(times_ms),
        "results": array(rows.result.tolist()),
        "flags": array(rows.quality.tolist()),
        "tests": array(one.decode() or None for one in rows.tests.tolist()),
        "first_ms": min(times_ms),
        "last_ms": max(times_ms),
    }


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _instant(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)
