"""The one way to where a figure comes from, for its address and for its page."""

from datetime import datetime

from api.datastreams import queries as datastreams
from api.http.database import DatabasePool
from api.provenance import trace
from api.provenance.models import Provenance


async def of_datastream(
    database: DatabasePool, ref: str, time: datetime | None, facility: str | None = None
) -> Provenance:
    """Return where the observation of a datastream at a time (or the last before it) comes from; raise NotFound.

    time: None: the newest. facility: the one that the datastream must be of; None: any.
    """
    return await trace.trace(database, await datastreams.find(database, ref, facility), time)
