"""Series of any facilities that a caller may see, over one interval; and two of them against each other."""

import asyncio
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np

from api.datastreams import queries as datastreams
from api.datastreams.models import Datastream
from api.http import times
from api.http.database import DatabasePool
from api.observations import buckets, charts, past, released
from api.observations.charts import Line
from api.observations.columns import Buckets, or_null
from api.observations.queries import ONE_US, within
from api.observations.window import TimeWindow, bucket_width_s, observed
from api.series.models import Scatter, Workspace, WorkspaceSeries
from tailings.response import Response, through
from tailings.series import Times, Values

LINE: Final = (1, 2)
SUSPECT: Final = (3,)
MAX_SERIES: Final = 8
MAX_PAIRS: Final = 400
MIN_PAIRS: Final = 3
STILL: Final = 1e-12
AT_ONCE: Final = 2
"""One answer never takes more of the pool's connections."""
US_PER_S: Final = 1_000_000


class WorkspaceQuestion(NamedTuple):
    """Which datastreams, by full name or id, over which interval, as known when; the first two against each other."""

    refs: Sequence[str]
    start: datetime | None
    stop: datetime | None
    as_of: datetime | None = None
    is_scatter: bool = False


async def of_question(
    database: DatabasePool, seen: frozenset[str] | None, question: WorkspaceQuestion, max_points: int
) -> Workspace:
    """Answer a question, each datastream once.

    Raises NotFound for a datastream that the caller may not see, as for one that is not there.
    seen: the facilities that the caller may read, None: all.
    """
    named = {one.id: one for one in [await _find(database, seen, ref) for ref in dict.fromkeys(question.refs)]}
    asked = [await past.asked(database, one, question.start, question.stop, question.as_of) for one in named.values()]
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(datastream: Datastream, window: TimeWindow) -> WorkspaceSeries:
        async with turn:
            return await _series(database, datastream, window, max_points)

    series = await asyncio.gather(*(one(*pair) for pair in asked))
    scatter = await _scatter(database, *asked[:2]) if question.is_scatter and asked[1:] else None
    return Workspace(as_of=question.as_of, series=list(series), scatter=scatter)


async def names_of_ids(database: DatabasePool, seen: frozenset[str] | None, refs: Sequence[str]) -> dict[str, str]:
    """Return the full name of each reference that is an id; raises NotFound as `of_question` does."""
    return {ref: (await _find(database, seen, ref)).name for ref in refs if datastreams.reference(ref)[0] is not None}


async def _find(database: DatabasePool, seen: frozenset[str] | None, ref: str) -> Datastream:
    found = await datastreams.find(database, ref, None)
    if seen is not None and found.facility not in seen:
        raise datastreams.unknown(ref)
    return found


async def _series(
    database: DatabasePool, datastream: Datastream, window: TimeWindow, max_points: int
) -> WorkspaceSeries:
    chart = await charts.of_datastream(
        database, datastream, window, LINE, SUSPECT, max_points=max_points, max_buckets=max_points
    )
    line = chart.line
    means = line.mean if isinstance(line, Buckets) else line.result
    lows, highs = (line.minimum, line.maximum) if isinstance(line, Buckets) else (means, means)
    return WorkspaceSeries(
        datastream=datastream.name,
        facility=datastream.facility,
        id=datastream.id,
        quantity=datastream.quantity,
        unit=datastream.unit,
        expected_interval_s=datastream.expected_interval_s,
        bucket_s=line.width_s if isinstance(line, Buckets) else None,
        times=[times.from_microseconds(int(at)) for at in line.time_us.tolist()],
        means=or_null(means),
        minimums=or_null(lows),
        maximums=or_null(highs),
        counts=line.count.tolist() if isinstance(line, Buckets) else None,
        newest=await _newest(database, datastream, window, line),
    )


async def _newest(database: DatabasePool, datastream: Datastream, window: TimeWindow, line: Line) -> float | None:
    """Return the last result of a line, which a bucket does not hold."""
    if isinstance(line, Buckets):
        ends = [(at, at + ONE_US) for at in map(times.from_microseconds, line.last_us[-1:].tolist())]
        line = await within(database, datastream, window, ends, LINE, limit=1)
    known = line.result[np.isfinite(line.result)]
    return float(known[-1]) if known.size else None


async def _scatter(
    database: DatabasePool, first: tuple[Datastream, TimeWindow], second: tuple[Datastream, TimeWindow]
) -> Scatter:
    """Put the second over the first, on a grid no finer than either is measured, with at most MAX_PAIRS cells."""
    both_asked, (x, y) = (first, second), (first[0], second[0])
    spans = [observed(window, one.coverage) for one, window in both_asked]
    start, stop = max(one.start for one in spans), min(one.end for one in spans)
    usual_s = max(one.expected_interval_s or 0.0 for one in (x, y))
    wanted = TimeWindow(start, max(stop, start + timedelta(seconds=1)))
    usual = TimeWindow(start, start + timedelta(seconds=usual_s))
    width_s = max(bucket_width_s(wanted, MAX_PAIRS), bucket_width_s(usual, 2))
    found = []
    for one, window in both_asked:
        cut = TimeWindow(wanted.start, wanted.end, window.as_of)
        gone = await released.within(database, one, cut)
        whole = await buckets.of_window(database, one, cut, LINE, (), width_s=width_s, gone=gone, is_by_utc=True)
        await released.check(database, one, gone, cut)
        found.append(_cells(whole))
    (x_us, x_mean), (y_us, y_mean) = found
    both, at_x, at_y = np.intersect1d(x_us, y_us, return_indices=True)
    line = _line(both, x_mean[at_x], y_mean[at_y], width_s)
    return Scatter(
        x=x.name,
        y=y.name,
        cell_s=width_s,
        times=[times.from_microseconds(int(at)) for at in both.tolist()],
        x_means=x_mean[at_x].tolist(),
        y_means=y_mean[at_y].tolist(),
        pairs=int(both.size),
        independent=line.independent if line else None,
        r=math.copysign(math.sqrt(max(line.r2, 0.0)), line.slope) if line else None,
        slope=line.slope if line else None,
        intercept=line.intercept if line else None,
    )


def _cells(whole: Buckets) -> tuple[Times, Values]:
    """The cells of a series with good values, and the means of these."""
    is_good = np.isfinite(whole.mean)
    return whole.time_us[is_good], whole.mean[is_good]


def _line(cell_us: Times, x: Values, y: Values, width_s: float) -> Response | None:
    if x.size < MIN_PAIRS or np.ptp(y) < STILL:
        return None
    return through(x, y, np.diff(cell_us) == round(width_s * US_PER_S))
