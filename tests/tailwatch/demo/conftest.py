"""The demo's history as the facility's own formulas and filters see it, made once for the tests that look at it."""

import numpy as np
import pytest

from tailings import Series
from tailings.chain import FilteredSeries, derive
from tailings.facility import parse
from tailwatch.commands.demo import FACILITY_FILE
from tailwatch.demo.dam import DAY_S, HISTORY_DAYS, HISTORY_INTERVAL_S, Anchor, Dam
from tailwatch.demo.instruments import NODES

ANCHOR = Anchor(1_780_000_200, 20)


@pytest.fixture(scope="package")
def judged() -> dict[str, FilteredSeries]:
    """Every datastream of the demo, from the history's raw readings."""
    dam = Dam(ANCHOR)
    every_s = np.arange(ANCHOR.began_s - HISTORY_DAYS * DAY_S, ANCHOR.began_s, HISTORY_INTERVAL_S)
    raw = {}
    for node in NODES:
        times, readings = dam.readings(node, every_s)
        for channel, values in readings.items():
            raw[f"{node}:{channel}"] = Series.of((times * 1000).astype(np.int64), values)
    return derive(parse(FACILITY_FILE.read_text()), raw)
