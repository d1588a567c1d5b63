"""Buckets of one datastream over a window: from its hours or days where the question fits them, else from every row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, LiteralString, NamedTuple

import numpy as np

from api.datastreams.models import Coverage, Datastream
from api.http import times
from api.http.database import DatabasePool
from api.observations import queries
from api.observations.columns import Buckets, instants, integers, numbers
from api.observations.queries import Quality
from api.observations.released import Span, refused
from api.observations.window import TimeWindow

Unit = Literal["hour", "day"]
Length = tuple[Unit, timedelta]
PASS: Final = 1
MAX_DIRTY: Final = 0.1
"""With more than this share of a window touched and not counted yet, counting it here costs more than the rows."""
UNITS: Final[tuple[Length, ...]] = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)))

WHOLE_AS_OF: Final = "observation_range_as_of(%(id)s, %(start)s, %(end)s, %(as_of)s)"
WHOLE_AS_OF_SPAN: Final = "observation_range_as_of(%(id)s, span.start, span.stop, %(as_of)s)"

COUNTED: Final = "pass + not_evaluated + suspect + fail + missing"
# A rollup is made of all that is neither fail nor missing: this one mixes what the question keeps apart or leaves out.
MIXED_ELSE: Final = """(
    (pass > 0 AND 1 <> ALL(%(line)s)) OR (not_evaluated > 0 AND 2 <> ALL(%(line)s))
    OR (fail > 0 AND 4 = ANY(%(quality)s)) OR (missing > 0 AND 9 = ANY(%(marks)s))
    OR results <> pass + not_evaluated + suspect
)"""
MIXED: Final = f"({MIXED_ELSE} OR (suspect > 0 AND 3 <> ALL(%(line)s)))"
# Whole it can stand beside the line where suspect readings do, and nothing else is kept apart.
BESIDE: Final = f"(NOT {MIXED_ELSE} AND suspect > 0 AND 3 = ANY(%(marks)s))"
APART: Final = """(
    CASE WHEN 2 <> ALL(%(line)s) THEN not_evaluated ELSE 0 END + CASE WHEN 3 <> ALL(%(line)s) THEN suspect ELSE 0 END
    + CASE WHEN 4 = ANY(%(quality)s) THEN fail ELSE 0 END + CASE WHEN 9 = ANY(%(marks)s) THEN missing ELSE 0 END
)"""
"""How many observations mix a rollup, of a line that has what passed."""
FEW_HOURS: Final = 1000
ROWS_AN_HOUR: Final = 150
"""To look up one mixed hour takes as long as to walk over so many rows (60 and 0.4 us where both were measured)."""
PLACE: Final = f"""
SELECT f.standard_offset, coalesce((
    SELECT sum(upper(span) - lower(span)) FROM dirty_of(d.id, %(start)s, %(end)s, '1 hour')), '0'),
    told.are_days_pure, told.are_hours_few
FROM datastream d JOIN facility f ON f.id = d.facility_id CROSS JOIN LATERAL (
    SELECT coalesce(sum(rows) FILTER (WHERE is_mixed), 0) <= 24 * count(*) AS are_days_pure,
           coalesce(sum(least(24, apart)) FILTER (WHERE is_mixed), 0)
               <= greatest({FEW_HOURS}, sum(rows) / {ROWS_AN_HOUR}) AS are_hours_few
    FROM (SELECT {COUNTED} AS rows, {MIXED} AS is_mixed, {APART} AS apart
          FROM rollup_day WHERE datastream_id = d.id AND start >= %(start)s AND start < %(end)s) day
) told WHERE d.id = %(id)s
"""
"""The facility's standard time; how much is touched and not counted yet; whether the rows that mixed days would make
the answer read are fewer than there are hours; and whether mixed hours are so few that to look them up pays."""
COLUMNS: Final = """
SELECT array_agg(bucket), array_agg(coalesce(low, 'NaN')), array_agg(coalesce(high, 'NaN')),
       array_agg(coalesce(sum, 'NaN')), array_agg(count), array_agg(worst), array_agg(first), array_agg(last)
FROM ({buckets}) series
"""
# One walk over the rows: hashed, since sorting by an expression costs a quarter more and buckets are few; the sum,
# since avg keeps squares that nobody asks for. What is beside the line has buckets of its own, which tell where it is.
# Results beyond 1e300 could overflow a sum, which PostgreSQL refuses to answer: a bucket with one has no mean.
OF_ROWS: Final = """
SELECT date_bin(%(width)s, phenomenon_time, %(origin)s) AS bucket, quality = ANY(%(marks)s) AS is_mark,
       min(result) AS low, max(result) AS high,
       CASE WHEN min(result) > -1e300 AND max(result) < 1e300
            THEN sum(result) FILTER (WHERE abs(result) < 1e300) END AS sum,
       count(result) AS count, max(quality) AS worst, min(phenomenon_time) AS first, max(phenomenon_time) AS last
FROM {observation}
WHERE datastream_id = %(id)s AND phenomenon_time >= %(start)s AND phenomenon_time < %(end)s
  AND quality = ANY(%(quality)s)
