"""Water samples of a facility: of each the newest revision."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec

from api.http.database import DatabasePool
from tailings.facility import PermitLimit
from tailings.water import Analysis, ParsedSample
from tailings.water.limits import LegalLimit, of_permit

MAX_SAMPLES: Final = 20_000
YEAR: Final = timedelta(days=366)
"""So long samples are listed; verdicts ask for older ones, too."""
SAMPLES: Final = """
SELECT name, point, medium, taken_at, laboratory, analyses FROM newest_water_sample
WHERE facility_id = %(facility)s AND taken_at >= %(since)s ORDER BY taken_at DESC, name LIMIT %(limit)s
"""
ORIGINS: Final = """
SELECT s.name AS sample, s.revision, f.name AS file, f.sha256, f.imported_at, f.author
FROM newest_water_sample s JOIN water_file f ON f.id = s.file_id
WHERE s.facility_id = %(facility)s AND s.taken_at >= %(since)s ORDER BY s.taken_at DESC, s.name LIMIT %(limit)s
"""
PERMIT: Final = "SELECT document->'permit' AS permit FROM facility WHERE id = %(facility)s"


class SampleOrigin(NamedTuple):
    """The file that a sample's newest revision came with."""

    sample: str
    revision: int
    file: str
    sha256: str
    imported_at: datetime
    author: str


def _sample(analyses: list[Any], **row: Any) -> ParsedSample:
    return ParsedSample(**row, analyses=tuple(msgspec.convert(one, Analysis) for one in analyses))


async def samples(database: DatabasePool, facility: str, since: datetime) -> list[ParsedSample]:
    """Return the samples taken since a time, the newest first."""
    return await database.rows(_sample, SAMPLES, {"facility": facility, "since": since, "limit": MAX_SAMPLES})


async def origins(database: DatabasePool, facility: str, since: datetime) -> dict[str, SampleOrigin]:
    """Return where the samples taken since a time came from, by their names."""
    values = {"facility": facility, "since": since, "limit": MAX_SAMPLES}
    return {one.sample: one for one in await database.rows(SampleOrigin, ORIGINS, values)}


def limits_of(permit: list[Any] | None) -> tuple[LegalLimit, ...]:
    """The limits of a permit as a facility file states them."""
    return tuple(of_permit(msgspec.convert(one, PermitLimit)) for one in permit or ())


async def permit(database: DatabasePool, facility: str) -> tuple[LegalLimit, ...]:
    """Return the limits of the permit as the facility file of now states them."""
    return await database.row(limits_of, PERMIT, {"facility": facility}) or ()
