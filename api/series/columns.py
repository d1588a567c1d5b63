"""Series as JSON: columns side by side, written by one encoder call each."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.datastreams.models import Datastream
from api.http import times
from api.observations import columns, time_columns
from api.observations.charts import Chart, Line
from api.observations.columns import Buckets, Readings

TimeFormat = Literal["rfc3339", "unix"]
US_PER_S: Final = 1_000_000


def _unix(time_us: NDArray[np.int64]) -> list[Any]:
    seconds: list[Any] = (time_us / US_PER_S).tolist()
    return seconds


def _rfc3339(time_us: NDArray[np.int64]) -> msgspec.Raw:
    return msgspec.Raw(time_columns.rfc3339_json(time_us))


COLUMNS: Final[dict[str, Callable[[NDArray[np.int64]], object]]] = {"rfc3339": _rfc3339, "unix": _unix}
PAIRS: Final[dict[str, Callable[[NDArray[np.int64]], list[Any]]]] = {
    "rfc3339": time_columns.rfc3339_column,
    "unix": _unix,
}


def _head(datastream: Datastream, quality: tuple[int, ...], count: int) -> dict[str, object]:
    return {
        "datastream": datastream.name,
        "id": datastream.id,
        "quantity": datastream.quantity,
        "unit": datastream.unit,
        "expected_interval_s": datastream.expected_interval_s,
        "quality": quality,
        "count": count,
    }


def _gaps(pairs: NDArray[np.int64], time_format: TimeFormat) -> list[list[Any]]:
    write = PAIRS[time_format]
    return [list(pair) for pair in zip(write(pairs[:, 0]), write(pairs[:, 1]), strict=True)]


def raw_json(
    datastream: Datastream,
    quality: tuple[int, ...],
    time_format: TimeFormat,
    page: Readings,
    before_us: int | None,
    as_of: datetime | None,
    following: str | None,
) -> bytes:
    """Return a page of observations; `before_us` ends the page before it, so that a gap between pages is told."""
    body = _raw(datastream, quality, time_format, page, before_us)
    return msgspec.json.encode(body | {"as_of": as_of, "next": following})


def line_json(
    datastream: Datastream, quality: tuple[int, ...], time_format: TimeFormat, line: Line, as_of: datetime | None
) -> bytes:
    """Return a line for a chart, whole."""
    body = _line(datastream, quality, time_format, line)
    return msgspec.json.encode(body | {"as_of": as_of, "next": None})


def uncertainty(
    coverage_factor: float, at: Sequence[datetime], expanded: Sequence[float | None], time_format: TimeFormat
) -> dict[str, object]:
    """Return how far a line may err at some of its times, to be encoded."""
    time_us = np.array([times.to_microseconds(one) for one in at], np.int64)
    return {"coverage_factor": coverage_factor, "times": COLUMNS[time_format](time_us), "expanded": expanded}


def chart(datastream: Datastream, quality: tuple[int, ...], time_format: TimeFormat, found: Chart) -> dict[str, object]:
    """Return a line and the observations beside it, to be encoded."""
    marks = {
        "times": COLUMNS[time_format](found.marks.time_us),
        "results": columns.or_null(found.marks.result),
        "qualities": found.marks.quality.tolist(),
        "tests": found.marks.tests,
        "is_thinned": found.are_marks_thinned,
    }
    return _line(datastream, quality, time_format, found.line) | {"marks": marks}


def _line(datastream: Datastream, quality: tuple[int, ...], time_format: TimeFormat, line: Line) -> dict[str, object]:
    if isinstance(line, Buckets):
        return _minmax(datastream, quality, time_format, line)
    return _raw(datastream, quality, time_format, line, None)


def _raw(
    datastream: Datastream, quality: tuple[int, ...], time_format: TimeFormat, page: Readings, before_us: int | None
) -> dict[str, object]:
    ends = page.time_us if before_us is None else np.concatenate(([before_us], page.time_us))
    return _head(datastream, quality, len(page)) | {
        "aggregation": "raw",
        "bucket_s": None,
        "times": COLUMNS[time_format](page.time_us),
        "results": columns.or_null(page.result),
        "qualities": page.quality.tolist(),
        "tests": page.tests,
        "minimums": None,
        "maximums": None,
        "counts": None,
        "gaps": _gaps(columns.gaps(ends, ends, datastream.expected_interval_s), time_format),
    }


def _minmax(
    datastream: Datastream, quality: tuple[int, ...], time_format: TimeFormat, line: Buckets
) -> dict[str, object]:
    """A gap within one bucket is narrower than a pixel and is not told."""
    found = columns.gaps(line.last_us, line.first_us, datastream.expected_interval_s)
    return _head(datastream, quality, len(line.time_us)) | {
        "aggregation": line.aggregation,
        "bucket_s": line.width_s,
        "times": COLUMNS[time_format](line.time_us),
        "results": columns.or_null(line.mean),
        "qualities": line.worst.tolist(),
        "tests": None,
        "minimums": columns.or_null(line.minimum),
        "maximums": columns.or_null(line.maximum),
        "counts": line.count.tolist(),
        "gaps": _gaps(found, time_format),
    }
