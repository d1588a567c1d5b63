"""What stood of facilities at an instant: registers by their revisions, facility files and studies by version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from api.http.database import DatabasePool
from api.register.same_facility import SeenDecision
from tailings.register.values import Values

MAX_ROWS: Final = 20_000
READ_WITHIN: Final = timedelta(days=30)
ENTRIES: Final = """
WITH moves AS (
    SELECT register_id, unnest(gone) AS registered_id, id AS import_id, true AS is_gone FROM register_import
    WHERE imported_at <= %(as_of)s
    UNION ALL SELECT register_id, unnest(back), id, false FROM register_import WHERE imported_at <= %(as_of)s
), moved AS (
    SELECT DISTINCT ON (register_id, registered_id) * FROM moves ORDER BY register_id, registered_id, import_id DESC
), newest AS (
    SELECT register_id, max(id) AS id FROM register_import WHERE imported_at <= %(as_of)s GROUP BY register_id
)
SELECT e.id AS number, e.register_id AS register, e.registered_id AS id, r.revision, i.day, r.document AS values,
    m.is_gone IS TRUE AS is_gone
FROM register_entry e JOIN register g ON g.id = e.register_id AND (g.is_public OR NOT %(public)s)
JOIN LATERAL (
    SELECT of.* FROM register_revision of JOIN register_import f ON f.id = of.import_id AND f.imported_at <= %(as_of)s
    WHERE of.entry_id = e.id ORDER BY of.revision DESC LIMIT 1
) r ON true
JOIN newest n ON n.register_id = e.register_id JOIN register_import i ON i.id = least(e.seen_import_id, n.id)
LEFT JOIN moved m ON m.register_id = e.register_id AND m.registered_id = e.registered_id AND m.import_id > r.import_id
ORDER BY e.id LIMIT %(limit)s
"""
"""day: of the newest file of then that has the row, also unchanged."""
DECISIONS: Final = """
SELECT DISTINCT ON (entry_id, other_entry_id, facility_id) entry_id AS entry, other_entry_id AS other,
    facility_id AS facility, is_same, false AS is_gone, false AS is_other_gone
FROM register_match WHERE decided_at <= %(as_of)s ORDER BY entry_id, other_entry_id, facility_id, id DESC
"""
FACILITIES: Final = """
SELECT DISTINCT ON (v.facility_id) v.facility_id AS id, v.version, v.document FROM facility_version v
JOIN facility f ON f.id = v.facility_id
    AND (NOT %(public)s OR coalesce((f.document ->> 'public')::boolean, false))
WHERE v.applied_at <= %(as_of)s ORDER BY v.facility_id, v.id DESC
"""
READ: Final = """
SELECT DISTINCT d.facility_id AS id FROM datastream d WHERE d.facility_id = ANY(%(facilities)s) AND (
    EXISTS (SELECT FROM observation o WHERE o.datastream_id = d.id AND o.result IS NOT NULL
            AND o.phenomenon_time > %(since)s AND o.phenomenon_time <= %(as_of)s)
    OR EXISTS (SELECT FROM rollup_day r WHERE r.datastream_id = d.id AND r.results > 0
               AND r.start >= %(since)s AND r.start <= %(as_of)s - interval '1 day'))
"""
STUDIES: Final = """
SELECT DISTINCT ON (facility_id) facility_id AS facility, version FROM study
WHERE facility_id = ANY(%(facilities)s) AND made_at <= %(as_of)s ORDER BY facility_id, version DESC
"""


class StandingEntry(NamedTuple):
    """A row of a register as it stood."""

    number: int
    register: str
    id: str
    revision: int
    day: date
    values: Values
    is_gone: bool


class StandingFacility(NamedTuple):
    """A facility of this site with the file that was in force."""

    id: str
    version: int
    document: dict[str, Any]


async def entries(database: DatabasePool, as_of: datetime, public: bool) -> list[StandingEntry]:
    """Return the rows of registers, also those that were gone; one more than MAX_ROWS at most."""
    return await database.rows(StandingEntry, ENTRIES, {"as_of": as_of, "public": public, "limit": MAX_ROWS + 1})


async def decisions(database: DatabasePool, as_of: datetime) -> list[SeenDecision]:
    """Return what people had said of rows and facilities by then."""
    return await database.rows(SeenDecision, DECISIONS, {"as_of": as_of})


async def facilities(database: DatabasePool, as_of: datetime, public: bool) -> list[StandingFacility]:
    """Return the facilities of this site; public: only those that everybody may read today."""
    return await database.rows(StandingFacility, FACILITIES, {"as_of": as_of, "public": public})


async def read(database: DatabasePool, facilities: Sequence[str], as_of: datetime) -> frozenset[str]:
    """Return those of which a reading came in the thirty days before."""
    asked = {"facilities": list(facilities), "as_of": as_of, "since": as_of - READ_WITHIN}
    return frozenset(await database.rows(lambda id: str(id), READ, asked))


async def studies(database: DatabasePool, facilities: Sequence[str], as_of: datetime) -> dict[str, int]:
    """Return the version of the newest study of each facility that had one."""
    rows: list[dict[str, Any]] = await database.rows(dict, STUDIES, {"facilities": list(facilities), "as_of": as_of})
    return {row["facility"]: row["version"] for row in rows}
