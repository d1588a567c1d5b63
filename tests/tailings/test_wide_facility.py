"""Functions beyond the piezometer, from the text of a facility file to values: weir, chain, pond, comparisons."""

import numpy as np
import pytest

from tailings import BadFacility, Facility, Series, chain, parse
from tests.tailings.facilities import VALE

T = 1_764_079_200_000
MORE = """
[instruments."n02:weir"]
driver = "weir_gauge"
pressure = "vented"
[datastreams."n02:weir.height"]
quantity = "gauge-height"
unit = "mm"
[datastreams."n02:weir.flow"]
quantity = "seepage-flow"
unit = "L/s"
formula = "v_notch_flow"
inputs = { height = "n02:weir.height" }
geometry = [{ valid_from = 2024-06-12, angle_deg = 90.0 }]

[instruments."n03:ipi"]
driver = "inclinometer_chain"
[datastreams."n03:ipi.tilt-1"]
quantity = "tilt"
unit = "deg"
[datastreams."n03:ipi.tilt-2"]
quantity = "tilt"
unit = "mrad"
[datastreams."n03:ipi.displacement-2"]
quantity = "displacement"
unit = "mm"
formula = "chain_displacement"
inputs = { tilt_1 = "n03:ipi.tilt-1", tilt_2 = "n03:ipi.tilt-2" }
geometry = [{ valid_from = 2024-06-12, length_m = [0.5, 2.0], zero_deg = [0.0, 0.0] }]
[datastreams."n03:ipi.displacement-2".filters.rate_of_change]
suspect_per_h = 1.0

[datastreams."n01:pond.freeboard"]
quantity = "freeboard"
unit = "m"
formula = "freeboard"
inputs = { level = "n01:pond.level" }
[datastreams."n01:pond.volume"]
quantity = "stored-volume"
unit = "m3"
formula = "stored_volume"
inputs = { level = "n01:pond.level" }

[datastreams."n08:vw1.level".filters.neighbour]
neighbours = ["n04:vw1.level", "n07:vw1.level"]
suspect = 2.0
"""


def wide() -> Facility:
    """The test facility with a weir, a chain and comparisons."""
    return parse(VALE.read_text() + MORE)


def at(*values: float) -> Series:
    """Values one minute apart."""
    return Series.of(T + np.arange(len(values)) * 60_000, values)


def test_a_weir_in_millimetres_gives_litres_a_second() -> None:
    """100 mm over a 90 degree notch are about 4.41 L/s; 40 mm are doubted."""
    flow = chain.derive(wide(), {"n02:weir.height": at(100.0, 40.0)})["n02:weir.flow"]

    assert flow.series.value[0] == pytest.approx(4.41, abs=0.01)
    assert flow.tests() == [None, "formula.head-too-low"]


def test_a_chain_of_two_units() -> None:
    """0.1 degrees over 0.5 m are 0.873 mm, 1 mrad over 2 m are 2.000 mm; a jump of 2 mm in a minute is suspect."""
    raw = {"n03:ipi.tilt-1": at(0.1, 0.1), "n03:ipi.tilt-2": at(1.0, 2.0)}

    displacement = chain.derive(wide(), raw)["n03:ipi.displacement-2"]

    assert displacement.series.value == pytest.approx([2.873, 4.873], abs=0.001)
    assert displacement.tests() == [None, "rate_of_change"]


def test_pond_level_gives_freeboard_and_volume() -> None:
    """338 m below a crest at 342 m: 4 m freeboard; 260,000 m3 by the survey of the test facility."""
    results = chain.derive(wide(), {"n01:pond.level": at(338.0)})

    assert results["n01:pond.freeboard"].series.value[0] == pytest.approx(4.0)
    assert results["n01:pond.volume"].series.value[0] == pytest.approx(260_000)


def test_two_that_watch_each_other() -> None:
    """Two derived levels that each have the other as their pair are both judged, whoever is computed first."""
    pair = '[datastreams."{}:vw1.level".filters.redundant_pair]\nother = "{}:vw1.level"\nsuspect = 1.0\n'
    facility = parse(VALE.read_text() + pair.format("n02", "n03") + pair.format("n03", "n02"))
    raw = {"n01:baro.pressure": at(961.0)}
    for node in ("n02", "n03"):
        raw |= {f"{node}:vw1.frequency": at(2800.0), f"{node}:vw1.thermistor": at(4821.0)}

    results = chain.derive(facility, raw)

    assert [results[f"{node}:vw1.level"].checked.flags["redundant_pair"][0] for node in ("n02", "n03")] == [3, 3]


def test_a_neighbour_in_another_unit_is_refused() -> None:
    """Comparing a level in metres with a pressure in kPa is a mistake, told with its place."""
    text = VALE.read_text() + MORE.replace('"n04:vw1.level", "n07:vw1.level"', '"n04:vw1.pressure", "n07:vw1.level"')

    with pytest.raises(BadFacility, match=r"n04:vw1\.pressure is in another unit than m"):
        parse(text)
