"""The book of imports: each file that was brought, by whom and when, with its revision; and the way back."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from psycopg.types.json import Jsonb

from ingest import rederive, revisions
from ingest.imports.counts import PartCount, part_of
from ingest.imports.sieve import MOST_GAPS, MS, PARTS
from ingest.revisions import UNDONE, RevisionDraft, RevisionRefused, instants
from ingest.values import Connection

COLUMNS: Final = """i.id, i.facility_id, i.author, i.made_at, i.closed_at, i.file_name, i.file_sha256, i.map,
    i.is_replacing, i.source, i.revision_id, i.derived_id,
    (SELECT u.id FROM revision u WHERE u.undoes = i.revision_id)"""
LIST: Final = f"SELECT {COLUMNS} FROM import i WHERE i.facility_id = %s ORDER BY i.id DESC LIMIT %s"
FIND: Final = f"SELECT {COLUMNS} FROM import i WHERE facility_id = %s AND i.id = %s"
KNOWN: Final = f"""
SELECT {COLUMNS} FROM import i WHERE facility_id = %s AND file_sha256 = %s AND map = %s AND is_replacing = %s
  AND NOT EXISTS (SELECT FROM revision u WHERE u.undoes = i.revision_id) ORDER BY i.id DESC LIMIT 1"""
BEGIN: Final = """
INSERT INTO import (facility_id, author, file_name, file_sha256, map, is_replacing, revision_id)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id"""
SPAN: Final = "UPDATE revision SET from_time = %s, to_time = %s WHERE id = %s"
CLOSE: Final = "UPDATE import SET closed_at = clock_timestamp(), derived_id = %s WHERE id = %s"
COMPARE: Final = """
SELECT d.name, s.phenomenon_time, s.result, o.result
FROM superseded s JOIN datastream d ON d.id = s.datastream_id
JOIN observation o USING (datastream_id, phenomenon_time)
WHERE s.revision_id = %s ORDER BY d.name, s.phenomenon_time LIMIT %s"""
STANDING: Final = f"""
SELECT count(*) FILTER (WHERE o.tests IS DISTINCT FROM '{UNDONE}'), count(*) FILTER (WHERE o.tests = '{UNDONE}')
FROM unnest(%s::bigint[]) AS let_in (time_ms)
JOIN observation o ON o.datastream_id = %s AND o.phenomenon_time = to_timestamp(time_ms / 1000.0)
WHERE o.phenomenon_time BETWEEN to_timestamp(%s / 1000.0) AND to_timestamp(%s / 1000.0)"""
LET_IN: Final = """
SELECT d.name, d.id, n.instants FROM import_instants n JOIN datastream d ON d.id = n.datastream_id
WHERE n.import_id = %s ORDER BY d.name, n.end_offset"""
EXPECTED: Final = "SELECT name, expected_interval_s FROM datastream WHERE facility_id = %s"
ONE_MS: Final = timedelta(milliseconds=1)


class Import(NamedTuple):
    """One file that was brought; `closed_at` None: not at its end; undone_by: the revision that took it back."""

    id: int
    facility: str
    author: str
    made_at: datetime
    closed_at: datetime | None
    file_name: str
    file_sha256: str
    map: dict[str, Any]
    is_replacing: bool
    source: object
    revision: int
    derived: int | None
    undone_by: int | None


def listed(connection: Connection, facility: str, most: int) -> list[Import]:
    """The newest imports of a facility."""
    return [Import(*row) for row in connection.execute(LIST, (facility, most))]


def find(connection: Connection, facility: str, number: int) -> Import:
    """One of them; raises RevisionRefused."""
    row = connection.execute(FIND, (facility, number)).fetchone()
    if row is None:
        raise RevisionRefused(f"{facility} has no import {number}; `tailwatch import list --facility {facility}`")
    return Import(*row)


def begin(connection: Connection, draft: RevisionDraft, file: tuple[str, str], map_: Any, is_replacing: bool) -> Import:
    """The import of a file (name, SHA-256) with a map: one that was begun before, also to its end, or a new one.

    draft: author, reason and facility of its revision, whose span is that of the file once it is known.
    """
    name, sha256 = file
    with connection.transaction():
        known = connection.execute(KNOWN, (draft.facility, sha256, Jsonb(map_), is_replacing)).fetchone()
        if known is not None:
            return Import(*known)
        revision = revisions.begin(connection, draft)
        told = (draft.facility, draft.author, name, sha256, Jsonb(map_), is_replacing, revision)
        row = connection.execute(BEGIN, told).fetchone()
        assert row is not None
        return find(connection, draft.facility, row[0])


def counts(connection: Connection, number: int) -> PartCount:
    """What became of all cells of an import so far."""
    total = PartCount()
    for (document,) in connection.execute(PARTS, (number,)):
        total.add(part_of(document), MOST_GAPS)
    return total


def close(connection: Connection, one: Import, reason: str) -> None:
    """Close an import that is stored to its end, and derive anew what hangs on values that it replaced."""
    if one.closed_at is not None:
        return
    total, derived = counts(connection, one.id), None
    with connection.transaction():
        if total.first_ms is not None and total.last_ms is not None:
            start, stop = _instant(total.first_ms), _instant(total.last_ms) + ONE_MS
            connection.execute(SPAN, (start, stop, one.revision))
            added = sum(count.stored for count in total.columns.values())
            revisions.progress(connection, one.revision, stop, 0, added)
            if any(count.replaced for count in total.columns.values()):
                derived = rederive.around(connection, one.facility, start, stop, one.author, reason=reason)
        revisions.close(connection, one.revision)
        connection.execute(CLOSE, (derived, one.id))


def undo(connection: Connection, one: Import, author: str, reason: str) -> int:
    """Take an import back inside the open transaction: what it replaced is given back, what it let in fails as undone.

    What was derived from it is derived anew. Returns the number of the revision; raises RevisionRefused.
    """
    if one.closed_at is None:
        raise RevisionRefused(
            f"import {one.id} is not at its end: run the same `tailwatch observations import` again, then undo it"
        )
    if one.undone_by is not None:
        raise RevisionRefused(f"import {one.id} was undone by revision {one.undone_by}")
    if one.derived is not None:
        revisions.undo(connection, one.facility, one.derived, author, reason)
    number = revisions.undo(connection, one.facility, one.revision, author, reason)
    total = counts(connection, one.id)
    if total.first_ms is not None and total.last_ms is not None:
        start, stop = _instant(total.first_ms), _instant(total.last_ms) + ONE_MS
        rederive.around(connection, one.facility, start, stop, author, reason=reason)
    return number


def replaced(connection: Connection, one: Import, most: int) -> list[tuple[str, datetime, float | None, float | None]]:
    """The first values that an import replaced: datastream, time, the value before, the one that stands now."""
    return connection.execute(COMPARE, (one.revision, most)).fetchall()


def standing(connection: Connection, one: Import) -> list[tuple[str, int, int, int]]:
    """By datastream: how many rows an import let in, how many of them stand, and how many were taken back."""
    found: dict[str, tuple[int, int, int]] = {}
    for name, number, data in connection.execute(LET_IN, (one.id,)).fetchall():
        times = instants.unpacked(data)
        told = (times.tolist(), number, int(times[0]), int(times[-1]))
        row = connection.execute(STANDING, told, prepare=False).fetchone()
        assert row is not None
        brought, stand, undone = found.get(name, (0, 0, 0))
        found[name] = brought + len(times), stand + row[0], undone + row[1]
    return [(name, *counted) for name, counted in found.items()]


def expected_s(connection: Connection, facility: str) -> dict[str, float]:
    """The expected interval of each datastream, by its name within the facility."""
    return {name.partition(":")[2]: float(seconds or 0) for name, seconds in connection.execute(EXPECTED, (facility,))}


def _instant(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / MS, UTC)
