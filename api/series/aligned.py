"""Several datastreams on one grid: in every series the same cells, each with the mean of its readings.

The rule, which an answer states as `Alignment`: a cell is `interval` wide, and begins by the facility's standard time;
its time is its beginning (included; its end is not). Its result is the mean of the results with the flags that were
asked for, its flag the worst of these. A cell without any is there all the same: it has no result, and flag 9.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np

from api.datastreams.models import Datastream
from api.http.database import DatabasePool
from api.http.errors import BadParameter
from api.observations import buckets, released
from api.observations.columns import Buckets, Instants, Readings
from api.observations.queries import Quality
from api.observations.window import TimeWindow, observed
from wire import quality

MAX_CELLS: Final = 1_000_000
AT_ONCE: Final = 2
"""One answer never takes more of the pool's connections."""
US_PER_S: Final = 1_000_000

Asked = Sequence[tuple[Datastream, TimeWindow]]


async def of_some(database: DatabasePool, asked: Asked, flags: Quality, width_s: int) -> list[Buckets]:
    """Return the cells of each datastream, in the order of the question; raise BadParameter for too many."""
    _check(asked, width_s)
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(datastream: Datastream, window: TimeWindow) -> Buckets:
        async with turn:
            gone = await released.within(database, datastream, window)
            span = observed(window, datastream.coverage)
            found = await buckets.of_window(database, datastream, span, flags, (), width_s=width_s, gone=gone)
            await released.check(database, datastream, gone, window)
            return found

    found = await asyncio.gather(*(one(datastream, window) for datastream, window in asked))
    grid = _grid(found, width_s)
    return [_on(grid, one) for one in found]


def readings(cells: Buckets) -> Readings:
    """Return cells as observations, for the formats of files."""
    return Readings(cells.time_us, cells.mean, cells.worst, [None] * len(cells.time_us))


def _check(asked: Asked, width_s: int) -> None:
    observable = [observed(window, one.coverage) for one, window in asked if one.coverage.last is not None]
    spans = [one for one in observable if one.start < one.end]
    if not spans:
        return
    whole = max(one.end for one in spans) - min(one.start for one in spans)
    cells = (whole // timedelta(seconds=width_s) + 2) * len(asked)
    if cells > MAX_CELLS:
        raise BadParameter(
            f"That would be {cells:,} cells, at most {MAX_CELLS:,} are answered; ask for wider ones, or for a shorter "
            "interval.",
            "aligned",
        )


def _grid(found: Sequence[Buckets], width_s: int) -> Instants:
    """The beginnings of all cells from the first to the last that any series has."""
    known = [one.time_us for one in found if len(one.time_us)]
    if not known:
        return np.empty(0, np.int64)
    return np.arange(min(int(one[0]) for one in known), max(int(one[-1]) for one in known) + 1, width_s * US_PER_S)


def _on(grid: Instants, found: Buckets) -> Buckets:
    """A series on the grid: where it has no cell, one without a result."""
    place = np.searchsorted(grid, found.time_us)
    minimum, maximum, mean = (np.full(len(grid), np.nan) for _ in range(3))
    minimum[place], maximum[place], mean[place] = found.minimum, found.maximum, found.mean
    count, worst = np.zeros(len(grid), np.int64), np.full(len(grid), quality.MISSING, np.int64)
    count[place], worst[place] = found.count, found.worst
    worst[np.isnan(mean)] = quality.MISSING
    first_us = last_us = np.zeros_like(grid)
    if len(place):
        # An empty cell has the times of the last reading before it, so that gaps lie between readings.
        before = np.searchsorted(place, np.arange(len(grid)), side="right") - 1
        last_us = np.where(before < 0, found.first_us[0], found.last_us[before])
        first_us = last_us.copy()
        first_us[place] = found.first_us
    return Buckets(
        found.width_s,
        found.aggregation,
        grid,
        minimum,
        maximum,
        mean=mean,
        count=count,
        worst=worst,
        first_us=first_us,
        last_us=last_us,
    )
