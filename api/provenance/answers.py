"""The one way to where a figure comes from, for its address and for its page."""

from datetime import datetime

from api.access import Caller
from api.datastreams import queries as datastreams
from api.evidence import queries as evidence
from api.evidence.answers import sheet_subject
from api.http.database import DatabasePool
from api.provenance import trace
from api.provenance.models import DerivationStep, Provenance


async def of_datastream(
    database: DatabasePool, caller: Caller, ref: str, time: datetime | None, facility: str | None = None
) -> Provenance:
    """Return where the observation of a datastream at a time (or the last before it) comes from; raise NotFound.

    time: None: the newest. facility: the one that the datastream must be of; None: any.
    """
    stream = await datastreams.find(database, ref, facility)
    found = await trace.trace(database, stream, time)
    used = {subject for step in found.steps if (subject := _sheet_subject(step))}
    if not used or not caller.may("read", stream.facility):
        return found
    return found.model_copy(update={"sheets": await evidence.of_calibrations(database, stream.facility, used)})


def _sheet_subject(step: DerivationStep) -> str:
    """Name the calibration of a step as evidence does; empty: it was made without one."""
    if step.calibration is None:
        return ""
    instrument = step.datastream.partition(":")[2].rpartition(".")[0]
    return sheet_subject(instrument, datetime.fromisoformat(str(step.calibration["valid_from"])))
