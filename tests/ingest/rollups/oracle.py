"""A second implementation of the rollups: plain Python over the observations, one bucket at a time."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import fsum, isclose
from typing import Any

from ingest.values import Connection

HOUR_S, DAY_S = 3600, 86400
OBSERVATIONS = """
SELECT datastream_id, extract(epoch FROM phenomenon_time)::float8, result, quality, facility_id
FROM observation JOIN datastream ON id = datastream_id ORDER BY datastream_id, phenomenon_time"""
ROLLUP = """
SELECT datastream_id, extract(epoch FROM start)::float8, pass, not_evaluated, suspect, fail, missing, results,
       minimum, maximum, mean, weighted_mean, first, last, extract(epoch FROM first_time)::float8,
       extract(epoch FROM last_time)::float8, extract(epoch FROM begin_time)::float8,
       extract(epoch FROM end_time)::float8
FROM rollup_{} ORDER BY datastream_id, start"""
READ = (
    ROLLUP.replace("rollup_{}", "datastream d CROSS JOIN LATERAL {}s_of(d.id, '-infinity', 'infinity') r")
    .replace("SELECT datastream_id", "SELECT r.datastream_id")
    .replace("BY datastream_id", "BY r.datastream_id")
)
Row = tuple[Any, ...]


def stored(connection: Connection, width: str) -> list[Row]:
    """The rollups as they are; width is hour or day."""
    return connection.execute(ROLLUP.format(width).encode()).fetchall()


def recount(connection: Connection, width: str, offsets_s: Mapping[str, int] | None = None) -> list[Row]:
    """The rollups as they should be, for standard times so far ahead of UTC, by facility; none: not at all."""
    width_s = HOUR_S if width == "hour" else DAY_S
    buckets: dict[tuple[int, float], list[Row]] = {}
    for datastream, time_s, result, quality, facility in connection.execute(OBSERVATIONS):
        offset_s = (offsets_s or {}).get(facility, 0)
        start_s = (time_s + offset_s) // width_s * width_s - offset_s
        buckets.setdefault((datastream, start_s), []).append((time_s, result, quality))
    return [(*key, *count(rows)) for key, rows in sorted(buckets.items())]


def assert_equal(found: Sequence[Row], wanted: Sequence[Row]) -> None:
    """Counts, times and extremes are the same; sums up to their last digits."""
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        for value, expected in zip(one, other, strict=True):
            assert value == expected or _is_close(value, expected), (one, other)


def _is_close(value: float | None, expected: float | None) -> bool:
    return value is not None and expected is not None and isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9)


def _is_number(result: float | None) -> bool:
    """What is beyond 1e300 would overflow a sum, and is no measurement."""
    return result is not None and abs(result) < 1e300


def count(rows: list[Row]) -> Row:
    """The columns of a bucket from `pass` on, of its rows (Unix s, result, quality) in the order of time."""
    counts = [sum(quality == flag for _, _, quality in rows) for flag in (1, 2, 3, 4, 9)]
    good = [(time_s, result) for time_s, result, quality in rows if quality in (1, 2, 3) and _is_number(result)]
    shown = [time_s for time_s, _, quality in rows if quality != 4]
    ends = (shown[0], shown[-1]) if shown else (None, None)
    if not good:
        return (*counts, 0, *[None] * 8, *ends)
    values = [value for _, value in good]
    mean = fsum(values) / len(values)
    return (
        *counts,
        len(good),
        min(values),
        max(values),
        mean,
        _weighted(good),
        values[0],
        values[-1],
        good[0][0],
        good[-1][0],
        *ends,
    )


def _weighted(good: list[tuple[float, float]]) -> float:
    """The trapezoid rule by its definition."""
    if len(good) == 1:
        return good[0][1]
    pairs = pairwise(good)
    area = fsum((after[1] + before[1]) / 2 * (after[0] - before[0]) for before, after in pairs)
    return area / (good[-1][0] - good[0][0])
