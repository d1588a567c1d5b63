"""Holds intervals against samples that came after them: the newest interval of each element and facility, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, LiteralString

import msgspec

from ingest.screening.known_facilities import IS_PUBLIC, SCOPES, decisions, samples_of
from ingest.values import Connection
from tailings.register import same_facility
from tailings.screening import Score, StatedGrade, score
from tailings.screening.sampled_places import arrived

NEWEST_SAMPLE: Final = "SELECT coalesce(max(id), 0) FROM assay_sample"
LOCK: Final = "SELECT pg_advisory_xact_lock(7415)"
# Of each scope, facility and element the newest interval, where a sample came after it. An interval of a register's row
# is of the facility that people said it is; a public one is scored by public facilities alone.
WAITING: Final[LiteralString] = (
    """
WITH stated AS (
    SELECT i.id, i.run_id, i.element, i.document, r.scope, r.newest_sample, coalesce(i.facility_id, m.facility_id) AS of
    FROM screening_interval i JOIN screening_run r ON r.id = i.run_id
    LEFT JOIN unnest(%(scopes)s::text[], %(entries)s::bigint[], %(facilities)s::text[])
        AS m(scope, entry_id, facility_id) ON m.entry_id = i.entry_id AND m.scope = r.scope AND i.facility_id IS NULL
), newest AS (
    SELECT DISTINCT ON (scope, of, element) * FROM stated WHERE of IS NOT NULL AND document IS NOT NULL
    ORDER BY scope, of, element, run_id DESC, id DESC
)
SELECT n.id, n.element, n.document, n.newest_sample, n.of FROM newest n JOIN facility f ON f.id = n.of
WHERE NOT EXISTS (SELECT FROM screening_score s WHERE s.interval_id = n.id) AND (n.scope = 'all' OR """
    + IS_PUBLIC
    + """)
    AND EXISTS (SELECT FROM assay_sample s WHERE s.facility_id = n.of AND s.id > n.newest_sample)
ORDER BY n.id
"""
)
# Of places that had no sample before; a corrected sample is no new one, and what nobody measured proves no interval.
ARRIVED: Final = """
WITH standing AS (
    SELECT s.* FROM assay_sample s WHERE s.facility_id = %(facility)s
    AND NOT EXISTS (SELECT FROM assay_withdrawn w WHERE w.facility_id = s.facility_id AND w.sample_id = s.id)
)
SELECT s.name, s.hole, s.bottom_m - s.top_m, s.assays, s.file_id FROM standing s
JOIN assay_file f ON f.id = s.file_id AND f.synthetic = ''
WHERE s.id > %(after)s AND s.kind = 'primary'
    AND NOT EXISTS (SELECT FROM standing o WHERE o.name = s.name AND o.revision < s.revision)
    AND NOT EXISTS (
        SELECT FROM assay_sample o WHERE o.facility_id = s.facility_id AND o.id <= %(after)s
        AND (o.name = s.name OR s.hole <> '' AND o.hole = s.hole))
ORDER BY s.id
"""
ADD: Final = """
INSERT INTO screening_score (interval_id, facility_id, verdict, places, below, mean, low, high, files)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (interval_id) DO NOTHING
"""


def score_waiting(connection: Connection) -> int:
    """Score what can be scored, inside the open transaction; return how many intervals were."""
    connection.execute(LOCK)
    waiting = connection.execute(WAITING, _of_facilities(connection)).fetchall()
    rows = [row for one in waiting if (row := _scored(connection, *one)) is not None]
    with connection.cursor() as cursor:
        cursor.executemany(ADD, rows)
    return len(rows)


class ScoreFollower:
    """A job of ingest: scores when samples have come; costs one question of an index otherwise."""

    def __init__(self) -> None:
        self._newest = -1

    def follow(self, connection: Connection) -> None:
        """Look once."""
        (newest,) = connection.execute(NEWEST_SAMPLE).fetchone() or (0,)
        if newest != self._newest:
            score_waiting(connection)
            self._newest = newest


def _of_facilities(connection: Connection) -> dict[str, list[Any]]:
    """The facility of this site that a row is, in each scope."""
    said = [
        (scope, entry, facility)
        for scope in SCOPES
        for entry, facility in same_facility.facilities(same_facility.groups(decisions(connection, scope))).items()
    ]
    scopes, entries, facilities = zip(*said, strict=True) if said else ((), (), ())
    return {"scopes": list(scopes), "entries": list(entries), "facilities": list(facilities)}


def _scored(
    connection: Connection, interval: int, element: str, document: dict[str, Any], after: int, facility: str
) -> Sequence[object] | None:
    rows = connection.execute(ARRIVED, {"facility": facility, "after": after}).fetchall()
    found = score(msgspec.convert(document, StatedGrade), arrived(samples_of(rows), element))
    return None if found is None else _row(interval, facility, found, sorted({row[4] for row in rows}))


def _row(interval: int, facility: str, found: Score, files: list[int]) -> Sequence[object]:
    return interval, facility, found.verdict, found.places, found.below, found.mean, found.low, found.high, files
