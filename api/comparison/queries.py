"""What is known of facilities and rows of registers for a comparison, in a few questions whatever their number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, LiteralString, NamedTuple

from api.http.database import DatabasePool, seen_ids

FACILITIES: Final = """
SELECT id, coalesce(document->>'name', id) AS name, document->>'consequence_class' AS consequence,
    document->>'sample_data' AS sample_data, applied_at, (document #>> '{location,lon}')::float8 AS lon,
    (document #>> '{location,lat}')::float8 AS lat
FROM facility WHERE %(seen)s::text[] IS NULL OR id = ANY(%(seen)s) ORDER BY id LIMIT %(limit)s
"""
ACIDITY: Final = """
SELECT s.facility_id AS facility, min((a->>'value')::float8) AS least, max((a->>'value')::float8) AS most,
    max(s.taken_at) AS taken_at
FROM newest_water_sample s CROSS JOIN jsonb_array_elements(s.analyses) a
WHERE s.facility_id = ANY(%(facilities)s) AND s.taken_at >= %(since)s AND s.medium = 'seepage' AND a->>'symbol' = 'pH'
GROUP BY s.facility_id
"""
STUDIES: Final = """
SELECT DISTINCT ON (facility_id) facility_id AS facility, made_at, result->'net' AS net,
    coalesce(result->>'currency', 'USD') AS currency,
    coalesce((result->'exchange_rate'->>'usd')::float8, 1) AS usd,
    coalesce(jsonb_path_query_first(result, '$.commodities[*] ? (@.element == $.cut_off_element).unfc') #>> '{}', '')
        AS unfc,
    result->'assayed' AS assayed, result->'stated_materials' AS stated, result->'next_steps' AS steps,
    result->'next_holes'->0 AS hole
FROM study WHERE facility_id = ANY(%(facilities)s) ORDER BY facility_id, version DESC
"""
OWN: Final = """
WITH shown AS (
    SELECT e.id, e.register_id, i.day, r.document,
        coalesce(r.document->>'consequence_system' = 'GISTM' OR r.document->>'stability_concern' = 'yes'
            OR r.document ? 'people_at_risk' OR r.document ? 'protected_area_m', false) AS tells
    FROM register_entry e
    JOIN register g ON g.id = e.register_id AND (g.is_public OR %(sees_all)s)
    JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
    JOIN register_import i ON i.id = e.seen_import_id
    WHERE NOT e.is_gone
), own AS (
    SELECT * FROM shown WHERE NOT id = ANY(%(repeated)s::bigint[])
)
"""
"""A row that another one stands for (`api.register.same_facility`) stands for nothing itself."""
ENTRIES: Final[LiteralString] = (
    OWN
    + """
SELECT id AS number, register_id AS register, day, document->>'name' AS name,
    CASE WHEN document->>'consequence_system' = 'GISTM' THEN document->>'consequence_class' END AS consequence,
    document->>'stability_concern' AS concern, (document->>'people_at_risk')::float8 AS people,
    (document->>'protected_area_m')::float8 AS protected_m
FROM own WHERE tells ORDER BY id LIMIT %(limit)s
"""
)
COUNTS: Final[LiteralString] = (
    OWN
    + """
SELECT count(*) AS rows, count(*) FILTER (WHERE tells) AS telling FROM own
"""
)
FACILITY_COUNT: Final = "SELECT count(*) FROM facility WHERE %(seen)s::text[] IS NULL OR id = ANY(%(seen)s)"


class ComparedFacts(NamedTuple):
    """A facility of this site, and since when its file says so."""

    id: str
    name: str
    consequence: str | None
    sample_data: str | None
    applied_at: datetime
    lon: float | None
    lat: float | None


class Acidity(NamedTuple):
    """Least and most pH of the seepage of a facility in the samples of a year, and when the newest was taken."""

    facility: str
    least: float
    most: float
    taken_at: datetime


class StudyFacts(NamedTuple):
    """What the newest study of a facility says; usd: what one unit of its currency costs."""

    facility: str
    made_at: datetime
    net: list[float]
    currency: str
    usd: float
    unfc: str
    assayed: list[dict[str, Any]] | None
    stated: list[dict[str, Any]] | None
    steps: list[dict[str, Any]] | None
    hole: dict[str, Any] | None


class EntryFacts(NamedTuple):
    """A row of a register that says something of an indicator; concern "yes": about its stability."""

    number: int
    register: str
    day: date
    name: str
    consequence: str | None
    concern: str | None
    people: float | None
    protected_m: float | None


class EntryCounts(NamedTuple):
    """How many rows of registers there are, and how many of them say something of an indicator."""

    rows: int
    telling: int


async def facilities(database: DatabasePool, seen: frozenset[str] | None, limit: int) -> list[ComparedFacts]:
    """Return up to `limit` facilities that are seen (None: all)."""
    values = {"seen": seen_ids(seen), "limit": limit}
    return await database.rows(ComparedFacts, FACILITIES, values)


async def acidity(database: DatabasePool, of: list[str], since: datetime) -> dict[str, Acidity]:
    """Return the pH of the seepage by facility, of samples taken since a time."""
    found = await database.rows(Acidity, ACIDITY, {"facilities": of, "since": since})
    return {one.facility: one for one in found}


async def studies(database: DatabasePool, of: list[str]) -> dict[str, StudyFacts]:
    """Return the newest study by facility."""
    return {one.facility: one for one in await database.rows(StudyFacts, STUDIES, {"facilities": of})}


async def entries(database: DatabasePool, repeated: list[int], sees_all: bool, limit: int) -> list[EntryFacts]:
    """Return up to `limit` rows of registers that say something of an indicator, without those that repeat others."""
    return await database.rows(EntryFacts, ENTRIES, {"repeated": repeated, "sees_all": sees_all, "limit": limit})


async def entry_counts(database: DatabasePool, repeated: list[int], sees_all: bool) -> EntryCounts:
    """Return how many rows of registers there are without those that repeat others."""
    found = await database.row(EntryCounts, COUNTS, {"repeated": repeated, "sees_all": sees_all})
    assert found is not None  # an aggregate has a row
    return found


async def facility_count(database: DatabasePool, seen: frozenset[str] | None) -> int:
    """Return how many facilities are seen (None: all)."""
    found = await database.row(lambda count: int(count), FACILITY_COUNT, {"seen": seen_ids(seen)})
    return found or 0
