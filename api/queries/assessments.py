"""Assessments as ingest has stored them; the api judges nothing but whether one has expired."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from api.database import Database
from api.shapes import assessment as shapes
from tailings.assess import model
from tailings.assess.model import Assessment

OF_FACILITY: Final = "SELECT document FROM assessment WHERE facility_id = %(facility)s"


async def of_facility(database: Database, facility: str) -> shapes.Assessment:
    """Return the assessment of a facility as it reads now; one that nobody has judged is blind."""
    row = await database.row(lambda document: document, OF_FACILITY, {"facility": facility})
    return shapes.Assessment.model_validate(msgspec.to_builtins(as_stored(facility, row)))


def summary(facility: str, document: dict[str, Any] | None) -> shapes.Summary:
    """Return a stored assessment in short, as it reads now; document None: there is none."""
    plain = msgspec.to_builtins(as_stored(facility, document))
    return shapes.Summary.model_validate({name: plain[name] for name in shapes.Summary.model_fields})


def as_stored(facility: str, document: dict[str, Any] | None) -> Assessment:
    """Return a stored assessment as it reads now."""
    now = datetime.now(UTC)
    if document is None:
        return model.not_assessed(facility, now)
    return model.as_read(msgspec.convert(document, Assessment), now)
