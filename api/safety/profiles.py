"""Inclinometer chains now and one, two and three months ago, and which zones moved between the first and the last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from api.http.database import DatabasePool
from api.observations import trends
from api.observations.trends import Then
from api.safety.history import BEFORE, NEAR, History, named, names
from api.safety.models import MovingZone, Profile, ProfileDate, ProfilePoint
from tailings import inclinometer
from tailings.inclinometer import Chain

TIMES: Final = 4

Profiles = Mapping[datetime, Mapping[str, Then]]
"""Displacements by name of the datastream, at several times."""


async def read(database: DatabasePool, history: History) -> Profiles:
    """Read the displacements along the chains now and one, two and three months ago."""
    if history.file is None:
        return {}
    wanted = {point.datastream for chain in inclinometer.chains(history.file, history.now) for point in chain.points}
    ids = names(history.id, (one for one in history.state.datastreams if history.name(one) in wanted))
    times = [history.now - months * BEFORE for months in range(TIMES)] if ids else []
    return {time: named(await trends.at(database, list(ids), time, NEAR), ids) for time in times}


def of_facility(history: History, found: Profiles) -> list[Profile]:
    """Return the chains that were ever read."""
    chains = inclinometer.chains(history.file, history.now) if history.file else []
    return [profile for chain in chains if (profile := of_chain(chain, found))]


def of_chain(chain: Chain, found: Profiles) -> Profile | None:
    """Return a chain at up to four times, the newest last; None when it was never read."""
    every = [ProfileDate(time=time, displacement_mm=_values(chain, known)) for time, known in sorted(found.items())]
    times = [one for one in every if any(value is not None for value in one.displacement_mm)][-TIMES:]
    if not times:
        return None
    zones = inclinometer.moving(chain, times[0].displacement_mm, times[-1].displacement_mm)
    return Profile(
        instrument=chain.instrument,
        length_m=chain.length_m,
        points=[
            ProfilePoint(
                datastream=point.datastream,
                height_m=point.height_m,
                depth_m=chain.length_m - point.height_m,
                segments=point.segments,
                band_mm=chain.band(point.segments),
            )
            for point in chain.points
        ],
        times=times,
        zones=[MovingZone(top_m=top, bottom_m=bottom) for top, bottom in zones],
    )


def _values(chain: Chain, found: Mapping[str, Then]) -> list[float | None]:
    return [found[point.datastream].result if point.datastream in found else None for point in chain.points]
