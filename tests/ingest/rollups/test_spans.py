"""Tests of spans: whole hours by the clock of the facility, joined, and split by a number of hours."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.rollups.spans import HOUR_MS, Spans, split, widen

span = st.tuples(st.integers(1, 3), st.integers(0, 50 * HOUR_MS), st.integers(1, 5 * HOUR_MS))
spans = st.lists(span, min_size=1, max_size=12)


def made(parts: list[tuple[int, int, int]]) -> Spans:
    """Spans from (datastream, start, length)."""
    datastream, start_ms, length_ms = (np.array(column, np.int64) for column in zip(*parts, strict=True))
    return Spans(datastream, start_ms, start_ms + length_ms)


def hours(some: Spans, offset_ms: int = 0) -> list[tuple[int, int]]:
    """Every hour that is touched, one item each time."""
    rows = zip(some.datastream.tolist(), some.start_ms.tolist(), some.stop_ms.tolist(), strict=True)
    found = []
    for datastream, start_ms, stop_ms in rows:
        first, last = (start_ms + offset_ms) // HOUR_MS, (stop_ms - 1 + offset_ms) // HOUR_MS
        found += [(datastream, hour) for hour in range(first, last + 1)]
    return found


@given(spans, st.sampled_from([0, 20_700_000, -12_600_000]))
def test_widened_spans_touch_the_same_hours_once(parts: list[tuple[int, int, int]], offset_ms: int) -> None:
    """No hour is lost, added or counted twice."""
    wide = widen(made(parts), np.full(len(parts), offset_ms))
    assert hours(wide, offset_ms) == sorted(set(hours(made(parts), offset_ms)))


@given(spans, st.integers(0, 80))
def test_a_split_keeps_every_hour(parts: list[tuple[int, int, int]], max_hours: int) -> None:
    """The first part has at most so many hours, and both together have all."""
    wide = widen(made(parts), np.zeros(len(parts), np.int64))
    now, later = split(wide, max_hours)
    assert now.hours == min(max_hours, wide.hours)
    assert sorted(hours(now) + hours(later)) == hours(wide)
