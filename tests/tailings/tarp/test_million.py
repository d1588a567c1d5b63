"""A million values: the same events from the whole, span by span, and in a gateway's pieces; with the time."""

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from tailings import Series, tarp
from tests.tailings.tarp.plans import guarded, overtopping

COUNT = 1_000_000
LEVEL, WELL = "n01:pond.level", "n07:vw1.level"
SPAN_MS = 2 * 86_400_000


@pytest.fixture(scope="module")
def history() -> dict[str, Series]:
    """Two datastreams of half a million values, one a minute, that wander about the limits, with faults and gaps."""
    random = np.random.default_rng(7)
    found = {}
    for name, middle in ((LEVEL, 338.6), (WELL, 330.0)):
        walk = np.cumsum(random.normal(0, 0.02, COUNT // 2))
        value = middle + 1.6 * np.sin(walk) + random.normal(0, 0.05, COUNT // 2)
        quality = random.choice([1, 2, 3, 4, 9], COUNT // 2, p=[0.9, 0.04, 0.03, 0.02, 0.01])
        times = np.cumsum(random.choice([60_000, 60_000, 60_000, 400_000], COUNT // 2))
        found[name] = Series.of(times, np.where(quality == 9, np.nan, value), quality)
    return found


def test_a_million_values_are_one_story(
    history: dict[str, Series], record_property: Callable[[str, object], None]
) -> None:
    """Thousands of events, equal whether followed at once, by spans as the centre does, or shuffled before."""
    began_s = time.perf_counter()
    whole = tarp.events(tarp.timeline(overtopping(), history, guarded()))
    batch_s = time.perf_counter() - began_s
    record_property("batch_s", batch_s)
    print(f"{COUNT} values, {len(whole)} events in {batch_s:.3f} s")
    memory, level, spans = tarp.PlanMemory(), 0, []
    last_ms = max(int(one.time_ms[-1]) for one in history.values())
    for start, stop in pairwise(range(0, last_ms + 2 * SPAN_MS, SPAN_MS)):
        piece = {name: _between(one, start, stop) for name, one in history.items()}
        line, memory = tarp.resume(overtopping(), memory, piece, guarded())
        spans += tarp.events(line, level)
        level = int(line.level[-1]) if line.level.size else level
    order = np.random.default_rng(1).permutation(COUNT // 2)
    shuffled = {name: _sorted(one, order) for name, one in history.items()}

    assert len(whole) > 1000
    assert spans == whole
    assert tarp.events(tarp.timeline(overtopping(), shuffled, guarded())) == whole


def test_the_gateway_says_the_same_level(history: dict[str, Series]) -> None:
    """Fed in pieces of two days, at the end of each its level is that of the whole."""
    line = tarp.timeline(overtopping(), history, guarded())
    memory, told, expected = tarp.PlanMemory(), [], []
    last_ms = max(int(one.time_ms[-1]) for one in history.values())
    for start, stop in pairwise(range(0, last_ms + 2 * SPAN_MS, SPAN_MS)):
        piece = {name: _between(one, start, stop) for name, one in history.items()}
        standing, memory = tarp.advance(overtopping(), memory, piece, guarded(), stop - 1)
        row = int(np.searchsorted(line.time_ms, stop - 1, side="right")) - 1
        told.append(standing.level)
        expected.append(int(line.level[row]) if row >= 0 else 0)

    assert told == expected


def _between(series: Series, start_ms: int, stop_ms: int) -> Series:
    first, last = np.searchsorted(series.time_ms, [start_ms, stop_ms]).tolist()
    return series.rows(slice(first, last))


def _sorted(series: Series, order: np.ndarray) -> Series:
    times, values, quality = series.time_ms[order], series.value[order], series.quality[order]
    again = np.argsort(times)
    return Series.of(times[again], values[again], quality[again])
