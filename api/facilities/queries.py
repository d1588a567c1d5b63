"""Facilities with the state of their datastreams."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from api.assessments import queries as assessments
from api.facilities.models import Facility, FacilityCounts, FacilityDocument
from api.http.database import DatabasePool, seen_ids
from api.http.errors import NotFound, shown
from tailings.assess import freshness
from tailings.geometry import Crest, in_force
from tailings.instants import rfc3339
from wire import names

SHOWN: Final = (
    "region",
    "operator",
    "timezone",
    "location",
    "consequence_class",
    "commissioned",
    "minimum_freeboard_m",
    "public",
    "licence",
    "sample_data",
)

FACTS: Final = """
SELECT f.id, f.name, f.version, f.hash, f.applied_at, f.document,
       d.fresh, d.stale, d.never, d.suspect, d.fail, d.missing, d.last_time,
       extract(epoch FROM now() - d.last_time)::float8 AS age_s,
       (SELECT count(*) FROM node n WHERE n.facility_id = f.id AND n.retired_at IS NULL) AS nodes,
       x.document AS assessment
FROM facility f
LEFT JOIN assessment x ON x.facility_id = f.id
CROSS JOIN LATERAL (
    SELECT max(l.phenomenon_time) AS last_time,
           count(*) FILTER (WHERE l.datastream_id IS NULL) AS never,
           count(*) FILTER (WHERE
               l.phenomenon_time < now() - %(stale_intervals)s * s.expected_interval_s * interval '1 s') AS stale,
           count(*) FILTER (WHERE l.datastream_id IS NOT NULL AND coalesce(
               l.phenomenon_time >= now() - %(stale_intervals)s * s.expected_interval_s * interval '1 s',
               true)) AS fresh,
           count(*) FILTER (WHERE l.quality = 3) AS suspect,
           count(*) FILTER (WHERE l.quality = 4) AS fail,
           count(*) FILTER (WHERE l.quality = 9) AS missing
    FROM datastream s LEFT JOIN latest l ON l.datastream_id = s.id
    WHERE s.facility_id = f.id AND s.retired_at IS NULL
) d
"""
# A list needs these of a document, and not the thousand datastreams that may be in it.
IN_SHORT: Final = "jsonb_build_object({}) AS document,".format(
    ", ".join(f"'{key}', f.document->'{key}'" for key in (*SHOWN, "geometry"))
)
AFTER: Final = (
    FACTS.replace("f.document,", IN_SHORT)
    + """
WHERE f.id > %(after)s AND (%(seen)s::text[] IS NULL OR f.id = ANY(%(seen)s)) ORDER BY f.id LIMIT %(limit)s
"""
)
# The first facility that is real ends the search.
INVENTED: Final = """
SELECT string_agg(DISTINCT f.document->>'sample_data', ' ') AS note FROM facility f
WHERE (%(seen)s::text[] IS NULL OR f.id = ANY(%(seen)s)) AND NOT EXISTS (
    SELECT FROM facility r
    WHERE (%(seen)s::text[] IS NULL OR r.id = ANY(%(seen)s)) AND r.document->>'sample_data' IS NULL)
"""
ONE: Final = FACTS + "WHERE f.id = %(facility)s"
FILE: Final = "SELECT file FROM facility WHERE id = %(facility)s"
IN_FORCE_THEN: Final = """
FROM facility_version WHERE facility_id = %(facility)s AND applied_at <= %(as_of)s ORDER BY id DESC LIMIT 1
"""
THEN: Final = "SELECT version, hash, applied_at, document, document->>'name' AS name" + IN_FORCE_THEN
FILE_THEN: Final = "SELECT file" + IN_FORCE_THEN
STALE: Final[dict[str, Any]] = {"stale_intervals": freshness.STALE_INTERVALS}
"""The number that the counts of fresh and stale ask for."""
NEWEST_COMMIT: Final = "SELECT coalesce(max(id), 0) AS commit FROM commit_log"


def _columns(**row: Any) -> dict[str, Any]:
    return row


def _facts(row: dict[str, Any], at: datetime) -> dict[str, Any]:
    document = row["document"]
    crest = in_force(msgspec.convert(document.get("geometry", ()), tuple[Crest, ...]), at)
    counts = {key: row[key] for key in FacilityCounts.model_fields if key != "datastreams"}
    datastreams = row["fresh"] + row["stale"] + row["never"]
    return {
        **{key: row[key] for key in ("id", "name", "version", "applied_at", "last_time", "age_s")},
        **{key: document.get(key) for key in SHOWN},
        "crest_m": crest.crest_m if crest else None,
        "counts": FacilityCounts(**counts, datastreams=datastreams),
        "assessment": assessments.summary(row["id"], row["assessment"]),
    }


async def invented(database: DatabasePool, seen: frozenset[str] | None) -> str:
    """Return what is invented of the facilities that are seen (None: all); '' where nothing is of one of them."""
    return await database.row(lambda note: note or "", INVENTED, {"seen": seen_ids(seen)}) or ""


async def all_after(database: DatabasePool, after: str, limit: int, seen: frozenset[str] | None) -> list[Facility]:
    """Return up to `limit` facilities whose id sorts after `after`, of those that are seen (None: all)."""
    shown_ids = seen_ids(seen)
    rows = await database.rows(_columns, AFTER, {"after": after, "limit": limit, "seen": shown_ids} | STALE)
    return [Facility(**_facts(row, datetime.now(UTC))) for row in rows]


async def one(database: DatabasePool, facility: str, as_of: datetime | None = None) -> FacilityDocument:
    """Return a facility with its file, or with that in force at an instant; raise NotFound."""
    row = await database.row(_columns, ONE, {"facility": facility} | STALE) if names.is_id(facility) else None
    if row is None:
        raise unknown(facility)
    if as_of is not None:
        then = await database.row(_columns, THEN, {"facility": facility, "as_of": as_of})
        if then is None:
            raise NotFound(f"{facility} had no facility file yet at {rfc3339(as_of)}.", "as_of")
        row |= then
    facts = _facts(row, as_of or datetime.now(UTC))
    return FacilityDocument(**facts, as_of=as_of, hash=row["hash"], document=row["document"])


async def file(database: DatabasePool, facility: str, as_of: datetime | None = None) -> str:
    """Return the facility file word for word, of now or that in force at an instant; '' when there is none."""
    query = FILE if as_of is None else FILE_THEN
    row = await database.row(_columns, query, {"facility": facility, "as_of": as_of})
    return "" if row is None else str(row["file"])


def unknown(facility: str) -> NotFound:
    """Return the error for a facility that does not exist, or that the caller may not know of."""
    return NotFound(
        f"There is no facility {shown(facility)} that you may read; /api/v1/facilities lists them.", "facility"
    )


async def newest_commit(database: DatabasePool) -> int:
    """Return the id of the newest commit; 0 when there is none. Asked before a list, the list is at least as new."""
    row = await database.row(_columns, NEWEST_COMMIT, {})
    return 0 if row is None else int(row["commit"])
