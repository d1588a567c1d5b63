"""A weir and a sonde at the toe of the test site: a week of flow, pH, conductivity and Eh (invented: it turns acid)."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from tailings.formulas import v_notch_flow

SONDE: Final = """
[instruments."n02:weir"]
driver = "current_loop"
pressure = "vented"
[instruments."n02:sonde"]
driver = "water_quality"
[datastreams."n02:weir.current"]
quantity = "current"
unit = "mA"
[datastreams."n02:weir.height"]
quantity = "gauge-height"
unit = "m"
formula = "level_from_current"
inputs = { current = "n02:weir.current" }
geometry = [{ valid_from = 2024-06-12, low_m = 0.0, high_m = 0.4 }]
[datastreams."n02:weir.flow"]
quantity = "seepage-flow"
unit = "L/s"
formula = "v_notch_flow"
inputs = { height = "n02:weir.height" }
geometry = [{ valid_from = 2024-06-12, angle_deg = 90.0 }]
[datastreams."n02:sonde.ph"]
quantity = "ph"
unit = "[pH]"
[datastreams."n02:sonde.conductivity"]
quantity = "conductivity"
unit = "uS/cm"
[datastreams."n02:sonde.orp"]
quantity = "redox-potential"
unit = "mV"
"""


def series(minutes: int, random: np.random.Generator) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """A value a minute of each."""
    day = np.arange(minutes) / 1440
    height = 0.087 + 0.0005 * day + random.normal(0, 0.0002, minutes)
    yield "n02:weir.current", 4 + 16 * height / 0.4
    yield "n02:weir.height", height
    yield "n02:weir.flow", 1000 * v_notch_flow.flow_m3_s(height, 90.0, 0.578, 0.00085)
    yield "n02:sonde.ph", 6.4 - 0.05 * day + random.normal(0, 0.01, minutes)
    yield "n02:sonde.conductivity", 1180 + 12 * day + random.normal(0, 2, minutes)
    yield "n02:sonde.orp", 310 + 4 * day + random.normal(0, 1, minutes)
