"""Screenings as they are stored: the newest of a scope, its intervals by name, and how intervals held.

What has become private since is left out of a public screening's intervals.
"""

from collections.abc import Mapping
from typing import Any, Final, LiteralString

from api.http.database import DatabasePool
from api.screening.models import ScreeningInterval, ScreeningRun, ScreeningScore

MAX_PLANNED: Final = 20_000
MAX_SCORES: Final = 100
RUN: Final = """
SELECT id AS number, made_at, CASE WHEN %(sees_all)s THEN author ELSE '' END AS author, method, inputs_sha256,
    (parameters ->> 'mass_factor')::float8 AS mass_factor, (summary ->> 'facilities')::int AS facilities,
    (summary ->> 'synthetic')::int AS synthetic, summary -> 'unknown_words' AS unknown_words,
    summary -> 'pools' AS pools
FROM screening_run WHERE scope = CASE WHEN %(sees_all)s THEN 'all' ELSE 'public' END ORDER BY id DESC LIMIT 1
"""
SEEN: Final = """
FROM screening_interval i LEFT JOIN facility f ON f.id = i.facility_id
LEFT JOIN register_entry e ON e.id = i.entry_id LEFT JOIN register g ON g.id = e.register_id
WHERE (%(sees_all)s OR CASE WHEN f.id IS NULL THEN g.is_public
    ELSE coalesce((f.document ->> 'public')::boolean, false) END)
"""
CHOSEN: Final[LiteralString] = (
    SEEN
    + """
    AND i.run_id = %(run)s AND (%(element)s::text IS NULL OR i.element = %(element)s)
    AND (%(search)s::text IS NULL OR strpos(lower(i.name), lower(%(search)s)) > 0)
"""
)
ENTRY: Final = "CASE WHEN %(sees_all)s OR g.is_public THEN i.entry_id END"
AFTER: Final[LiteralString] = (
    "SELECT i.id AS number, i.name, i.facility_id AS facility, "
    + ENTRY
    + """ AS entry, i.element, i.reason, i.count,
    coalesce((i.document ->> 'own')::int, 0) AS own, coalesce((i.document ->> 'below')::int, 0) AS below,
    nullif(i.document -> 'grade', 'null') AS grade, nullif(i.document -> 'metal', 'null') AS metal,
    coalesce(i.document ->> 'metal_missing', '') AS metal_missing, i.document -> 'borrowed' AS borrowed
"""
    + CHOSEN
    + """
    AND (%(after)s::bigint = 0 OR (lower(i.name) COLLATE "C", i.id) >
        (SELECT lower(name) COLLATE "C", id FROM screening_interval WHERE id = %(after)s))
ORDER BY lower(i.name) COLLATE "C", i.id LIMIT %(limit)s
"""
)
TOTAL: Final[LiteralString] = "SELECT count(*) " + CHOSEN
ELEMENTS: Final[LiteralString] = (
    "SELECT DISTINCT i.element " + SEEN + " AND i.run_id = %(run)s AND i.document IS NOT NULL"
)
OF_THESE: Final = """
    AND (%(facilities)s::text[] IS NULL OR i.facility_id = ANY(%(facilities)s)
        OR i.entry_id = ANY(%(entries)s::bigint[]))
"""
PLANNED: Final[LiteralString] = (
    "SELECT i.name, i.facility_id AS facility, "
    + ENTRY
    + " AS entry, i.document "
    + SEEN
    + " AND i.run_id = %(run)s AND i.document IS NOT NULL AND i.document -> 'mass_t' <> 'null'"
    + " AND (%(element)s::text IS NULL OR i.element = %(element)s)"
    + OF_THESE
    + " ORDER BY i.id LIMIT %(limit)s"
)
WITHOUT_MASS: Final[LiteralString] = (
    "SELECT count(DISTINCT i.document ->> 'key') "
    + SEEN
    + " AND i.run_id = %(run)s AND i.document -> 'mass_t' = 'null'"
    + " AND (%(element)s::text IS NULL OR i.element = %(element)s)"
    + OF_THESE
)
VERDICTS: Final = """
SELECT s.verdict, count(*) AS count FROM screening_score s JOIN screening_interval i ON i.id = s.interval_id
JOIN screening_run r ON r.id = i.run_id WHERE r.scope = CASE WHEN %(sees_all)s THEN 'all' ELSE 'public' END
GROUP BY s.verdict
"""
SCORES: Final[LiteralString] = (
    """
WITH scored AS (
    SELECT i.id AS interval, i.name, i.facility_id AS facility, i.element,
        (r.made_at AT TIME ZONE 'UTC')::date AS stated, s.scored_at, s.verdict, s.places, s.below, s.mean, s.low, s.high
"""
    + SEEN.replace(
        "WHERE", "JOIN screening_score s ON s.interval_id = i.id JOIN screening_run r ON r.id = i.run_id WHERE"
    )
    + """
    AND r.scope = CASE WHEN %(sees_all)s THEN 'all' ELSE 'public' END
)
SELECT * FROM scored ORDER BY scored_at DESC, interval DESC LIMIT %(limit)s
"""
)


async def newest(database: DatabasePool, sees_all: bool) -> ScreeningRun | None:
    """Return the newest screening of what may be read."""
    return await database.row(ScreeningRun, RUN, {"sees_all": sees_all})


async def after(database: DatabasePool, which: dict[str, Any], after: int, limit: int) -> list[ScreeningInterval]:
    """Return up to `limit` intervals behind the one of this number, by name."""
    return await database.rows(ScreeningInterval, AFTER, which | {"after": after, "limit": limit})


async def total(database: DatabasePool, which: dict[str, Any]) -> int:
    """Return how many meet a filter."""
    return await database.row(lambda count: int(count), TOTAL, which) or 0


async def elements(database: DatabasePool, run: int, sees_all: bool) -> list[str]:
    """Return the elements that intervals are stated of."""
    return sorted(await database.rows(lambda element: str(element), ELEMENTS, {"run": run, "sees_all": sees_all}))


async def planned(database: DatabasePool, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a plan chooses from: name, facility, entry and statement of each that has a mass; one too many.

    asked: run, element, sees_all, and facilities and entries, of which one has to be met (None: all count).
    """
    return await database.rows(dict, PLANNED, {**asked, "limit": MAX_PLANNED + 1})


async def without_mass(database: DatabasePool, asked: Mapping[str, Any]) -> int:
    """Return how many facilities have an interval and no mass."""
    return await database.row(lambda count: int(count), WITHOUT_MASS, dict(asked)) or 0


async def verdicts(database: DatabasePool, sees_all: bool) -> dict[str, int]:
    """Return how many intervals held, missed, or are undecided."""
    rows: list[dict[str, Any]] = await database.rows(dict, VERDICTS, {"sees_all": sees_all})
    return {row["verdict"]: row["count"] for row in rows}


async def scores(database: DatabasePool, sees_all: bool) -> list[ScreeningScore]:
    """Return the newest scores."""
    return await database.rows(ScreeningScore, SCORES, {"sees_all": sees_all, "limit": MAX_SCORES})
