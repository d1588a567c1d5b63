"""Revisions and annotations of a facility, the newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypedDict

from api.http.database import DatabasePool
from api.revisions.models import Annotation, Revision

REVISION: Final = """
SELECT id, kind, author, reason, cfg AS version, functions, from_time AS "from", to_time AS "to", state, changed, added,
       undoes, (SELECT u.id FROM revision u WHERE u.undoes = r.id) AS undone_by, made_at, closed_at"""
REVISIONS: Final = f"""{REVISION}
FROM revision r WHERE facility_id = %(facility)s AND id < %(before)s AND kind <> ALL (%(without)s::text[])
ORDER BY id DESC LIMIT %(limit)s
"""
ANNOTATIONS: Final = """
SELECT a.id, d.name AS datastream, a.from_time AS "from", a.to_time AS "to", a.reason, a.author, a.made_at,
       a.revision_id AS revision, a.withdrawn_at, a.withdrawn_by
FROM annotation a LEFT JOIN datastream d ON d.id = a.datastream_id
WHERE a.facility_id = %(facility)s AND a.id < %(before)s
  AND (%(start)s::timestamptz IS NULL OR a.to_time > %(start)s)
  AND (%(end)s::timestamptz IS NULL OR a.from_time < %(end)s)
  AND (%(withdrawn)s OR a.withdrawn_at IS NULL)
ORDER BY a.id DESC LIMIT %(limit)s
"""


class Filters(TypedDict):
    """Which annotations: those that touch [start, end), None: open; with those that were withdrawn, or without."""

    start: datetime | None
    end: datetime | None
    withdrawn: bool


async def of_facility(
    database: DatabasePool, facility: str, before: int, limit: int, without: Sequence[str] = ()
) -> list[Revision]:
    """Return up to `limit` revisions with an id below `before`, those of some kinds left out."""
    values = {"facility": facility, "before": before, "limit": limit, "without": list(without)}
    return await database.rows(Revision, REVISIONS, values)


async def annotations(
    database: DatabasePool, facility: str, before: int, limit: int, filters: Filters
) -> list[Annotation]:
    """Return up to `limit` annotations with an id below `before`."""
    values = {"facility": facility, "before": before, "limit": limit, **filters}
    return await database.rows(Annotation, ANNOTATIONS, values)
