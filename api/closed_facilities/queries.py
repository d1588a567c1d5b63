"""What is known of closed facilities: rows of registers, studies, samples and screenings, in a few questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple

from api.http.database import DatabasePool
from tailings.register.closed_facilities import CLOSED, RegisteredRow

MAX_ROWS: Final = 50_000
SHOWN: Final = """
FROM register_entry e JOIN register g ON g.id = e.register_id AND (g.is_public OR %(sees_all)s)
JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
JOIN register_import i ON i.id = e.seen_import_id
WHERE NOT e.is_gone
"""
ROWS: Final[LiteralString] = (
    """
SELECT e.id AS number, e.register_id AS register, i.day, g.is_public, r.document AS values
"""
    + SHOWN
    + """
    AND (e.status = ANY(%(closed)s) OR e.id = ANY(%(grouped)s::bigint[])) ORDER BY e.sort_name, e.id LIMIT %(limit)s
"""
)
UNSAID: Final[LiteralString] = (
    "SELECT count(*) "
    + SHOWN
    + " AND coalesce(e.status, 'unknown') = 'unknown' AND NOT e.id = ANY(%(grouped)s::bigint[])"
)
STUDIES: Final = """
SELECT DISTINCT ON (facility_id) facility_id AS facility, version, made_at::date AS made,
    (result ->> 'extent_m2')::float8 AS extent_m2, result #> '{case,volume}' AS volume,
    result #> '{case,commodities}' AS commodities,
    (SELECT coalesce(jsonb_object_agg(one ->> 'element', coalesce(one ->> 'unfc', '')), '{}')
     FROM jsonb_array_elements(result -> 'commodities') one) AS unfc,
    coalesce(result -> 'signed' ->> 'name', '') AS signed_by,
    jsonb_path_query_array(result, '$.original_deposit.concentration[*].element') AS deposit,
    coalesce(result ->> 'synthetic', '') AS synthetic
FROM study WHERE facility_id = ANY(%(facilities)s) ORDER BY facility_id, version DESC
"""
SAMPLES: Final = """
SELECT s.facility_id AS facility, count(*) AS samples, min(coalesce(s.sampled, (
        SELECT min(f.imported_at)::date FROM assay_sample o JOIN assay_file f ON f.id = o.file_id
        WHERE o.facility_id = s.facility_id AND o.name = s.name))) AS first
FROM unnest(%(facilities)s::text[]) AS asked(id) CROSS JOIN LATERAL assay_samples(asked.id, 'infinity') s
JOIN assay_file f ON f.id = s.file_id AND f.synthetic = '' WHERE s.kind = 'primary' GROUP BY s.facility_id
"""
"""By the newest revision of each sample: what was corrected to another day, or to a duplicate, counts as that."""
SCREENED: Final = """
WITH run AS (
    SELECT max(id) AS id FROM screening_run WHERE scope = CASE WHEN %(sees_all)s THEN 'all' ELSE 'public' END
)
SELECT run.id AS run, i.facility_id AS facility, i.entry_id AS entry,
    array_agg(i.element ORDER BY i.element) AS elements
FROM run LEFT JOIN screening_interval i ON i.run_id = run.id AND i.document IS NOT NULL
    AND (i.facility_id = ANY(%(facilities)s) OR i.entry_id = ANY(%(entries)s::bigint[]))
WHERE run.id IS NOT NULL GROUP BY run.id, i.facility_id, i.entry_id
"""


class StudiedFields(NamedTuple):
    """What the newest study of a facility says of fields of the article."""

    facility: str
    version: int
    made: date
    extent_m2: float | None
    volume: dict[str, float] | None
    commodities: list[dict[str, Any]] | None
    unfc: dict[str, str]
    signed_by: str
    deposit: list[str] | None
    synthetic: str


class MeasuredSamples(NamedTuple):
    """How many samples a laboratory measured of a facility, and the first day."""

    facility: str
    samples: int
    first: date


class ScreenedRow(NamedTuple):
    """Elements of which the newest screening states an interval of a facility or row; elements [None]: of none."""

    run: int
    facility: str | None
    entry: int | None
    elements: list[str | None]


async def rows(database: DatabasePool, grouped: Sequence[int], sees_all: bool) -> list[RegisteredRow]:
    """Return rows that are called closed and those of these groups, by name; one more than MAX_ROWS at most."""
    asked = {"closed": list(CLOSED), "grouped": list(grouped), "sees_all": sees_all, "limit": MAX_ROWS + 1}
    return await database.rows(RegisteredRow, ROWS, asked)


async def unsaid(database: DatabasePool, grouped: Sequence[int], sees_all: bool) -> int:
    """Return how many rows state no status, beside those of these groups."""
    return await database.row(lambda count: int(count), UNSAID, {"grouped": list(grouped), "sees_all": sees_all}) or 0


async def studies(database: DatabasePool, facilities: Sequence[str]) -> list[StudiedFields]:
    """Return the newest study of each facility."""
    return await database.rows(StudiedFields, STUDIES, {"facilities": list(facilities)})


async def samples(database: DatabasePool, facilities: Sequence[str]) -> list[MeasuredSamples]:
    """Return how many measured samples each facility has."""
    return await database.rows(MeasuredSamples, SAMPLES, {"facilities": list(facilities)})


async def screened(
    database: DatabasePool, facilities: Sequence[str], entries: Sequence[int], sees_all: bool
) -> list[ScreenedRow]:
    """Return what the newest screening states of these; a row without elements where it states nothing."""
    asked = {"facilities": list(facilities), "entries": list(entries), "sees_all": sees_all}
    return await database.rows(ScreenedRow, SCREENED, asked)
