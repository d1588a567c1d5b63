"""The past as it was known: what of a question has to be asked of the replaced values, and what of the present."""

from dataclasses import replace
from typing import Final

from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from api.observations.queries import ONE_US
from api.observations.window import TimeWindow

IS_CHANGED: Final = """
SELECT is_revised_since(%(id)s, %(start)s, %(end)s, %(as_of)s)
    OR is_received_since(%(id)s, %(start)s, %(end)s, %(as_of)s)
"""


async def settled(database: DatabasePool, datastream: Datastream, asked: TimeWindow) -> TimeWindow:
    """Return the window to be read: it ends at `as_of`, and has none where nothing of it was replaced or came since.

    Without `as_of` it is read as it is, by rollups and all; what has a later time could not be known then.
    """
    if asked.as_of is None:
        return asked
    cut = replace(asked, end=max(asked.start, min(asked.end, asked.as_of + ONE_US)))
    values = {"id": datastream.id, "start": cut.start, "end": cut.end, "as_of": cut.as_of}
    (is_changed,) = await database.tuple(IS_CHANGED, values)
    return cut if is_changed else replace(cut, as_of=None)
