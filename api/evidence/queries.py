"""Evidence rows: what is known of each, the file of one, and the one way in."""

from collections.abc import Collection
from typing import Any, Final, NamedTuple

from api.evidence.models import Evidence
from api.http.database import DatabasePool

ADDRESS: Final = "/api/v1/evidence/{}"
KNOWN: Final = """
SELECT id, subject_kind, subject, media_type, name, shows, length(content) AS bytes, encode(sha256, 'hex') AS sha256,
       author, stored_at
FROM evidence
"""
ONE: Final = KNOWN + "WHERE id = %(id)s"
OF_ALARM: Final = (
    KNOWN
    + """
WHERE facility_id = %(facility)s AND evidence_alarm(subject_kind, subject) = %(alarm)s ORDER BY id LIMIT 1000"""
)
OF_INSTRUMENT: Final = (
    KNOWN
    + """
WHERE facility_id = %(facility)s AND subject_kind = 'calibration' AND starts_with(subject, %(instrument)s || '@')
ORDER BY id LIMIT 1000"""
)
OF_SUBJECTS: Final = (
    KNOWN
    + """
WHERE facility_id = %(facility)s AND subject_kind = 'calibration' AND subject = ANY(%(subjects)s)
ORDER BY id LIMIT 100"""
)
HASHES: Final = """
SELECT evidence_alarm(subject_kind, subject) AS alarm, array_agg(encode(sha256, 'hex') ORDER BY id) AS hashes
FROM evidence WHERE facility_id = ANY(%(facilities)s) AND subject_kind <> 'calibration' GROUP BY 1
"""
FILE: Final = "SELECT facility_id AS facility, media_type, name, content FROM evidence WHERE id = %(id)s"
KEEP: Final = """
SELECT id, state FROM keep_evidence(%(secret)s, %(facility)s, %(subject_kind)s, %(subject)s, %(media_type)s, %(name)s,
                                    %(shows)s, %(content)b, %(at_most)s)
"""


class EvidenceReceipt(NamedTuple):
    """What became of it, and its number where it is there now."""

    id: int | None
    state: str


class EvidenceFile(NamedTuple):
    """One file as it came."""

    facility: str
    media_type: str
    name: str
    content: bytes


class HashesOf(NamedTuple):
    """The hashes of all evidence of an alarm."""

    alarm: int | None
    hashes: list[str]


def _evidence(**row: Any) -> Evidence:
    return Evidence(**row, address=ADDRESS.format(row["id"]))


async def of_alarm(database: DatabasePool, facility: str, alarm: int) -> list[Evidence]:
    """Return the evidence of an alarm's actions, notes and acknowledgements, the oldest first."""
    return await database.rows(_evidence, OF_ALARM, {"facility": facility, "alarm": alarm})


async def of_instrument(database: DatabasePool, facility: str, instrument: str) -> list[Evidence]:
    """Return the sheets of an instrument's calibrations, the oldest first."""
    return await database.rows(_evidence, OF_INSTRUMENT, {"facility": facility, "instrument": instrument})


async def of_calibrations(database: DatabasePool, facility: str, subjects: Collection[str]) -> list[Evidence]:
    """Return the sheets of some calibrations, the oldest first."""
    return await database.rows(_evidence, OF_SUBJECTS, {"facility": facility, "subjects": sorted(subjects)})


async def hashes(database: DatabasePool, facilities: Collection[str]) -> dict[int, list[str]]:
    """Return the hashes of the evidence of each alarm of some facilities."""
    found = await database.rows(HashesOf, HASHES, {"facilities": sorted(facilities)})
    return {one.alarm: one.hashes for one in found if one.alarm is not None}


async def one(database: DatabasePool, id: int) -> Evidence | None:
    """Return what is known of one."""
    return await database.row(_evidence, ONE, {"id": id})


async def file(database: DatabasePool, id: int) -> EvidenceFile | None:
    """Return the file itself."""
    return await database.row(EvidenceFile, FILE, {"id": id})


async def keep(database: DatabasePool, values: dict[str, Any]) -> EvidenceReceipt:
    """Write one in the name of who holds the secret."""
    found = await database.write(EvidenceReceipt, KEEP, values)
    assert found is not None
    return found
