"""The one way to the studies of all facilities, for their address and for their page."""

from api.http.database import DatabasePool
from api.studies import queries
from api.studies.models import Worths


async def all_studies(database: DatabasePool, seen: frozenset[str] | None) -> Worths:
    """Return the newest study of each facility that is seen (None: all), in short."""
    return Worths(studies=await queries.worths(database, seen))
