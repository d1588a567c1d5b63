"""Studies, matches and sums of registers over a region: each is one statement, however many facilities there are."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, LiteralString, NamedTuple

from api.http.database import DatabasePool
from api.region.models import LateReview, StatedAmounts
from api.register.queries import CHOSEN, ENTRIES, Asked
from tailings.register.same_facility import Member

MAX_POINTS: Final = 5_000
"""On a map; a register of more is narrowed first."""
VERSIONS: Final = """
SELECT DISTINCT ON (facility_id) facility_id AS facility, version FROM study
WHERE facility_id = ANY(%(facilities)s) ORDER BY facility_id, version DESC
"""
CASES: Final = """
SELECT facility_id AS facility, version, result->'case' AS "case", (result->>'draws')::int AS draws,
    (result->>'seed')::bigint AS seed, result->'correlation' AS correlation,
    coalesce(result->>'synthetic', '') AS synthetic, coalesce(result->'signed'->>'name', '') AS signed_by,
    (SELECT coalesce(jsonb_object_agg(one->>'element', coalesce(one->>'unfc', '')), '{}')
     FROM jsonb_array_elements(result->'commodities') one) AS unfc
FROM study JOIN unnest(%(facilities)s::text[], %(versions)s::int[]) AS asked(facility, number)
    ON facility_id = asked.facility AND version = asked.number
"""
NEWEST_IMPORT: Final = "SELECT coalesce(max(id), 0) AS newest FROM register_import"
PLACED: Final = "SELECT id, longitude, latitude, is_gone FROM register_entry WHERE longitude IS NOT NULL"
STATED: Final[LiteralString] = (
    """
SELECT e.register_id AS register, g.title, g.day, count(*) FILTER (WHERE NOT e.is_gone) AS rows,
    count(*) FILTER (WHERE e.is_gone) AS gone,
    count(*) FILTER (WHERE NOT e.is_gone AND NOT e.id = ANY(%(measured)s::bigint[])) AS unmeasured,
    coalesce(sum(t.tonnes) FILTER (WHERE t.basis = 'dry'), 0) AS dry_t,
    coalesce(sum(t.tonnes) FILTER (WHERE t.basis = 'wet'), 0) AS wet_t,
    coalesce(sum(t.tonnes) FILTER (WHERE t.basis IS NULL), 0) AS basis_unknown_t, count(t.tonnes) AS with_tonnage,
    count(*) FILTER (WHERE NOT e.is_gone AND t.tonnes IS NULL) AS without_tonnage,
    count(*) FILTER (WHERE NOT e.is_gone AND e.longitude IS NULL) AS without_place,
    count(*) FILTER (WHERE NOT e.is_gone AND r.document ->> 'next_review' < %(today)s::text) AS late_reviews
"""
    + ENTRIES
    + """
CROSS JOIN LATERAL (SELECT CASE WHEN NOT e.is_gone THEN (r.document ->> 'tonnage_t')::float8 END AS tonnes,
    r.document ->> 'tonnage_basis' AS basis) t
"""
    + CHOSEN
    + "GROUP BY e.register_id, g.title, g.day ORDER BY e.register_id"
)
LATE: Final[LiteralString] = (
    """
SELECT e.id AS number, r.document ->> 'name' AS name, e.register_id AS register, i.day,
    (r.document ->> 'next_review')::date AS next_review,
    %(today)s::text::date - (r.document ->> 'next_review')::date AS late_d
"""
    + ENTRIES
    + CHOSEN
    + """
    AND NOT e.is_gone AND r.document ->> 'next_review' < %(today)s::text
ORDER BY r.document ->> 'next_review', e.id LIMIT %(limit)s
"""
)
MEETING: Final[LiteralString] = "SELECT e.id " + ENTRIES + CHOSEN + "AND e.id = ANY(%(among)s)"
PUBLIC: Final = """
SELECT e.id FROM register_entry e JOIN register g ON g.id = e.register_id AND g.is_public WHERE e.longitude IS NOT NULL
"""
ON_MAP: Final[LiteralString] = (
    """
