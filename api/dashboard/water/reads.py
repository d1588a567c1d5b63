"""Reads what the water page is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from api.dashboard.rows import DatastreamRow
from api.dashboard.safety import reads as safety
from api.dashboard.safety.watched import Watched
from api.database import Database
from api.queries import trends, water
from api.queries.trends import Means
from api.queries.water import Origin
from tailings.water import Sample, limits

from . import loads


@dataclass(frozen=True)
class Water:
    """A facility with its trends, the laboratory's samples of a year with their files, and the weir's days."""

    watched: Watched
    samples: Sequence[Sample] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    weir: DatastreamRow | None = None
    flow: Means | None = None


async def gather(database: Database, facility: str, now: datetime) -> Water:
    """Read one facility; raises NotFound."""
    watched = await safety.gather(database, facility, now)
    since = now - limits.YEAR
    samples = await water.samples(database, facility, since)
    origins = await water.origins(database, facility, since)
    weir = loads.weir(watched.facility.datastreams)
    days = await trends.days(database, [weir.id], since, now) if weir else {}
    return Water(watched, samples, origins, weir, days.get(weir.id) if weir else None)
