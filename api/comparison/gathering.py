"""Who is compared: the facilities that a caller may see and the rows of registers that say something, with counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from api.assessments import queries as assessments
from api.comparison import known, queries
from api.comparison.known import GatheredFacility
from api.comparison.parameters import MAX_FACILITIES, Which
from api.facilities import queries as facilities
from api.http.database import DatabasePool
from api.land.nearby import LandPlace, nearby
from api.register import same_facility

YEAR: Final = timedelta(days=366)
"""Of samples of seepage."""


class Gathered(NamedTuple):
    """Facilities with what is known of them at an instant; silent: rows of registers that say nothing of an indicator;
    left_out: beyond the most that are compared."""

    now: datetime
    commit: int
    found: list[GatheredFacility]
    silent: int = 0
    left_out: int = 0


async def gather(database: DatabasePool, seen: frozenset[str] | None, now: datetime, which: Which) -> Gathered:
    """Ask for the facilities that are seen (None: all) and for rows of registers that are none of them."""
    commit = await facilities.newest_commit(database)
    listed = await queries.facilities(database, seen, MAX_FACILITIES)
    ids = [one.id for one in listed]
    if which == "registers":
        found, left_out = [], 0
    else:
        judged = await assessments.of_facilities(database, ids, now)
        acidity, studies = await queries.acidity(database, ids, now - YEAR), await queries.studies(database, ids)
        places = {
            one.id: LandPlace(one.lon, one.lat, one.id) for one in listed if one.lon is not None and one.lat is not None
        }
        near = await nearby(database, places, seen is None)
        found = [
            known.of_facility(one, judged[one.id], acidity.get(one.id), studies.get(one.id), near.get(one.id))
            for one in listed
        ]
        left_out = await queries.facility_count(database, seen) - len(found)
    if which == "facilities":
        return Gathered(now, commit, found, left_out=left_out)
    same = await same_facility.of_seen(database, ids, seen is None)
    counts = await queries.entry_counts(database, same, seen is None)
    rows = await queries.entries(database, same, seen is None, MAX_FACILITIES - len(found))
    return Gathered(
        now,
        commit,
        [*found, *(known.of_entry(one) for one in rows)],
        silent=counts.rows - counts.telling,
        left_out=left_out + counts.telling - len(rows),
    )