WITH placed AS (
    SELECT DISTINCT ON (coalesce(same.first, e.id)) e.id, r.document ->> 'name' AS name, e.longitude, e.latitude
"""
    + ENTRIES
    + "LEFT JOIN unnest(%(rows)s::bigint[], %(firsts)s::bigint[]) AS same(entry, first) ON same.entry = e.id"
    + CHOSEN
    + """
    AND NOT e.is_gone AND e.longitude IS NOT NULL AND NOT e.id = ANY(%(measured)s)
    ORDER BY coalesce(same.first, e.id), e.id
)
SELECT id AS number, name, longitude AS lon, latitude AS lat, count(*) OVER () AS total FROM placed
ORDER BY id LIMIT %(limit)s
"""
)
"""Of rows that are one facility the first that lies somewhere."""


class StudyKey(NamedTuple):
    """The newest study of a facility."""

    facility: str
    version: int


class StudyCase(NamedTuple):
    """What a study draws from, and what it is said to be worth in trust."""

    facility: str
    version: int
    case: dict[str, Any]
    draws: int
    seed: int
    correlation: list[list[float]]
    synthetic: str
    signed_by: str
    unfc: dict[str, str]


class PlacedEntry(NamedTuple):
    """Where an entry lies; is_gone: the newest file of its register has it no more."""

    id: int
    longitude: float
    latitude: float
    is_gone: bool


class OnMap(NamedTuple):
    """An entry that lies somewhere; total: how many there are."""

    number: int
    name: str
    lon: float
    lat: float
    total: int


async def versions(database: DatabasePool, facilities: Sequence[str]) -> list[StudyKey]:
    """Return the newest study of each facility that has one."""
    return await database.rows(StudyKey, VERSIONS, {"facilities": list(facilities)})


async def cases(database: DatabasePool, keys: Sequence[StudyKey]) -> list[StudyCase]:
    """Return what these studies draw from."""
    asked = {"facilities": [one.facility for one in keys], "versions": [one.version for one in keys]}
    return await database.rows(StudyCase, CASES, asked)


async def newest_import(database: DatabasePool) -> int:
    """Return the number of the newest file of any register: entries lie where they lay as long as it stays."""
    return await database.row(lambda newest: int(newest), NEWEST_IMPORT, {}) or 0


async def placed(database: DatabasePool) -> list[PlacedEntry]:
    """Return where all entries lie that lie somewhere."""
    return await database.in_order(PlacedEntry, PLACED, {})


async def public_entries(database: DatabasePool) -> list[int]:
    """Return the entries that lie somewhere and that everybody may read."""
    return await database.in_order(int, PUBLIC, {})


async def meeting(database: DatabasePool, asked: Asked, among: Sequence[int]) -> list[int]:
    """Return those of these entries that meet a filter."""
    return await database.in_order(int, MEETING, {**asked, "among": list(among)})


async def stated(database: DatabasePool, asked: Asked, measured: Sequence[int]) -> list[StatedAmounts]:
    """Return what each register states of its rows that meet a filter; measured: rows of facilities of this site."""
    return await database.rows(StatedAmounts, STATED, {**asked, "measured": list(measured)})


async def late(database: DatabasePool, asked: Asked, limit: int) -> list[LateReview]:
    """Return the rows that meet a filter whose review is longest past due."""
    return await database.rows(LateReview, LATE, {**asked, "limit": limit})


async def on_map(
    database: DatabasePool, asked: Asked, measured: Sequence[int], same: Iterable[frozenset[Member]]
) -> list[OnMap]:
    """Return where the rows lie that meet a filter, each facility once, but for those that are a measured one.

    same: what is one facility.
    """
    groups = [sorted(one for one in group if isinstance(one, int)) for group in same]
    firsts = {row: group[0] for group in groups for row in group}
    values = {**asked, "measured": list(measured), "limit": MAX_POINTS}
    return await database.in_order(OnMap, ON_MAP, {**values, "rows": list(firsts), "firsts": list(firsts.values())})
