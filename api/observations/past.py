"""The past as it was known: what of a question has to be asked of the replaced values, and what of the present."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from api.datastreams.models import Coverage, Datastream
from api.http import times
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.observations.queries import ONE_US
from api.observations.window import TimeWindow, window
from tailings.instants import rfc3339

PAST: Final = "SELECT * FROM past_of(%(id)s, %(start)s, %(stop)s, %(as_of)s)"


async def asked(
    database: DatabasePool, datastream: Datastream, start: datetime | None, end: datetime | None, as_of: datetime | None
) -> tuple[Datastream, TimeWindow]:
    """Return a datastream with the coverage that was known at `as_of`, and the window to be read; raise BadParameter.

    Without `as_of` the datastream is as it is, and the window as far as there are observations. With it the window
    ends there, for what has a later time could not be known; and it has no `as_of` where nothing of it was replaced or
    came since: then it is read as it is, by rollups and all. What an open end and the width of buckets are made of is
    the coverage of then: by that of now, the same question of the same past would be answered otherwise each time.
    """
    if as_of is None:
        return datastream, window(start, end, datastream.coverage)
    if as_of > times.now():
        raise BadParameter(
            f"as_of ({rfc3339(as_of)}) is in the future, which nobody knows; leave it out for what is known now.",
            "as_of",
        )
    stop = min(end or as_of + ONE_US, as_of + ONE_US)
    values = {"id": datastream.id, "start": start, "stop": stop, "as_of": as_of}
    first, last, is_changed = await database.tuple(PAST, values)
    then = replace(datastream, coverage=Coverage(first=first, last=last, count=None))
    whole = window(start, end, then.coverage)
    return then, replace(whole, end=max(whole.start, stop), as_of=as_of if is_changed else None)
