"""Rows of registers that measurements of this site or layers of land use contradict, over all facilities at once.

The rows that a person matched, and those that are alike and nobody decided on, by the rule of `api.register.matches`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api.http.database import DatabasePool
from api.land.nearby import LandPlace, Nearby, nearby
from api.overview.selection import Listed
from api.region.models import MeasuredContradiction
from api.register import matches
from api.register.queries import Asked
from api.register.same_facility import SameFacility
from tailings.register.likeness import likeness
from tailings.register.measured import MeasuredFacility
from tailings.register.search import folded

MAX_PAIRS: Final = 5_000
PAIRS: Final = """
WITH here AS (
    SELECT * FROM unnest(%(ids)s::text[], %(names)s::text[], %(lons)s::float8[], %(lats)s::float8[])
        AS f(id, name, lon, lat)
), decided AS (
    SELECT entry_id, facility_id, true AS is_same
    FROM unnest(%(rows)s::bigint[], %(of)s::text[]) AS same(entry_id, facility_id) WHERE facility_id = ANY(%(ids)s)
    UNION ALL
    SELECT entry_id, facility_id, false FROM unnest(%(other_rows)s::bigint[], %(not_of)s::text[])
        AS other(entry_id, facility_id) WHERE facility_id = ANY(%(ids)s)
), pairs AS (
    SELECT here.id AS facility, e.id AS entry FROM here JOIN register_entry e
        ON e.latitude BETWEEN here.lat - %(near)s AND here.lat + %(near)s
        AND e.longitude BETWEEN here.lon - %(near)s AND here.lon + %(near)s
    UNION SELECT here.id, e.id FROM here JOIN register_entry e ON lower(e.registered_id) = here.id
    UNION SELECT here.id, e.id FROM here JOIN register_entry e ON e.sort_name = here.name
    UNION SELECT facility_id, entry_id FROM decided
)
SELECT pairs.facility, e.id AS number, e.register_id AS register, i.day, r.document AS values, decided.is_same
FROM pairs JOIN register_entry e ON e.id = pairs.entry
JOIN register g ON g.id = e.register_id AND (g.is_public OR %(sees_all)s)
JOIN register_revision r ON r.entry_id = e.id AND r.revision = e.revision
JOIN register_import i ON i.id = e.seen_import_id
LEFT JOIN decided ON decided.facility_id = pairs.facility AND decided.entry_id = e.id
WHERE NOT e.is_gone AND coalesce(decided.is_same, NOT e.id = ANY(%(rows)s::bigint[]))
    AND (%(register)s::text IS NULL OR e.register_id = %(register)s)
ORDER BY decided.is_same NULLS LAST, e.id LIMIT %(limit)s
"""


async def of_facilities(
    database: DatabasePool, found: Sequence[Listed], said: SameFacility, asked: Asked
) -> list[MeasuredContradiction]:
    """Return the rows that are contradicted, first those that people said are one of these."""
    if not found:
        return []
    same = said.facilities
    others = _not_of(said)
    here = {one.facility.id: matches.facility_values(one.facility.id, _document(one)) for one in found}
    at = [one.facility.location for one in found]
    values: dict[str, Any] = {
        "ids": list(here),
        "names": [folded(str(one["name"])) for one in here.values()],
        "lons": [one.lon if one else None for one in at],
        "lats": [one.lat if one else None for one in at],
        "rows": list(same),
        "of": list(same.values()),
        "other_rows": [row for row, _ in others],
        "not_of": [id for _, id in others],
        "near": matches.NEAR_DEG,
        "sees_all": asked["sees_all"],
        "register": asked["register"],
        "limit": MAX_PAIRS,
    }
    rows: list[dict[str, Any]] = await database.rows(dict, PAIRS, values)
    alike = [row for row in rows if row["is_same"] or likeness(row["values"], here[row["facility"]]).is_candidate]
    volumes = await matches.volumes(database, sorted({row["facility"] for row in alike}))
    known = {one.facility.id: one for one in found}
    near = await _near(database, alike, known, asked["sees_all"])
    told = (_told(row, known[row["facility"]], volumes, near) for row in alike)
    return [one for one in told if one.contradictions]


def _not_of(said: SameFacility) -> list[tuple[int, str]]:
    """The rows that are no such facility by the words of people: on the two, or by way of others."""
    return [
        (row, id) for pair in said.apart for row in pair for id in pair if isinstance(row, int) and isinstance(id, str)
    ]


async def _near(
    database: DatabasePool, alike: Sequence[Mapping[str, Any]], known: Mapping[str, Listed], sees_all: bool
) -> dict[str, Nearby]:
    """What layers say of the facilities of which a row says something that they may contradict."""
    asked = {row["facility"] for row in alike if matches.says_of_land(row["values"])}
    at = {id: known[id].facility.location for id in sorted(asked)}
    places = {id: LandPlace(one.lon, one.lat, id) for id, one in at.items() if one is not None}
    return await nearby(database, places, sees_all)


def _told(
    row: Mapping[str, Any],
    one: Listed,
    volumes: Mapping[str, tuple[float, float, float]],
    near: Mapping[str, Nearby],
) -> MeasuredContradiction:
    around = near.get(one.facility.id)
    measured = MeasuredFacility(one.facility.assessment.verdict, volumes.get(one.facility.id))
    return MeasuredContradiction(
        number=row["number"],
        name=str(row["values"]["name"]),
        register=row["register"],
        day=row["day"],
        facility=one.facility.id,
        facility_name=one.facility.name,
        is_same=row["is_same"],
        contradictions=[
            *matches.measured_contradictions(row["values"], measured),
            *(matches.land_contradictions(row["values"], around) if around else []),
        ],
    )


def _document(one: Listed) -> dict[str, Any]:
    return one.facility.model_dump(mode="json", exclude_none=True)