GROUP BY bucket, is_mark
"""
# Where a rollup is mixed, and at both ends, where only a part of it is asked for, the rows themselves are read. As of
# an instant an hour is what the first revision since then replaced, if it replaced all of it and no other came between;
# where a part of it was received since then, its rows are read.
PAST: Final = """past AS MATERIALIZED (
    SELECT * FROM (
        SELECT *, row_number() OVER since AS place, first_replaced > %(as_of)s
               AND coalesce(last_replaced < lead(first_replaced) OVER since, true) AS is_alone
        FROM superseded_hour
        WHERE datastream_id = %(id)s AND start >= %(first_whole)s AND start < %(last_whole)s
          AND last_replaced > %(as_of)s::timestamptz
        WINDOW since AS (PARTITION BY start ORDER BY first_replaced, revision_id)
    ) replaced WHERE place = 1
), """
OF_PAST: Final = f"""
    WHERE start NOT IN (SELECT start FROM past)
    UNION ALL
    SELECT start, not_evaluated, suspect, missing, minimum, maximum, sum, results,
           first_time, last_time, begin_time, end_time, {MIXED} OR NOT is_whole, {BESIDE} AND is_whole
    FROM (SELECT past.*, is_alone AND rows IS NOT DISTINCT FROM counted
                 AND is_received(last_received, %(as_of)s) AS is_whole
          FROM past LEFT JOIN (SELECT start, {COUNTED} AS counted, last_received FROM present) now USING (start)) known
"""
TOLD: Final = f"""
WITH {{past}}present AS MATERIALIZED (
    SELECT * FROM {{unit}}s_of(%(id)s, %(first_whole)s, %(last_whole)s)
), told AS MATERIALIZED (
    SELECT start, not_evaluated, suspect, missing, minimum, maximum, mean * results AS sum, results,
           first_time, last_time, begin_time, end_time,
           {MIXED} OR NOT is_received(last_received, %(as_of)s) AS is_mixed,
           {BESIDE} AND is_received(last_received, %(as_of)s) AS is_beside
    FROM present {{of_past}}
), lost AS MATERIALIZED (
    SELECT start, is_beside FROM told WHERE {{is_lost}}
)"""
"""`lost` are those of which the rows are asked for, and are in the archive alone."""
IS_LOST: Final = """is_mixed AND EXISTS (
    SELECT FROM unnest(%(gone_starts)s::timestamptz[], %(gone_stops)s::timestamptz[]) AS gone (start, stop)
    WHERE told.start < gone.stop AND told.start + %(unit)s > gone.start
) AND NOT EXISTS (
    SELECT FROM observation o WHERE o.datastream_id = %(id)s
      AND o.phenomenon_time >= told.start AND o.phenomenon_time < told.start + %(unit)s)"""
NONE_IS_LOST: Final = "false"
"""Nothing of a window has left. What a question does not need is not planned: that takes long over chunks of a year."""
NEEDS_GONE: Final = f"{TOLD} SELECT EXISTS (SELECT FROM lost WHERE NOT is_beside)"
OF_ROLLUPS: Final = f"""{TOLD}, span AS (
    SELECT lower(joined) AS start, upper(joined) AS stop FROM (
        SELECT unnest(range_agg(tstzrange(start, stop))) AS joined FROM (
            SELECT start, start + %(unit)s AS stop FROM told WHERE is_mixed AND start NOT IN (SELECT start FROM lost)
            UNION ALL VALUES (%(start)s, %(first_whole)s), (%(last_whole)s, %(end)s)
        ) apart
    ) whole
), part AS (
    SELECT start AS time, is_mixed AS is_mark, minimum AS low, maximum AS high, sum, results AS count,
           (CASE WHEN missing > 0 AND 9 = ANY(%(line)s) THEN 9 WHEN suspect > 0 THEN 3
                 WHEN not_evaluated > 0 THEN 2 ELSE 1 END)::smallint AS worst,
           CASE WHEN 9 = ANY(%(line)s) THEN begin_time ELSE first_time END AS first,
           CASE WHEN 9 = ANY(%(line)s) THEN end_time ELSE last_time END AS last
    FROM told WHERE NOT is_mixed OR start IN (SELECT start FROM lost)
    UNION ALL
    SELECT o.phenomenon_time, o.quality = ANY(%(marks)s), o.result, o.result,
           CASE WHEN abs(o.result) < 1e300 THEN o.result END, (o.result IS NOT NULL)::integer,
           o.quality, o.phenomenon_time, o.phenomenon_time
    FROM span CROSS JOIN LATERAL (
        SELECT * FROM {{observation}} WHERE datastream_id = %(id)s AND quality = ANY(%(quality)s)
        AND phenomenon_time >= span.start AND phenomenon_time < span.stop
    ) o
)
SELECT date_bin(%(width)s, time, %(origin)s) AS bucket, is_mark, min(low) AS low, max(high) AS high,
       CASE WHEN min(low) > -1e300 AND max(high) < 1e300 THEN sum(sum) END AS sum,
       sum(count) AS count, max(worst) AS worst, min(first) AS first, max(last) AS last
