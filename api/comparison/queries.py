"""What is known of facilities and rows of registers for a comparison, in a few questions whatever their number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, LiteralString, NamedTuple

from api.http.database import DatabasePool, seen_ids
from api.register.same_facility import SameFacility

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


def _newest(name: LiteralString, value: LiteralString, is_said: LiteralString) -> LiteralString:
    """What the newest register that says it says, and the day of that: two columns."""
    said = f"FILTER (WHERE {is_said})"
    return f"(array_agg({value} ORDER BY day DESC, id) {said})[1] AS {name}, max(day) {said} AS {name}_day"


OWN: Final = f"""
WITH said AS (
    SELECT coalesce(same.standing, e.id) AS number, e.id, e.register_id, i.day, r.document
    FROM register_entry e
    JOIN register g ON g.id = e.register_id AND (g.is_public OR %(sees_all)s)
    JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
    JOIN register_import i ON i.id = e.seen_import_id
    LEFT JOIN unnest(%(rows)s::bigint[], %(standing)s::bigint[]) AS same(entry, standing) ON same.entry = e.id
    WHERE NOT e.is_gone AND NOT e.id = ANY(%(measured)s::bigint[])
), own AS (
    SELECT number, min(register_id) FILTER (WHERE id = number) AS register,
        min(document->>'name') FILTER (WHERE id = number) AS name,
        {_newest("consequence", "document->>'consequence_class'", "document->>'consequence_system' = 'GISTM'")},
        {_newest("concern", "document->>'stability_concern'", "document ? 'stability_concern'")},
        {_newest("people", "(document->>'people_at_risk')::float8", "document ? 'people_at_risk'")},
        {_newest("protected_m", "(document->>'protected_area_m')::float8", "document ? 'protected_area_m'")}
    FROM said GROUP BY number
), told AS (
    SELECT *, consequence IS NOT NULL OR concern IS NOT DISTINCT FROM 'yes' OR people IS NOT NULL
        OR protected_m IS NOT NULL AS tells
    FROM own
)
"""
"""Rows that are one facility (`api.register.same_facility`) are one here: of each indicator what the newest register
says of it. Rows of a facility of this site (measured) are none."""
ENTRIES: Final[LiteralString] = (
    OWN
    + """
SELECT number, register, name, consequence, consequence_day, concern, concern_day, people, people_day, protected_m,
    protected_m_day
FROM told WHERE tells ORDER BY number LIMIT %(limit)s
"""
)
COUNTS: Final[LiteralString] = (
    OWN
    + """
SELECT count(*) AS rows, count(*) FILTER (WHERE tells) AS telling FROM told
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
    """What registers say of indicators of a facility, by the row that stands for it, each with the day of the register
    that says so; concern "yes": about its stability."""

    number: int
    register: str
    name: str
    consequence: str | None
    consequence_day: date | None
    concern: str | None
    concern_day: date | None
    people: float | None
    people_day: date | None
    protected_m: float | None
    protected_m_day: date | None


class EntryCounts(NamedTuple):
    """How many facilities of registers there are, and of how many of them something of an indicator is said."""

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


async def entries(database: DatabasePool, same: SameFacility, sees_all: bool, limit: int) -> list[EntryFacts]:
    """Return up to `limit` facilities of registers of which one says something of an indicator, each once."""
    return await database.rows(EntryFacts, ENTRIES, {**_once(same, sees_all), "limit": limit})


async def entry_counts(database: DatabasePool, same: SameFacility, sees_all: bool) -> EntryCounts:
    """Return how many facilities of registers there are."""
    found = await database.row(EntryCounts, COUNTS, _once(same, sees_all))
    assert found is not None  # an aggregate has a row
    return found


def _once(same: SameFacility, sees_all: bool) -> dict[str, Any]:
    """What a query asks with, so that a facility is there once."""
    rows, standing = list(same.standing), list(same.standing.values())
    return {"rows": rows, "standing": standing, "measured": list(same.facilities), "sees_all": sees_all}


async def facility_count(database: DatabasePool, seen: frozenset[str] | None) -> int:
    """Return how many facilities are seen (None: all)."""
    found = await database.row(lambda count: int(count), FACILITY_COUNT, {"seen": seen_ids(seen)})
    return found or 0
