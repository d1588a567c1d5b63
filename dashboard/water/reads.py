"""Reads what the water page is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from api.http.database import Database
from api.observations import trends
from api.observations.trends import Means
from api.water import queries as water
from api.water.queries import Origin
from dashboard.rows import DatastreamRow
from dashboard.safety import reads as safety
from dashboard.safety.watched import Watched
from tailings.assess.water import look_back
from tailings.water import Sample
from tailings.water.limits import Limit

from . import loads


@dataclass(frozen=True)
class Water:
    """A facility with its trends, the laboratory's samples with their files, and the weir's days.

    samples: those that verdicts ask for, the newest first; permit: the limits of the permit.
    """

    watched: Watched
    samples: Sequence[Sample] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    weir: DatastreamRow | None = None
    flow: Means | None = None
    permit: Sequence[Limit] = ()

    @property
    def recent(self) -> list[Sample]:
        """The samples of the last year."""
        return [one for one in self.samples if one.taken_at > self.watched.now - water.YEAR]


async def gather(database: Database, facility: str, now: datetime) -> Water:
    """Read one facility; raises NotFound."""
    watched = await safety.gather(database, facility, now)
    since = now - water.YEAR
    samples = await water.samples(database, facility, look_back(now))
    origins = await water.origins(database, facility, since)
    permit = await water.permit(database, facility)
    weir = loads.weir(watched.facility.datastreams)
    days = await trends.days(database, [weir.id], since, now) if weir else {}
    return Water(watched, samples, origins, weir, days.get(weir.id) if weir else None, permit=permit.limits)
