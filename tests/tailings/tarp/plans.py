"""Plans on the test facility's pond and piezometers."""

from __future__ import annotations

from functools import cache

import numpy as np

from tailings import Facility, Series, parse
from tailings.facility import Plan
from tests.tailings.facilities import VALE

OVERTOPPING = """
[tarp.overtopping]
failure_mode = "overtopping"
approved_by = "Engineer of Record"
approved_on = 2024-07-01
lowered_by = "Engineer of Record"
[[tarp.overtopping.levels]]
level = "yellow"
when = { datastream = "n01:pond.level", test = "above", value = 338.0, hysteresis = 0.2 }
actions = [{ who = "operator", what = "inspect the beach", within_h = 4.0 }]
[[tarp.overtopping.levels]]
level = "orange"
when = { all = [
  { datastream = "n01:pond.level", test = "above", value = 339.0, hysteresis = 0.2, for_n = 3 },
  { any = [
    { datastream = "n07:vw1.level", test = "above", value = 330.0 },
    { datastream = "n01:pond.level", test = "above", value = 0.5, rate_over_s = 600 },
  ] },
] }
[[tarp.overtopping.levels]]
level = "red"
when = { datastream = "n01:pond.level", test = "above", value = 340.5, hysteresis = 0.2, for_s = 120 }
"""


@cache
def guarded() -> Facility:
    """The test facility with a plan against overtopping."""
    return parse(VALE.read_text() + OVERTOPPING)


def overtopping() -> Plan:
    """The plan of that facility."""
    return guarded().tarp["overtopping"]


def pond(*levels: float, quality: list[int] | None = None, start: int = 0) -> dict[str, Series]:
    """Pond levels one minute apart, from `start` minutes on."""
    times = (start + np.arange(len(levels))) * 60_000
    return {"n01:pond.level": Series.of(times, levels, quality or [1] * len(levels))}
