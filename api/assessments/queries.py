"""Assessments as ingest has stored them; the api judges nothing but whether one has expired."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from api.assessments import models
from api.http.database import DatabasePool
from tailings.assess import model
from tailings.assess.model import Assessment

OF_FACILITIES: Final = """
SELECT facility_id AS facility, document FROM assessment WHERE facility_id = ANY(%(facilities)s)
"""
OF_FACILITY: Final = "SELECT document FROM assessment WHERE facility_id = %(facility)s"


async def of_facility(database: DatabasePool, facility: str) -> models.Assessment:
    """Return the assessment of a facility as it reads now; one that nobody has judged is blind."""
    row = await database.row(lambda document: document, OF_FACILITY, {"facility": facility})
    return models.Assessment.model_validate(msgspec.to_builtins(as_stored(facility, row)))


async def of_facilities(database: DatabasePool, facilities: Sequence[str], now: datetime) -> dict[str, Assessment]:
    """Return the assessment of each facility as it reads at `now`."""
    rows = await database.rows(lambda **row: row, OF_FACILITIES, {"facilities": list(facilities)})
    known = {row["facility"]: row["document"] for row in rows}
    return {one: as_stored(one, known.get(one), now) for one in facilities}


def summary(facility: str, document: dict[str, Any] | None) -> models.Summary:
    """Return a stored assessment in short, as it reads now; document None: there is none."""
    plain = msgspec.to_builtins(as_stored(facility, document))
    return models.Summary.model_validate({name: plain[name] for name in models.Summary.model_fields})


def as_stored(facility: str, document: dict[str, Any] | None, now: datetime | None = None) -> Assessment:
    """Return a stored assessment as it reads at `now` (None: by the clock); one that nobody has made is blind."""
    now = now or datetime.now(UTC)
    if document is None:
        return model.not_assessed(facility, now)
    return model.as_read(msgspec.convert(document, Assessment), now)
