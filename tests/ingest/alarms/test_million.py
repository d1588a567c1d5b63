"""A million stored values, shuffled over their whole time, and replayed: the levels of the pure function (long)."""

import random
import time
from itertools import pairwise

import numpy as np
import pytest

from ingest import rederive
from ingest.alarms import plan_backtest
from ingest.store import Store
from ingest.values import Connection
from tailings import Series, tarp
from tests.ingest.alarms.dam import POND, START_S, Dam, minute
from tests.tailings.tarp.plans import guarded, overtopping

COUNT, BATCH, ROUND = 1_000_000, 4_000, 250_000


@pytest.mark.long
@pytest.mark.timeout(1500)
def test_a_million_shuffled_values_end_in_the_levels_of_the_whole(connection: Connection, store: Store) -> None:
    """250 batches in random order, followed four times on the way: thousands of steps, none too many."""
    draw = np.random.default_rng(7)
    minutes = np.arange(COUNT) / 2  # a minute each would reach into the future, and be refused
    heights = np.round(338.4 + 1.5 * np.sin(np.cumsum(draw.normal(0, 0.02, COUNT))) + draw.normal(0, 0.05, COUNT), 3)
    dam = Dam(connection, store)
    starts = list(range(0, COUNT, BATCH))
    random.Random(7).shuffle(starts)
    stored_s = followed_s = 0.0
    for number, first in enumerate(starts, start=1):
        began_s = time.perf_counter()
        part = slice(first, first + BATCH)
        dam.put(list(zip(minutes[part].tolist(), heights[part].tolist(), strict=True)))
        stored_s += time.perf_counter() - began_s
        if number * BATCH % ROUND == 0:
            began_s = time.perf_counter()
            dam.follow(COUNT / 2)
            followed_s += time.perf_counter() - began_s
    times_ms = np.round((START_S + 60 * minutes) * 1000).astype(np.int64)
    series = Series.of(times_ms, heights, np.ones(COUNT))
    expected = tarp.events(tarp.timeline(overtopping(), {POND: series}, guarded()))
    print(f"{COUNT} values stored in {stored_s:.0f} s, followed in {followed_s:.0f} s, {len(expected)} steps")

    found = [(round(at * 60_000) + START_S * 1000, before, after) for at, before, after in dam.steps()]
    assert found == [tuple(one) for one in expected]
    assert len(expected) > 1000
    replayed(dam, sum(after > before == 0 for _, before, after in found))


def replayed(dam: Dam, rises: int) -> None:
    """A back-test over the same million counts the same rises, and listens between short pieces."""
    told, began_s = [0.0], time.perf_counter()
    question = plan_backtest.Question("overtopping", minute(-60), minute(COUNT / 2 + 60))
    vale = rederive.stored_facility(dam.connection, "vale")
    said = plan_backtest.replay(
        dam.connection, vale, question, None, lambda _: told.append(time.perf_counter() - began_s)
    )
    longest_s = max(after - before for before, after in pairwise(told))
    print(f"replayed in {told[-1]:.1f} s, {len(told) - 1} pieces, the longest {longest_s:.2f} s")

    assert (said["rows"], said["present"]["alarms"]) == (COUNT, rises)
