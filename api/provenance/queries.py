"""Where one observation comes from: the row itself, what was replaced, and the facility file it was made under."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from api.http.database import DatabasePool
from api.provenance.models import Applied, Replaced

WRITTEN: Final = """(
    SELECT max(s.replaced_at) FROM superseded s WHERE s.datastream_id = o.datastream_id
        AND s.phenomenon_time = o.phenomenon_time AND s.replaced_at <= coalesce(%(as_of)s::timestamptz, 'infinity')
)"""
AT: Final = f"""
SELECT phenomenon_time AS time, result, quality, tests, cfg, received_at, {WRITTEN} AS written_at FROM observation o
WHERE datastream_id = %(id)s AND phenomenon_time <= coalesce(%(time)s::timestamptz, 'infinity')
ORDER BY phenomenon_time DESC LIMIT 1
"""
KNOWN: Final = f"""
SELECT phenomenon_time AS time, result, quality, tests, cfg, received_at, {WRITTEN} AS written_at
FROM observation_as_of(%(id)s, %(time)s, %(time)s::timestamptz + interval '1 millisecond', %(as_of)s) o
ORDER BY phenomenon_time LIMIT 1
"""
REPLACED: Final = """
SELECT s.revision_id AS revision, r.kind, r.author, r.reason, r.cfg AS version, s.replaced_at, s.result, s.quality
FROM superseded s JOIN revision r ON r.id = s.revision_id
WHERE s.datastream_id = %(id)s AND s.phenomenon_time = %(time)s ORDER BY s.revision_id DESC LIMIT 50
"""
VERSION: Final = """
SELECT v.version, v.hash, v.applied_at, v.file, a.number AS audit_number, encode(a.digest, 'hex') AS audit_digest
FROM facility_version v LEFT JOIN LATERAL (
    SELECT number, digest FROM audit
    WHERE action = 'facility.apply' AND subject = v.facility_id AND position(v.hash IN detail) > 0
    ORDER BY number DESC LIMIT 1
) a ON true
WHERE v.facility_id = %(facility)s AND (%(version)s::int IS NULL OR v.version = %(version)s)
ORDER BY v.id DESC LIMIT 1
"""


class Observed(NamedTuple):
    """One observation; `cfg` is the version of the facility file that derived it, None for a raw one.

    received_at: None: nobody knows. written_at: when a revision wrote it; None: it is as it came.
    """

    time: datetime
    result: float | None
    quality: int
    tests: str | None
    cfg: int | None
    received_at: datetime | None
    written_at: datetime | None

    @property
    def as_of(self) -> datetime:
        """Until when what is known counts in it: one that no revision wrote has the readings as they first came.

        They came with it or before it; by a clock that was ahead its time is later than that.
        """
        return self.written_at or max(self.time, self.received_at or self.time)


class AppliedVersion(NamedTuple):
    """One version of the facility file: when it was applied and by which row of the audit log, and its text."""

    applied: Applied
    file: str


def _version(file: str, **row: Any) -> AppliedVersion:
    return AppliedVersion(Applied(**row), file)


async def at(database: DatabasePool, id: int, time: datetime | None) -> Observed | None:
    """Return the observation at a time or the last one before it; None: the newest there is."""
    return await database.row(Observed, AT, {"id": id, "time": time, "as_of": None})


async def known(database: DatabasePool, id: int, time: datetime, as_of: datetime) -> Observed | None:
    """Return the observation at a time, a millisecond wide, as it was known at `as_of`."""
    return await database.row(Observed, KNOWN, {"id": id, "time": time, "as_of": as_of})


async def replaced(database: DatabasePool, id: int, time: datetime) -> list[Replaced]:
    """Return what revisions replaced at exactly this time, the newest first."""
    return await database.rows(Replaced, REPLACED, {"id": id, "time": time})


async def version(database: DatabasePool, facility: str, number: int | None) -> AppliedVersion | None:
    """Return the version of a facility file with this number, the newest of it; None: the newest there is."""
    return await database.row(_version, VERSION, {"facility": facility, "version": number})