FROM part WHERE first IS NOT NULL GROUP BY bucket, is_mark
"""


class Rollup(NamedTuple):
    """Which rollup answers, and its whole hours or days in the window: [first_whole, last_whole)."""

    unit: Unit
    unit_length: timedelta
    first_whole: datetime
    last_whole: datetime


async def of_window(
    database: DatabasePool,
    datastream: Datastream,
    span: TimeWindow,
    line: Quality,
    marks: Quality,
    *,
    width_s: int,
    gone: Sequence[Span] = (),
    is_by_utc: bool = False,
) -> Buckets:
    """Return buckets of `width_s` that begin by the facility's standard time, those of `marks` apart, by time.

    Rollups and rows give the same buckets; `aggregation` tells which it was. gone: what of the span has left the
    database, for which hours alone can stand, one with suspect readings among `marks`; raises Archived where they
    cannot. is_by_utc: buckets begin by UTC, for
    series of facilities in several zones; of rollups, those that begin so too can answer.
    """
    asked = queries.values(datastream, span, (*line, *marks)) | {"line": list(line), "marks": list(marks)}
    offset, dirty, are_days_pure, are_hours_few = await database.tuple(PLACE, asked)
    width, origin = timedelta(seconds=width_s), times.EPOCH if is_by_utc else times.EPOCH - offset
    if gone:
        span = _to_whole_hours(span, datastream.coverage, gone, times.EPOCH - offset)
    values = asked | {"width": width, "origin": origin, "start": span.start, "end": span.end}
    chosen = None
    if PASS in line and dirty <= MAX_DIRTY * (span.end - span.start):
        units = UNITS[1:] if gone else _units(span, are_days_pure, are_hours_few)
        at_origin = [one for one in units if (times.EPOCH - offset - origin) % one[1] == timedelta(0)]
        chosen = fitting(span, width, origin, tuple(at_origin))
    if chosen is None:
        if gone:
            raise refused(datastream, gone)
        query = OF_ROWS.format(observation="observation" if span.as_of is None else WHOLE_AS_OF)
        return await _read(database, query, values, "minmax", width_s)
    parts = _parts(chosen.unit, span, gone)
    query = OF_ROLLUPS.format(**parts, observation="observation" if span.as_of is None else WHOLE_AS_OF_SPAN)
    values |= {"unit": chosen.unit_length, "first_whole": chosen.first_whole, "last_whole": chosen.last_whole}
    values |= {"gone_starts": [one.start for one in gone], "gone_stops": [one.stop for one in gone]}
    if gone and await database.tuple(NEEDS_GONE.format(**parts), values) == (True,):
        raise refused(datastream, gone)
    return await _read(database, query, values, chosen.unit, width_s)


def _parts(unit: Unit, span: TimeWindow, gone: Sequence[Span]) -> dict[str, LiteralString]:
    """What TOLD is made of for this question: the past and the archive only where it asks for them."""
    past = ("", "") if span.as_of is None else (PAST, OF_PAST)
    return {"unit": unit, "past": past[0], "of_past": past[1], "is_lost": IS_LOST if gone else NONE_IS_LOST}


def _to_whole_hours(span: TimeWindow, coverage: Coverage, gone: Sequence[Span], origin: datetime) -> TimeWindow:
    """Return a span with all of its first and its last hour, of what has left, where nothing lies outside of it."""
    hour, start, end = UNITS[-1][1], span.start, span.end
    if coverage.first is not None and start <= coverage.first and any(one.start <= start < one.stop for one in gone):
        start = origin + (start - origin) // hour * hour
    if coverage.last is not None and end > coverage.last and any(one.start < end <= one.stop for one in gone):
        end = origin - (origin - end) // hour * hour
    return replace(span, start=start, end=end)


def _units(span: TimeWindow, are_days_pure: bool, are_hours_few: bool) -> tuple[Length, ...]:
    if span.as_of is not None:  # what was replaced is kept by hours, and how the present is mixed says nothing of it
        return UNITS[1:]
    return UNITS if are_days_pure else UNITS[1:] if are_hours_few else ()


def fitting(span: TimeWindow, width: timedelta, origin: datetime, units: tuple[Length, ...]) -> Rollup | None:
    """Return the first unit that a width is a multiple of, None where none is or none is whole in the window."""
    for unit, length in units:
        if width % length == timedelta(0):
            first = origin - (origin - span.start) // length * length
            last = origin + (span.end - origin) // length * length
            return Rollup(unit, length, first, last) if first < last else None
    return None


async def _read(
    database: DatabasePool,
    query: LiteralString,
    values: dict[str, Any],
    aggregation: Literal["minmax", "hour", "day"],
    width_s: int,
) -> Buckets:
    found = await database.tuple(COLUMNS.format(buckets=query), values)
    bucket, low, high, total, count, worst, first, last = found
    counts = integers(count, ">i8")
    buckets = Buckets(
        width_s,
        aggregation,
        instants(bucket),
        numbers(low),
        numbers(high),
        mean=numbers(total) / np.maximum(counts, 1),
        count=counts,
        worst=integers(worst, ">i2"),
        first_us=instants(first),
        last_us=instants(last),
    )
    return buckets.take(np.argsort(buckets.time_us))
