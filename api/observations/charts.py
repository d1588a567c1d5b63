"""What a chart shows of one datastream: every observation when they are few, else buckets; and what is beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from api.datastreams.models import Datastream
from api.http import times
from api.http.database import DatabasePool
from api.observations import buckets, queries, released
from api.observations.columns import Buckets, Readings
from api.observations.queries import Quality
from api.observations.released import Span
from api.observations.window import TimeWindow, bucket_width_s, observed

MAX_MARKS: Final = 2_000

Line = Readings | Buckets


class Chart(NamedTuple):
    """A line, and the observations beside it; `are_marks_thinned`: of each bucket only the extremes."""

    line: Line
    marks: Readings
    are_marks_thinned: bool

    def rounded(self, digits: int | None) -> "Chart":
        """Return it with so many significant digits in each value; as it is for None."""
        if digits is None:
            return self
        return self._replace(line=self.line.rounded(digits), marks=self.marks.rounded(digits))


async def of_datastream(
    database: DatabasePool,
    datastream: Datastream,
    asked: TimeWindow,
    line: Quality,
    marks: Quality,
    max_points: int,
    max_buckets: int,
) -> Chart:
    """Return the chart of a window: observations with flags of `line` in the line, those of `marks` beside it.

    Up to `max_points` observations come as they are, more as at most `max_buckets` buckets. What has left the database
    is shown by its hours, those with a suspect reading by their extremes beside the line; raises Archived where hours
    do not fit the question.
    """
    both = (*line, *marks)
    # One more than wanted tells that there are too many, and costs no count.
    readings, has_left = await queries.raw_or_left(database, datastream, asked, both, max_points + 1)
    gone = await released.within(database, datastream, asked) if has_left else []
    if len(readings) <= max_points and not gone:
        return Chart(readings.of(line), readings.of(marks), False)
    span = observed(asked, datastream.coverage)
    width_s = bucket_width_s(span, max_buckets)
    whole = await buckets.of_window(database, datastream, span, line, marks, width_s=width_s, gone=gone)
    await released.check(database, datastream, gone, asked)
    is_mark = np.isin(whole.worst, marks)
    places = whole.take(np.flatnonzero(is_mark))
    found = await _flagged(database, datastream, span, places, marks)
    is_thinned = len(found) > MAX_MARKS or _are_in(gone, places)
    return Chart(whole.take(np.flatnonzero(~is_mark)), _extremes(places) if is_thinned else found, is_thinned)


async def _flagged(
    database: DatabasePool, datastream: Datastream, asked: TimeWindow, places: Buckets, marks: Quality
) -> Readings:
    """Return the observations from the first to the last mark of each bucket: few rows, wherever they are."""
    if not len(places.time_us):
        return Readings(places.time_us, places.mean, places.worst, [])
    spans = [
        (_instant(first), _instant(last) + queries.ONE_US)
        for first, last in zip(places.first_us, places.last_us, strict=True)
    ]
    return await queries.within(database, datastream, asked, spans, marks, limit=MAX_MARKS + 1)


def _are_in(gone: Sequence[Span], places: Buckets) -> bool:
    """Whether the observations of a place have left the database."""
    spans = [(times.to_microseconds(one.start), times.to_microseconds(one.stop)) for one in gone]
    return any(bool(np.any((places.first_us >= start) & (places.first_us < stop))) for start, stop in spans)


def _extremes(places: Buckets) -> Readings:
    """Return the lowest and the highest of each bucket, at the time of its first one."""
    twice = np.repeat(np.arange(len(places.time_us)), 2)
    result = np.column_stack((places.minimum, places.maximum)).ravel()
    return Readings(places.first_us[twice], result, places.worst[twice], [None] * len(twice))


def _instant(time_us: np.int64) -> datetime:
    return times.from_microseconds(int(time_us))
