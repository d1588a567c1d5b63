"""The flow: totals since the start and a rate over whole windows; the clock is passed in."""

import numpy as np

from edge_agent.report.throughput import Throughput
from edge_agent.values import FilePosition, Reading, ReadingsDelivery, RowsDelivery
from tests.edge_agent.world import RECEIVED_MS, delivery, pack_bytes


def test_each_kind_of_delivery_is_counted() -> None:
    """Packs as they come, readings one by one, rows of a file by its longest column."""
    flow = Throughput(RECEIVED_MS, 0.0)
    reading = Reading("n01:baro.pressure", RECEIVED_MS, 980.0)
    column = (np.array([1, 2, 3], dtype=np.int64), np.zeros(3))
    flow.count([delivery(pack_bytes(0, {}))] * 5)
    flow.count([ReadingsDelivery("n01", (reading, reading), RECEIVED_MS, lambda: None)])
    flow.count(
        [
            RowsDelivery(
                {"n01:baro.pressure": column}, (), FilePosition("x"), "n01", RECEIVED_MS, acknowledge=lambda: None
            )
        ]
    )

    found = flow.counts(1.0)

    assert (found.packs, found.readings, found.rows, found.packs_per_s) == (5, 2, 3, 0.0)


def test_the_rate_is_of_the_last_whole_window() -> None:
    """60 packs in 30 s are 2 packs/s; what comes after counts in the next window."""
    flow = Throughput(RECEIVED_MS, 100.0)
    flow.count([delivery(pack_bytes(0, {}))] * 60)

    assert flow.counts(110.0).packs_per_s == 0.0
    assert flow.counts(130.0).packs_per_s == 2.0
    flow.count([delivery(pack_bytes(0, {}))] * 30)
    assert flow.counts(140.0).packs_per_s == 2.0
    assert flow.counts(170.0).packs_per_s == 0.75
